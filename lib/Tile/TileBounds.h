//===- TileBounds.h - Between what the elements of a tile lie ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TILE_TILEBOUNDS_H
#define SEQMIX_TILE_TILEBOUNDS_H

#include "dialects/Stream/Stream.h"
#include "mlir/IR/Builders.h"

namespace seqmix::tile {

/// What a stream.bounds gives, while its loop is lowered: where in scratch, a
/// number for each tile of a group, and the array with a view of the sequence
/// at hand in its place.
struct TileBounds {
  mutable stream::BoundsOp op; // op handles are not const-correct
  mlir::Value array;
  mlir::Value low, high;

  /// Whether another op asks for the same.
  bool isOf(stream::BoundsOp other) const {
    return op.getArray() == other.getArray() && op.getAxes() == other.getAxes();
  }
};

/// The element type in which bounds are found: i32, or f32 for floats.
mlir::Type getBoundsElement(stream::BoundsOp op);

/// Finds the least and the greatest element of a tile in scratch. Along each of
/// its dimensions so many are valid, all where there is no such number. `low`
/// and `high` are memrefs of rank 0.
void findBounds(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value tile,
                llvm::ArrayRef<mlir::Value> valid, mlir::Value low,
                mlir::Value high);

/// Reads an end that has been found, in the type that the op gives it.
mlir::Value readBound(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value bound, mlir::Type type);

} // namespace seqmix::tile

#endif // SEQMIX_TILE_TILEBOUNDS_H
