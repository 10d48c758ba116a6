//===- StreamingSoftmax.h - What softmax normalisers share
//-----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Streaming softmax (Milakov, Gimelshein, 2018; arXiv 1805.02867, algorithm 3):
// the carry is the running maximum m and the sum l of e^(s − m).
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_DERIVE_NORMALISERS_STREAMINGSOFTMAX_H
#define SEQMIX_LIB_DERIVE_NORMALISERS_STREAMINGSOFTMAX_H

#include "seqmix/Derive/Normaliser.h"
#include <limits>

namespace seqmix {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// An f32 constant.
mlir::Value realConstant(mlir::OpBuilder &b, mlir::Location loc, double value);

/// e^(x − max), 0 where nothing was read yet: a maximum of −inf stands for 0,
/// so that −inf − (−inf) is never taken.
mlir::Value expAgainst(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x,
                       mlir::Value max);

/// init, absorb and merge of every softmax; what differs is how it ends.
class StreamingSoftmax : public Normaliser {
public:
  bool hasLogDenominator() const override { return true; }
  llvm::SmallVector<mlir::Value> init(RowBuilder &b) override;
  unsigned getNumCarries() const override { return 2; }
  bool hasMerge() const override { return true; }
  Merged merge(RowBuilder &b, mlir::ValueRange carry,
               mlir::ValueRange other) override;
  Absorbed absorb(RowBuilder &b, mlir::Value scores,
                  mlir::ValueRange carry) override;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_NORMALISERS_STREAMINGSOFTMAX_H
