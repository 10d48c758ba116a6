//===- Lowering.h - Tile operations as code of a block's threads
//-------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each function writes code before an operation, at the builder's position, and
// leaves the operation in place. None writes barriers.

#ifndef SEQMIX_TARGET_CUDA_LOWERING_H
#define SEQMIX_TARGET_CUDA_LOWERING_H

#include "lib/Target/CUDA/Threads.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace seqmix {
namespace kernel {
class LoadOp;
class StoreOp;
} // namespace kernel

namespace cuda {

void lowerLoad(BlockBuilder &b, kernel::LoadOp op);
void lowerStore(BlockBuilder &b, kernel::StoreOp op);

/// Any linalg op on memrefs: elementwise, and reductions in any form.
mlir::LogicalResult lowerGeneric(BlockBuilder &b, mlir::linalg::LinalgOp op);

/// A contraction split into its dimensions' roles.
struct Contraction {
  mlir::linalg::ContractOp op;
  llvm::SmallVector<int64_t> sizes;
  /// Dimensions of all three, of A and C, of B and C, of A and B.
  llvm::SmallVector<unsigned> batch, m, n, k;

  int64_t count(llvm::ArrayRef<unsigned> dims) const;
  /// Sets coordinates of the dimensions from their linear number.
  void place(BlockBuilder &b, llvm::ArrayRef<unsigned> dims, mlir::Value linear,
             llvm::MutableArrayRef<mlir::Value> coordinates) const;
  /// Whether the last index of operand i is the last of these dimensions.
  bool isInnermost(unsigned operand, llvm::ArrayRef<unsigned> dims) const;
  mlir::Value load(BlockBuilder &b, unsigned operand,
                   llvm::ArrayRef<mlir::Value> coordinates) const;
  void store(BlockBuilder &b, mlir::Value value,
             llvm::ArrayRef<mlir::Value> coordinates) const;
};

/// The roles, or none where the op is no plain product into f32.
std::optional<Contraction> matchContraction(mlir::linalg::ContractOp op);

/// Register blocks of fused multiply-adds.
void lowerContractFma(BlockBuilder &b, const Contraction &contraction);
/// Tensor cores, operands rounded to `product` (bf16 or f16).
void lowerContractMma(BlockBuilder &b, const Contraction &contraction,
                      mlir::Type product);
/// Chooses among them and `lowerGeneric`.
mlir::LogicalResult lowerContract(BlockBuilder &b, mlir::linalg::ContractOp op,
                                  mlir::Type product);

/// A float as another float type.
mlir::Value convertFloat(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                         mlir::Type type);

} // namespace cuda
} // namespace seqmix

#endif // SEQMIX_TARGET_CUDA_LOWERING_H
