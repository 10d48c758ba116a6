//===- MaskIntervals.h - What a mask is over a tile
//------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Interval analysis of a mask region. Its outcome is not a table but code: a
// few scalar ops that say, for the tile at hand, whether the mask holds
// anywhere in it and whether it holds everywhere, and between which keys it can
// hold at all. Whatever is not understood is "maybe".
//
// Intervals are of positions or of data. Those of real data may be unknown when
// the code runs: both ends are NaN, and what compares with them is "maybe".
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_DERIVE_MASKINTERVALS_H
#define SEQMIX_LIB_DERIVE_MASKINTERVALS_H

#include "dialects/Seq/Seq.h"
#include "llvm/ADT/DenseMap.h"

namespace seqmix {

class MaskIntervals {
public:
  /// Between what a value lies over the tile, both ends included.
  struct Interval {
    mlir::Value low, high;
  };
  /// Truth over a tile: somewhere, everywhere.
  struct Truth {
    mlir::Value any, all;
  };
  /// A range of keys, the end excluded; null is unbounded.
  struct Bounds {
    mlir::Value low, high;
  };

  MaskIntervals(mlir::OpBuilder &b, mlir::Location loc,
                llvm::function_ref<mlir::Value(mlir::Value)> scalar)
      : b(b), loc(loc), scalar(scalar) {}

  /// Says between what a position argument of the region lies, or what it reads
  /// of an array.
  void setInterval(mlir::Value value, Interval interval) {
    intervals[value] = interval;
  }
  /// Names the argument that counts keys, for `boundsOf`.
  void setKey(mlir::Value argument) { key = argument; }

  Truth truthOf(mlir::Value value);
  Bounds boundsOf(mlir::Value value);

private:
  /// A position as `sign` · key + an interval, where known.
  struct Linear {
    int sign = 0;
    Interval rest;
  };
  std::optional<Interval> intervalOf(mlir::Value value);
  std::optional<Interval> intervalOfUnary(mlir::Operation *op, Interval x);
  std::optional<Interval> intervalOfPositions(mlir::Operation *op, Interval x,
                                              Interval y);
  std::optional<Interval> intervalOfReals(mlir::Operation *op, Interval x,
                                          Interval y);
  /// A relation of ends of intervals.
  enum class Relation { Less, LessEqual, Equal };
  /// What it says where an end is NaN: yes, or no.
  enum class Certainty { Possible, Certain };
  mlir::Value compare(Relation relation, Certainty certainty, mlir::Value x,
                      mlir::Value y);
  std::optional<Linear> linearOf(mlir::Value value);
  bool dependsOnArgument(mlir::Value value);
  mlir::Value constant(int64_t value);
  mlir::Value real(double value);
  mlir::Value truth(bool value);

  mlir::OpBuilder &b;
  mlir::Location loc;
  /// The scalar of a value that no interval argument enters; null on failure.
  llvm::function_ref<mlir::Value(mlir::Value)> scalar;
  llvm::DenseMap<mlir::Value, Interval> intervals;
  mlir::Value key;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_MASKINTERVALS_H
