//===- Segments.h - One of many sequences in a row --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sequence n of N lies from offsets[n] to offsets[n + 1] on an axis. Offsets
// come from outside: here they are limited so that, whatever they are, nothing
// outside the arrays is touched.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_TILE_SEGMENTS_H
#define SEQMIX_LIB_TILE_SEGMENTS_H

#include "mlir/IR/Builders.h"

namespace seqmix::tile {

/// Where a sequence begins, and how long it is.
struct Segment {
  mlir::Value first, length;
};

class SegmentBuilder {
public:
  /// `total` is the size of the axis.
  SegmentBuilder(mlir::OpBuilder &builder, mlir::Location loc,
                 mlir::Value offsets, mlir::Value total)
      : builder(builder), loc(loc), offsets(offsets), total(total) {}

  Segment get(mlir::Value number);

  /// The sequence, and which of its tiles, that a slot is for. Sequence n owns
  /// the slots from floor(offsets[n] / tile) + n on: it has at most
  /// floor(offsets[n + 1] / tile) − floor(offsets[n] / tile) + 1 tiles, so that
  /// floor(total / tile) + N slots are enough. The tile may not exist, and with
  /// offsets that do not begin at 0 its number may be negative.
  std::pair<mlir::Value, mlir::Value> find(mlir::Value slot, mlir::Value count,
                                           int64_t tile);

private:
  mlir::Value constant(int64_t value);
  /// offsets[number], at least `low` and at most the axis's size.
  mlir::Value offsetAt(mlir::Value number, mlir::Value low);
  mlir::Value firstSlot(mlir::Value number, int64_t tile);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Value offsets, total;
};

/// The part of an array that belongs to a sequence; the array itself if none of
/// its axes is segmented.
mlir::Value makeView(mlir::OpBuilder &builder, mlir::Location loc,
                     mlir::Value array, const Segment &segment,
                     llvm::ArrayRef<bool> isSegmented);

} // namespace seqmix::tile

#endif // SEQMIX_LIB_TILE_SEGMENTS_H
