//===- Position.cpp - Verifiers of stream.position and stream.extent ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Stream/Stream.h"

using namespace mlir;
using namespace seqmix::stream;

static bool isParallelAxis(LoopOp loop, StringRef axis) {
  return llvm::any_of(loop.getParallelAxes(), [&](Attribute attr) {
    return cast<StringAttr>(attr).getValue() == axis;
  });
}

LogicalResult PositionOp::verify() {
  // position_c1
  auto loop = (*this)->getParentOfType<LoopOp>();
  if (!loop)
    return emitOpError("expected to be inside a stream.loop");
  if (isParallelAxis(loop, getAxis()))
    return success();
  if (getAxis() != loop.getStreamAxis())
    return emitOpError("expected an axis of the enclosing loop, found '")
           << getAxis() << "'";
  for (Region *region :
       {&loop.getClassify(), &loop.getAbsorb(), &loop.getAbsorbFull()})
    if (region->isAncestor((*this)->getParentRegion()))
      return success();
  return emitOpError("the stream axis '")
         << getAxis()
         << "' has a position inside `classify`, `absorb` and `absorb_full` "
            "only";
}

LogicalResult ExtentOp::verify() {
  // extent_c1
  auto loop = (*this)->getParentOfType<LoopOp>();
  if (!loop)
    return emitOpError("expected to be inside a stream.loop");
  if (!isParallelAxis(loop, getAxis()) && getAxis() != loop.getStreamAxis())
    return emitOpError("expected an axis of the enclosing loop, found '")
           << getAxis() << "'";
  return success();
}

LogicalResult OriginOp::verify() {
  // origin_c1
  auto loop = (*this)->getParentOfType<LoopOp>();
  if (!loop || !loop.getSegmentAxis())
    return emitOpError("expected to be inside a stream.loop with `segments`");
  return success();
}
