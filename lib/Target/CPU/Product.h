//===- Product.h - A contraction read as a matrix product -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_PRODUCT_H
#define SEQMIX_TARGET_CPU_PRODUCT_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Value.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <functional>

namespace mlir::linalg {
class FillOp;
class LinalgOp;
} // namespace mlir::linalg

namespace seqmix::cpu {

/// out[m, n] += Σ_k a[m, k] b[k, n], out in f32 and contiguous in n.
/// Dimensions that are none of the three are loops around it.
struct Product {
  mlir::Value a, b, out;
  mlir::AffineMap aMap, bMap, outMap;
  unsigned m, n, k;
  llvm::SmallVector<unsigned> outer;
  llvm::SmallVector<int64_t> ranges;
  /// What `kernel.lower` says: of out only n ≤ m need be found; a is 0 where
  /// k > m.
  bool isOutLower = false, isFactorLower = false;
};

/// Reads an op on static memrefs as a product; fails on any other op.
mlir::FailureOr<Product> matchProduct(mlir::linalg::LinalgOp op);

/// Whether a fill makes a memref zero.
bool isZeroFill(mlir::linalg::FillOp fill, mlir::Value memref);

/// The fill right before a product from which it adds up, if it covers every
/// element of the result; or null.
mlir::linalg::FillOp getFillBefore(mlir::linalg::LinalgOp op,
                                   const Product &product);

/// Whether the op after a fill is a product for which it is that.
bool isFillOfProduct(mlir::linalg::FillOp fill);

/// Removes the fill of a product that sums at once, so that it may start from
/// zero; else makes loops of it. Says whether there was one to remove.
bool takeFill(mlir::linalg::LinalgOp op, const Product &product, int64_t lanes,
              bool atOnce);

/// The loop over tiles of rows around a product that may pack b ahead of it,
/// for all of them at once; or null.
mlir::scf::ForOp getLoopToPackBefore(mlir::linalg::LinalgOp op,
                                     const Product &product);

/// The tile that a memref is, or is a part of. Tiles that are live together
/// share no byte of scratch.
mlir::Value tileOf(mlir::Value memref);

/// Whether one of some ops may write to a memref or a view of it.
bool isWrittenBy(mlir::Value memref,
                 llvm::function_ref<bool(mlir::Operation *)> isOne);

/// Where b of a product may be packed for several products: ahead of the loop
/// over tiles of rows and the conditions that it is in.
mlir::Operation *getPlaceToPack(mlir::linalg::LinalgOp op,
                                const Product &product);

/// Whether b of a product of pairs may be packed whole, and the words it takes.
bool mayPackAhead(const Product &product);
int64_t countPackedWords(const Product &product);

/// A product that is done bit by bit, between other work: what it sums it keeps
/// in registers that nothing else uses.
struct SteppedProduct {
  /// Blocks of the result, steps along K of each, and instructions of a step.
  int64_t blocks, steps, parts;
  std::function<void(mlir::Value block)> begin, end;
  std::function<void(mlir::Value block, mlir::Value step, int64_t part)> emit;
};

/// The factors that products of a function packed ahead of loops.
class PackedFactors {
public:
  /// Where b of a product is packed ahead of a loop, in words or numbers of a
  /// type: null until it is.
  mlir::Value &find(mlir::scf::ForOp loop, const Product &product,
                    mlir::Type element);

  /// The same, of products that `kernel.packed` gives a number.
  mlir::Value &find(int64_t number) { return shared[number]; }

private:
  llvm::DenseMap<int64_t, mlir::Value> shared;
  /// By loop, factor, element, and 1 if the factor is contiguous along K.
  llvm::DenseMap<
      std::tuple<mlir::Operation *, mlir::Value, mlir::Type, unsigned>,
      mlir::Value>
      buffers;
};

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_PRODUCT_H
