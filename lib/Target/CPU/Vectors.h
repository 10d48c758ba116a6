//===- Vectors.h - What the vectorisers share
//------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_VECTORS_H
#define SEQMIX_TARGET_CPU_VECTORS_H

#include "lib/Target/CPU/Isa.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include <functional>

namespace mlir::linalg {
class LinalgOp;
} // namespace mlir::linalg

namespace seqmix::kernel {
class LoadOp;
class PrefetchOp;
class StoreOp;
} // namespace seqmix::kernel

namespace seqmix::cpu {

class PackedFactors;
struct SteppedProduct;

/// A builder of vector code: `lanes` elements a vector, whatever the element.
class VectorBuilder {
public:
  VectorBuilder(mlir::OpBuilder &builder, mlir::Location loc, int64_t lanes)
      : b(builder), loc(loc), lanes(lanes) {}

  mlir::OpBuilder &b;
  mlir::Location loc;
  int64_t lanes;

  /// Vector registers of the machine: AVX-512 doubles them with the width.
  int64_t registers() const { return lanes >= 16 ? 32 : 16; }

  mlir::VectorType type(mlir::Type element) {
    return mlir::VectorType::get({lanes}, element);
  }
  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value add(mlir::Value x, int64_t y);
  mlir::Value mul(mlir::Value x, int64_t y);
  /// A scalar in every lane; a vector stays.
  mlir::Value broadcast(mlir::Value value);
  mlir::Value zero(mlir::Type element);
  /// The first `count` lanes.
  mlir::Value mask(int64_t count);
  mlir::Value mask(mlir::Value count);
  /// `lanes` elements, of which `count` (static) are touched; the others are 0.
  mlir::Value load(mlir::Value memref, mlir::ValueRange at, int64_t count);
  void store(mlir::Value vector, mlir::Value memref, mlir::ValueRange at,
             int64_t count);
  /// One element a lane, each at the place that `at` gives for its lane.
  using Place = std::function<llvm::SmallVector<mlir::Value>(int64_t)>;
  mlir::Value gather(mlir::Value memref, Place at, int64_t count);
  void scatter(mlir::Value vector, mlir::Value memref, Place at, int64_t count);
  /// To another element type of the same kind: wider or narrower, or itself.
  mlir::Value convert(mlir::Value value, mlir::Type element);

  /// A loop from 0 to `count` by `step`, with values carried from turn to turn;
  /// no loop if it turns once. `body` gets the position and the values, and
  /// gives the next values.
  using Body = std::function<llvm::SmallVector<mlir::Value>(mlir::Value,
                                                            mlir::ValueRange)>;
  llvm::SmallVector<mlir::Value> loop(int64_t count, int64_t step,
                                      mlir::ValueRange init, Body body);
  llvm::SmallVector<mlir::Value> loop(mlir::Value to, int64_t step,
                                      mlir::ValueRange init, Body body);
  void loop(int64_t count, int64_t step, std::function<void(mlir::Value)> body);
  void loop(mlir::Value from, mlir::Value to, int64_t step,
            std::function<void(mlir::Value)> body);
};

/// How far a row of a memref reaches, in elements from the row's start: what
/// may be read and what may be written. More than the last dimension where the
/// row ends in padding of its own tile.
struct RowSpace {
  int64_t readable;
  int64_t writable;
};
RowSpace getRowSpace(mlir::Value memref);

/// Whether steps along the memref's last dimension are steps of one element.
bool isLastContiguous(mlir::Value memref);

/// The address of an element (!llvm.ptr), and the bytes from one to the next
/// along a dimension (i64).
mlir::Value addressOf(VectorBuilder &v, mlir::Value memref,
                      mlir::ValueRange at);
mlir::Value strideOf(VectorBuilder &v, mlir::Value memref, unsigned dim);

/// Scratch on the stack of the enclosing function, 64-byte aligned, one buffer
/// a function, type and number. Number 0 holds nothing from one use to the
/// next.
mlir::Value getStackScratch(VectorBuilder &v, mlir::Operation *user,
                            mlir::MemRefType type, int64_t number = 0);

/// Scratch that lasts as long as a loop, for one of the products in it.
mlir::Value getLoopScratch(VectorBuilder &v, mlir::scf::ForOp loop,
                           mlir::MemRefType type);

/// Transposes lanes × lanes elements in registers: log2(lanes) rounds of
/// exchanging sub-blocks.
void transposeInRegisters(VectorBuilder &v,
                          llvm::MutableArrayRef<mlir::Value> rows);

/// Replaces a contraction that is a matrix product, and the fill with zeros
/// that belongs to it; fails on any other op.
mlir::LogicalResult vectorizeProduct(mlir::linalg::LinalgOp op, int64_t lanes,
                                     PackedFactors &packed);

/// Whether a unit for matrices of bf16 can do an op: a product that may round
/// its operands, large enough to pay.
bool isProductOfPairs(mlir::linalg::LinalgOp op);

/// Replaces such an op by code for `unit`; fails on any other op.
mlir::LogicalResult vectorizePairs(mlir::linalg::LinalgOp op, int64_t lanes,
                                   MatrixUnit unit, PackedFactors &packed);

/// Replaces such an op, for AMX, and another one that has nothing to do with
/// it: the matrix unit works while the vectors do. Fails where that cannot be.
mlir::LogicalResult vectorizeBeside(mlir::linalg::LinalgOp op,
                                    mlir::linalg::LinalgOp other, int64_t lanes,
                                    MatrixUnit unit, PackedFactors &packed);

/// Replaces any linalg op on static memrefs; emits an error where it cannot.
mlir::LogicalResult vectorizeGeneric(mlir::linalg::LinalgOp op, int64_t lanes);

/// Replaces one that reduces rows, with the steps of a product between them;
/// fails where they do not divide into each other.
mlir::LogicalResult vectorizeAround(mlir::linalg::LinalgOp op,
                                    mlir::OpBuilder &builder, int64_t lanes,
                                    const SteppedProduct &product);

/// Replace a move.
void vectorizeLoad(kernel::LoadOp op, int64_t lanes);
void vectorizeStore(kernel::StoreOp op, int64_t lanes);

/// Asks for each line of the rows that lie in one piece, into the second-level
/// cache.
void lowerPrefetch(kernel::PrefetchOp op, int64_t lanes);

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_VECTORS_H
