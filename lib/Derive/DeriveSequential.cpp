//===- DeriveSequential.cpp - The step applied token by token
//--------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One token a tile: the carry is the state, and absorb is the step itself.
// Any step has this form.
//
//===----------------------------------------------------------------------===//

#include "RecurrenceLoop.h"

using namespace mlir;
using namespace seqmix;

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
  LoopBuilder loop(b, op, entry, parallelAxesOf(op, recurrence, schedule),
                   {recurrence.getSequenceAttr(), 1}, info.packing);
  if (failed(addArrays(loop, op, recurrence)))
    return failure();

  auto init = [&](LoopBuilder::Region &region) {
    return initialCarry(region, recurrence);
  };
  auto absorb =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    TileBuilder &tiles = region.tiles;
    aliasInputs(tiles, recurrence);
    for (auto [state, carry] :
         llvm::zip(recurrence.getStateArgs(), region.carry))
      tiles.bind(state, {carry, stateAxes(tiles, state)});
    // In the step's own order, so that the state is updated in place.
    for (Operation &o : recurrence.getBody().without_terminator())
      for (Value value : o.getResults())
        if (!tiles.lift(value))
          return failure();
    SmallVector<Value> outputs;
    if (failed(appendOutputs(loop, region, op, recurrence, outputs)))
      return failure();
    SmallVector<Value> values;
    for (auto [state, next] : llvm::zip(recurrence.getStateArgs(),
                                        recurrence.getYield().getStates())) {
      values.push_back(
          carriedTile(tiles, tiles.lift(next), stateAxes(tiles, state)));
    }
    llvm::append_range(values, outputs);
    return values;
  };
  auto finish = [&](LoopBuilder::Region &region) {
    return finalResults(loop, region, op, recurrence);
  };
  if (failed(loop.build(init, absorb, nullptr, finish)))
    return failure();
  return entry;
}
