//===- Bounds.cpp - Verifier of stream.bounds -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Stream/Stream.h"

using namespace mlir;
using namespace seqmix::stream;

LogicalResult BoundsOp::verify() {
  // bounds_c1
  auto loop = (*this)->getParentOfType<LoopOp>();
  Region *region = (*this)->getParentRegion();
  bool inRange = loop && loop.getRange().isAncestor(region);
  if (!inRange && (!loop || !loop.getClassify().isAncestor(region)))
    return emitOpError(
        "expected to be inside `range` or `classify` of a stream.loop");
  if (inRange && loop.movesAlong(getAxes(), loop.getStreamAxis()))
    return emitOpError("expected axes without the stream axis '")
           << loop.getStreamAxis()
           << "', which has no position inside `range`, found " << getAxes();

  // bounds_c2
  auto type = dyn_cast<MemRefType>(getArray().getType());
  if (!type || static_cast<int64_t>(getAxes().size()) != type.getRank())
    return emitOpError("expected the name of each axis of ")
           << getArray().getType() << ", found " << getAxes();
  for (auto [dim, axis] :
       llvm::enumerate(getAxes().getAsValueRange<StringAttr>()))
    if (loop.getTileOf(axis) == 0 && type.isDynamicDim(dim))
      return emitOpError("axis '")
             << axis
             << "' is whole (neither a parallel nor the stream axis), so "
                "expected a static dimension, found "
             << type;

  // bounds_c3
  Type element = type.getElementType();
  bool isReal = isa<FloatType>(element);
  if ((!isReal && !element.isInteger(32)) ||
      isReal != isa<FloatType>(getLow().getType()))
    return emitOpError("expected results of index for elements of i32, of f32 "
                       "for floats, found ")
           << getLow().getType() << " for " << element;
  return success();
}
