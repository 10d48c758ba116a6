//===- RecurrenceLoop.cpp - What the forms of a recurrence share
//-----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RecurrenceLoop.h"

using namespace mlir;
using namespace seqmix;

/// Whether every op of the operator treats the axis elementwise: then its
/// elements are independent, and tasks may share it out.
static bool isElementwiseAxis(seq::OperatorOp op, StringAttr axis) {
  WalkResult result = op.walk([&](Operation *o) {
    ArrayAttr over;
    if (auto dot = dyn_cast<seq::DotOp>(o))
      over = dot.getOver();
    else if (auto sum = dyn_cast<seq::SumOp>(o))
      over = sum.getOver();
    if (over && llvm::is_contained(over, axis))
      return WalkResult::interrupt();
    if (auto rename = dyn_cast<seq::RenameOp>(o))
      if (rename.getFromAttr() == axis || rename.getToAttr() == axis)
        return WalkResult::interrupt();
    if (auto slice = dyn_cast<seq::SliceOp>(o))
      if (slice.getAxisAttr() == axis)
        return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return !result.wasInterrupted();
}

StringAttr seqmix::laneAxisOf(seq::OperatorOp op,
                              seq::RecurrenceOp recurrence) {
  auto isLast = [&](StringAttr axis) {
    bool found = false;
    for (Attribute attribute : op.getOperandTypes()) {
      auto type = cast<seq::ArrayType>(cast<TypeAttr>(attribute).getValue());
      if (!type.hasAxis(recurrence.getSequenceAttr()) || !type.hasAxis(axis))
        continue;
      if (type.getAxes().back() != axis)
        return false;
      found = true;
    }
    return found;
  };
  for (StringAttr axis : recurrence.getParallelAxes()) {
    bool isShared =
        llvm::any_of(op.getDivides(), [&](const NamedAttribute &rule) {
          return rule.getName() == axis || rule.getValue() == axis;
        });
    if (!isShared && isLast(axis) && isElementwiseAxis(op, axis))
      return axis;
  }
  return {};
}

SmallVector<LoopAxis> seqmix::parallelAxesOf(seq::OperatorOp op,
                                             seq::RecurrenceOp recurrence,
                                             const Schedule &schedule,
                                             StringAttr lanes) {
  // Channels to fill that state: rows long enough to load, few enough tasks'
  // worth of padding where channels are few.
  int64_t stateOfChannel = 1;
  for (BlockArgument state : recurrence.getStateArgs()) {
    int64_t elements = 1;
    for (StringAttr axis : cast<seq::ArrayType>(state.getType()).getAxes())
      elements *= *op.getIntParam(axis);
    stateOfChannel = std::max(stateOfChannel, elements);
  }
  int64_t laneTile = std::clamp<int64_t>(
      llvm::bit_floor(uint64_t(schedule.laneState / stateOfChannel)), 16, 1024);
  SmallVector<LoopAxis> axes;
  for (StringAttr axis : recurrence.getParallelAxes())
    axes.push_back({axis, axis == lanes ? laneTile : 1});
  if (schedule.valueTile <= 0 || recurrence.getStateArgs().empty())
    return axes;
  // Share out the last axis of the state that is elementwise throughout.
  auto type = cast<seq::ArrayType>(recurrence.getStateArgs()[0].getType());
  for (StringAttr axis : llvm::reverse(type.getAxes())) {
    int64_t size = *op.getIntParam(axis);
    bool everywhere =
        llvm::all_of(recurrence.getStateArgs(), [&](BlockArgument state) {
          return cast<seq::ArrayType>(state.getType()).hasAxis(axis);
        });
    if (everywhere && size > schedule.valueTile &&
        isElementwiseAxis(op, axis)) {
      axes.push_back({axis, schedule.valueTile});
      break;
    }
  }
  return axes;
}

/// Whether a value of the operator's body needs the recurrence to have run, and
/// which of its results.
static void collectResults(Value value, seq::RecurrenceOp recurrence,
                           bool &output, bool &final) {
  if (value.getDefiningOp() == recurrence) {
    bool isOutput =
        cast<OpResult>(value).getResultNumber() < recurrence.getNumOutputs();
    (isOutput ? output : final) = true;
    return;
  }
  if (Operation *definition = value.getDefiningOp())
    for (Value operand : definition->getOperands())
      collectResults(operand, recurrence, output, final);
}

LogicalResult seqmix::checkResults(seq::OperatorOp op,
                                   seq::RecurrenceOp recurrence) {
  auto ret = cast<seq::ReturnOp>(op.getBody().front().getTerminator());
  for (auto [i, value] : llvm::enumerate(ret.getValues())) {
    bool output = false, final = false;
    collectResults(value, recurrence, output, final);
    bool overSequence = cast<seq::ArrayType>(value.getType())
                            .hasAxis(recurrence.getSequenceAttr());
    StringRef name = cast<StringAttr>(op.getResultNames()[i]).getValue();
    if (output && final)
      return ret.emitOpError()
             << "result " << name
             << " mixes a token's output with the final state, which is not "
                "known before the last token; return them apart";
    if (output != overSequence)
      return ret.emitOpError()
             << "result " << name << " must have the sequence axis "
             << recurrence.getSequence()
             << " if and only if it comes from the step's outputs, found "
             << value.getType();
  }
  return success();
}

LogicalResult seqmix::addArrays(LoopBuilder &loop, seq::OperatorOp op,
                                seq::RecurrenceOp recurrence) {
  if (failed(checkResults(op, recurrence)))
    return failure();
  for (BlockArgument argument : op.getBody().getArguments())
    if (!argument.use_empty())
      loop.addOperand(argument.getArgNumber());
  for (size_t i = 0; i < op.getResultTypes().size(); ++i)
    loop.addResult(i);
  return success();
}

void seqmix::aliasInputs(TileBuilder &tiles, seq::RecurrenceOp recurrence) {
  for (auto [arg, operand] :
       llvm::zip(recurrence.getInputArgs(), recurrence.getInputs()))
    tiles.alias(arg, operand);
}

Axes seqmix::stateAxes(TileBuilder &tiles, seq::RecurrenceOp recurrence,
                       unsigned state) {
  auto type = cast<seq::ArrayType>(recurrence.getFinal()[state].getType());
  Axes axes = tiles.tileAxes(type.getAxes());
  tiles.arrange(axes);
  return axes;
}

Value seqmix::carriedTile(TileBuilder &tiles, Tile tile, const Axes &axes) {
  if (!axes.empty())
    return tiles.materialize(tile, axes).value;
  if (isa<RankedTensorType>(tile.value.getType()))
    return tile.value;
  OpBuilder &b = tiles.builder();
  Value init = tensor::EmptyOp::create(b, tiles.location(), ArrayRef<int64_t>{},
                                       tile.value.getType());
  return linalg::FillOp::create(b, tiles.location(), tile.value, init)
      .getResult(0);
}

FailureOr<Value> seqmix::initialState(LoopBuilder::Region &region,
                                      seq::RecurrenceOp recurrence,
                                      unsigned state) {
  Tile tile = region.tiles.lift(recurrence.getInitial()[state]);
  if (!tile)
    return failure();
  return carriedTile(region.tiles, tile,
                     stateAxes(region.tiles, recurrence, state));
}

FailureOr<SmallVector<Value>>
seqmix::initialCarry(LoopBuilder::Region &region,
                     seq::RecurrenceOp recurrence) {
  SmallVector<Value> carry;
  for (size_t state = 0; state < recurrence.getInitial().size(); ++state) {
    FailureOr<Value> initial = initialState(region, recurrence, state);
    if (failed(initial))
      return failure();
    carry.push_back(*initial);
  }
  return carry;
}

LogicalResult seqmix::appendOutputs(LoopBuilder &loop,
                                    LoopBuilder::Region &region,
                                    seq::OperatorOp op,
                                    seq::RecurrenceOp recurrence,
                                    SmallVectorImpl<Value> &values) {
  for (auto [result, yielded] :
       llvm::zip(recurrence.getOutputs(), recurrence.getYield().getOutputs()))
    region.tiles.alias(result, yielded);
  auto ret = cast<seq::ReturnOp>(op.getBody().front().getTerminator());
  for (auto [i, value] : llvm::enumerate(ret.getValues())) {
    if (!cast<seq::ArrayType>(value.getType())
             .hasAxis(recurrence.getSequenceAttr()))
      continue;
    FailureOr<Value> tile = loop.resultTile(region.tiles, i, value);
    if (failed(tile))
      return failure();
    values.push_back(*tile);
  }
  return success();
}

FailureOr<SmallVector<Value>>
seqmix::finalResults(LoopBuilder &loop, LoopBuilder::Region &region,
                     seq::OperatorOp op, seq::RecurrenceOp recurrence) {
  for (auto [state, result] : llvm::enumerate(recurrence.getFinal()))
    region.tiles.bind(result, {region.carry[state],
                               stateAxes(region.tiles, recurrence, state)});
  SmallVector<Value> values;
  auto ret = cast<seq::ReturnOp>(op.getBody().front().getTerminator());
  for (auto [i, value] : llvm::enumerate(ret.getValues())) {
    if (cast<seq::ArrayType>(value.getType())
            .hasAxis(recurrence.getSequenceAttr()))
      continue;
    FailureOr<Value> tile = loop.resultTile(region.tiles, i, value);
    if (failed(tile))
      return failure();
    values.push_back(*tile);
  }
  return values;
}
