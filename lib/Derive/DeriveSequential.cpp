//===- DeriveSequential.cpp - The step applied token by token
//--------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One token a tile: the carry is the state, and absorb is the step itself.
// Any step has this form. Where the step is a scan of channels that lie side by
// side, a task takes a tile of them, in the lanes of vectors.
//
//===----------------------------------------------------------------------===//

#include "RecurrenceLoop.h"

using namespace mlir;
using namespace seqmix;

namespace {

/// Values that are the same at every token though the step computes them: they
/// are computed once, before the first.
class Invariants {
public:
  Invariants(seq::OperatorOp op, seq::RecurrenceOp recurrence)
      : recurrence(recurrence) {
    for (BlockArgument state : recurrence.getStateArgs())
      varying.insert(state);
    for (auto [argument, input] :
         llvm::zip(recurrence.getInputArgs(), recurrence.getInputs()))
      if (cast<seq::ArrayType>(input.getType())
              .hasAxis(recurrence.getSequenceAttr()))
        varying.insert(argument);
      else if (input.getDefiningOp() && !isNumber(*input.getDefiningOp()))
        values.push_back(input);
    auto ops = recurrence.getBody().without_terminator();
    for (Operation &o : ops)
      if (hasVaryingOperand(o))
        varying.insert(o.result_begin(), o.result_end());
    for (Operation &o : ops)
      if (!isNumber(o) && !hasVaryingOperand(o) && isUsedByVarying(o))
        llvm::append_range(values, o.getResults());
  }

  ArrayRef<Value> getValues() const { return values; }

private:
  /// A number costs nothing: it is not worth a carry.
  static bool isNumber(Operation &o) {
    return isa<seq::ConstantOp, seq::ParamOp, seq::SizeOp>(o);
  }
  bool hasVaryingOperand(Operation &o) {
    return llvm::any_of(o.getOperands(),
                        [&](Value value) { return varying.contains(value); });
  }
  bool isUsedByVarying(Operation &o) {
    return llvm::any_of(o.getUsers(), [&](Operation *user) {
      return user->getParentOp() != recurrence || hasVaryingOperand(*user);
    });
  }

  seq::RecurrenceOp recurrence;
  llvm::DenseSet<Value> varying;
  SmallVector<Value> values;
};

} // namespace

FailureOr<kernel::EntryOp>
seqmix::deriveSequential(OpBuilder &b, seq::OperatorOp op,
                         seq::RecurrenceOp recurrence, const Schedule &schedule,
                         StringRef symbol, bool single,
                         ArrayRef<std::string> report) {
  OpBuilder::InsertionGuard guard(b);
  EntryInfo info{symbol.str(), single ? "step" : "sequential",
                 b.getDictionaryAttr({}), std::nullopt,
                 SmallVector<std::string>(report)};
  if (single)
    info.require = b.getDictionaryAttr(
        b.getNamedAttr(op.canonicalSize(recurrence.getSequenceAttr()),
                       b.getI64IntegerAttr(1)));
  info.packing = schedule.packing ? &*schedule.packing : nullptr;
  kernel::EntryOp entry = buildEntry(b, op, info);
  StringAttr lanes = laneAxisOf(op, recurrence);
  LoopBuilder loop(b, op, entry,
                   parallelAxesOf(op, recurrence, schedule, lanes),
                   {recurrence.getSequenceAttr(), 1}, info.packing);
  if (failed(addArrays(loop, op, recurrence)))
    return failure();

  Invariants invariants(op, recurrence);
  SmallVector<Axes> invariantAxes;
  auto init =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    region.tiles.setLaneAxis(lanes);
    aliasInputs(region.tiles, recurrence);
    FailureOr<SmallVector<Value>> carry = initialCarry(region, recurrence);
    if (failed(carry))
      return failure();
    for (Value value : invariants.getValues()) {
      Tile tile = region.tiles.lift(value);
      if (!tile)
        return failure();
      Axes axes(tile.axes);
      region.tiles.arrange(axes);
      invariantAxes.push_back(axes);
      carry->push_back(carriedTile(region.tiles, tile, axes));
    }
    return carry;
  };
  auto absorb =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    TileBuilder &tiles = region.tiles;
    tiles.setLaneAxis(lanes);
    aliasInputs(tiles, recurrence);
    size_t numStates = recurrence.getStateArgs().size();
    for (auto [state, argument] : llvm::enumerate(recurrence.getStateArgs()))
      tiles.bind(argument,
                 {region.carry[state], stateAxes(tiles, recurrence, state)});
    ValueRange kept = region.carry.drop_front(numStates);
    for (auto [value, carry, axes] :
         llvm::zip(invariants.getValues(), kept, invariantAxes))
      tiles.bind(value, {carry, axes});
    // In the step's own order, so that the state is updated in place.
    for (Operation &o : recurrence.getBody().without_terminator())
      for (Value value : o.getResults())
        if (!tiles.lift(value))
          return failure();
    SmallVector<Value> outputs;
    if (failed(appendOutputs(loop, region, op, recurrence, outputs)))
      return failure();
    SmallVector<Value> values;
    for (auto [state, next] :
         llvm::enumerate(recurrence.getYield().getStates()))
      values.push_back(carriedTile(tiles, tiles.lift(next),
                                   stateAxes(tiles, recurrence, state)));
    llvm::append_range(values, kept);
    llvm::append_range(values, outputs);
    return values;
  };
  auto finish = [&](LoopBuilder::Region &region) {
    region.tiles.setLaneAxis(lanes);
    return finalResults(loop, region, op, recurrence);
  };
  if (failed(loop.build(init, absorb, nullptr, finish)))
    return failure();
  return entry;
}
