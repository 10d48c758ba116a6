//===- Move.cpp - Verifiers of loads, stores, prefetches ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"

using namespace mlir;
using namespace seqmix::kernel;

/// Checks what a load and a store share.
static LogicalResult verifyMove(Operation *op, MemRefType array,
                                MemRefType tile, size_t numOffsets,
                                ArrayRef<int64_t> dims) {
  // move_c1
  if (static_cast<int64_t>(numOffsets) != array.getRank())
    return op->emitOpError("expected ")
           << array.getRank() << " offsets, one an array axis, found "
           << numOffsets;
  if (static_cast<int64_t>(dims.size()) != tile.getRank())
    return op->emitOpError("expected ")
           << tile.getRank() << " entries of `dims`, one a tile dimension, "
           << "found " << dims.size();
  int64_t previous = -1;
  for (int64_t dim : dims) {
    if (dim <= previous || dim >= array.getRank())
      return op->emitOpError("expected `dims` to be ascending axes of an "
                             "array of rank ")
             << array.getRank() << ", found [" << dims << "]";
    previous = dim;
  }

  // move_c2
  Type from = array.getElementType(), to = tile.getElementType();
  auto fromFloat = dyn_cast<FloatType>(from);
  auto toFloat = dyn_cast<FloatType>(to);
  if (from != to &&
      !(fromFloat && toFloat && fromFloat.getWidth() < toFloat.getWidth()))
    return op->emitOpError("expected the tile's elements to be ")
           << from << ", as the array's, or a wider float type, found " << to;

  // move_c3
  if (!tile.hasStaticShape())
    return op->emitOpError("expected a tile of static shape, found ") << tile;
  return success();
}

LogicalResult LoadOp::verify() {
  auto array = dyn_cast<MemRefType>(getArray().getType());
  auto tile = dyn_cast<MemRefType>(getTile().getType());
  if (!array || !tile)
    return emitOpError("expected ranked memrefs");
  return verifyMove(*this, array, tile, getOffsets().size(), getDims());
}

LogicalResult StoreOp::verify() {
  auto array = dyn_cast<MemRefType>(getArray().getType());
  auto tile = dyn_cast<MemRefType>(getTile().getType());
  if (!array || !tile)
    return emitOpError("expected ranked memrefs");
  return verifyMove(*this, array, tile, getOffsets().size(), getDims());
}

LogicalResult PrefetchOp::verify() {
  auto array = dyn_cast<MemRefType>(getArray().getType());
  if (!array)
    return emitOpError("expected a ranked memref");
  auto tile = MemRefType::get(getShape(), array.getElementType());
  return verifyMove(*this, array, tile, getOffsets().size(), getDims());
}
