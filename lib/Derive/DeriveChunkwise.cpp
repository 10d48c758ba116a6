//===- DeriveChunkwise.cpp - The chunkwise-parallel form ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop over chunks of tokens; Chunk.h has the algebra.
//
//===----------------------------------------------------------------------===//

#include "Chunk.h"

using namespace mlir;
using namespace seqmix;

/// Adds what a value is computed from, as far as it comes from the state and up
/// to the reads of it.
static void collectNeeded(Value value, const StepForm &form,
                          llvm::DenseSet<Value> &needed) {
  if (!form.fromState.contains(value) || !needed.insert(value).second ||
      form.findRead(value))
    return;
  for (Value operand : value.getDefiningOp()->getOperands())
    collectNeeded(operand, form, needed);
}

//===----------------------------------------------------------------------===//
// The chunk
//===----------------------------------------------------------------------===//

bool Chunk::absorb() {
  if (!makeGates() || !makeKeys())
    return false;
  SmallVector<unsigned> dependent = form.dependentWrites();
  if (dependent.size() == 1 && !solve(dependent[0]))
    return false;
  if (dependent.size() > 1 && !solveSubsteps())
    return false;
  // A read that only the solve needed is not computed a second time.
  llvm::DenseSet<Value> needed;
  for (Value output : op.getYield().getOutputs())
    collectNeeded(output, form, needed);
  for (const Read &read : form.reads) {
    if (!needed.contains(read.op.getResult()))
      continue;
    tiles.setLocation(read.op.getLoc());
    When when = whenOf(read);
    Tile vector = readVector(read, when);
    if (!vector)
      return false;
    Tile sum = readWithout(read, vector, when, {});
    if (!sum)
      return false;
    tiles.bind(read.op.getResult(), sum);
  }
  return true;
}

Value Chunk::next() {
  int64_t last = tiles.sizeOf(row) - 1;
  Tile sum = state;
  Tile lastKeyGate, lastValueGate;
  if (keyGate) {
    lastKeyGate = tiles.slice(keyGate, row, last);
    sum = tiles.mul(sum, tiles.exp(lastKeyGate));
  }
  if (valueGate) {
    lastValueGate = tiles.slice(valueGate, row, last);
    sum = tiles.mul(sum, tiles.exp(lastValueGate));
  }
  sum = tiles.materialize(sum, state.axes);
  for (const StateVersion::Included &included : form.final.writes) {
    Tile key = keys[included.write], value = rows[included.write];
    if (keyGate)
      key = tiles.materialize(
          tiles.mul(key, tiles.expDifference(lastKeyGate, keyGate)),
          {row, form.keyAxis});
    if (valueGate)
      value = tiles.materialize(
          tiles.mul(value, tiles.expDifference(lastValueGate, valueGate)),
          {row, form.valueAxis});
    sum = tiles.accumulate(sum, key, value, {row});
  }
  return sum.value;
}

FailureOr<kernel::EntryOp>
seqmix::deriveChunkwise(OpBuilder &b, seq::OperatorOp op,
                        seq::RecurrenceOp recurrence, const StepForm &form,
                        const Schedule &schedule, StringRef symbol) {
  OpBuilder::InsertionGuard guard(b);
  EntryInfo info{symbol.str(),
                 "chunkwise",
                 b.getDictionaryAttr({}),
                 schedule.chunk,
                 {describe(form)}};
  kernel::EntryOp entry = buildEntry(b, op, info);
  LoopBuilder loop(b, op, entry, parallelAxesOf(op, recurrence, schedule),
                   {recurrence.getSequenceAttr(), schedule.chunk});
  if (failed(addArrays(loop, op, recurrence)))
    return failure();
  auto init = [&](LoopBuilder::Region &region) {
    return initialCarry(region, recurrence);
  };
  auto absorb =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    aliasInputs(region.tiles, recurrence);
    Chunk chunk(region, recurrence, form);
    if (!chunk.absorb())
      return failure();
    SmallVector<Value> outputs;
    if (failed(appendOutputs(loop, region, op, recurrence, outputs)))
      return failure();
    SmallVector<Value> values = {chunk.next()};
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
