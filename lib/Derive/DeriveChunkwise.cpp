//===- DeriveChunkwise.cpp - The chunkwise-parallel form ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop over chunks of tokens; Chunk.h has the algebra.
//
//===----------------------------------------------------------------------===//

#include "Chunk.h"

using namespace mlir;
using namespace seqmix;

namespace {

/// One chunk of all carries: each in its turn, so that what it gives at each
/// token is known to those after it.
class Step {
public:
  Step(TileBuilder &tiles, seq::RecurrenceOp op, const StepForm &form,
       ValueRange carry)
      : tiles(tiles), op(op), form(form), carry(carry) {
    tiles.setRowAxis(op.getSequenceAttr());
  }

  /// Binds what the outputs need and gives the carries after the chunk.
  FailureOr<SmallVector<Value>> absorb();

private:
  void collectNeeded(Value value, const CarryForm *own,
                     llvm::DenseSet<Value> &visited);
  void collectNeeded();
  bool isReady(Value value);
  bool bindReads(Chunk &chunk, const CarryForm &carryForm, bool &bound);

  TileBuilder &tiles;
  seq::RecurrenceOp op;
  const StepForm &form;
  ValueRange carry;
  llvm::DenseSet<Value> needed;
};

} // namespace

/// Adds the reads that a value is computed from, but for those of `own`: the
/// solve of a carry finds what it needs itself.
void Step::collectNeeded(Value value, const CarryForm *own,
                         llvm::DenseSet<Value> &visited) {
  if (value.getParentBlock() != &op.getBody() || !visited.insert(value).second)
    return;
  if (const Read *read = form.findRead(value)) {
    if (!own || !own->findRead(value))
      needed.insert(value);
    return collectNeeded(read->vector, own, visited);
  }
  if (Operation *definition = value.getDefiningOp())
    for (Value operand : definition->getOperands())
      collectNeeded(operand, own, visited);
}

void Step::collectNeeded() {
  llvm::DenseSet<Value> visited;
  for (Value output : op.getYield().getOutputs())
    collectNeeded(output, nullptr, visited);
  for (const CarryForm &own : form.carries) {
    visited.clear();
    auto collect = [&](Value value) { collectNeeded(value, &own, visited); };
    for (const DecayFactor &decay : own.decays)
      collect(decay.factor);
    for (const Write &write : own.writes) {
      llvm::for_each(write.key, collect);
      llvm::for_each(write.value, collect);
      if (write.dependent)
        collect(write.dependent);
    }
    for (const Addend &addend : own.addends)
      collect(addend.value);
    llvm::for_each(own.floors, collect);
  }
}

/// Whether a value comes from nothing that is still to be found.
bool Step::isReady(Value value) {
  if (value.getParentBlock() != &op.getBody() || tiles.isBound(value))
    return true;
  if (llvm::is_contained(op.getStateArgs(), value) || form.findRead(value))
    return false;
  Operation *definition = value.getDefiningOp();
  return !definition || llvm::all_of(definition->getOperands(),
                                     [&](Value x) { return isReady(x); });
}

/// Binds the reads of a carry whose vectors are known.
bool Step::bindReads(Chunk &chunk, const CarryForm &carryForm, bool &bound) {
  for (const Read &read : carryForm.reads) {
    if (!needed.contains(read.op.getResult()) ||
        tiles.isBound(read.op.getResult()) || !isReady(read.vector))
      continue;
    if (!chunk.bind(read))
      return false;
    bound = true;
  }
  return true;
}

FailureOr<SmallVector<Value>> Step::absorb() {
  collectNeeded();
  SmallVector<Value> next(form.carries.size());
  SmallVector<std::pair<std::unique_ptr<Chunk>, const CarryForm *>> chunks;
  bool bound = false;
  for (const CarryForm &carryForm : form.carries) {
    Value before = carry[carryForm.state];
    if (carryForm.kind == CarryForm::Kind::Maximum) {
      ChunkMaximum maximum(tiles, op, carryForm, before);
      if (!maximum.absorb())
        return failure();
      next[carryForm.state] = maximum.next();
      continue;
    }
    auto chunk = std::make_unique<Chunk>(tiles, op, carryForm, before);
    if (!chunk->absorb() || !bindReads(*chunk, carryForm, bound))
      return failure();
    chunks.push_back({std::move(chunk), &carryForm});
  }
  // A vector may come from reads of carries that come later.
  for (bound = true; bound;) {
    bound = false;
    for (auto &[chunk, carryForm] : chunks)
      if (!bindReads(*chunk, *carryForm, bound))
        return failure();
  }
  for (auto &[chunk, carryForm] : chunks)
    next[carryForm->state] = chunk->next();
  return next;
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
  info.packing = schedule.packing ? &*schedule.packing : nullptr;
  kernel::EntryOp entry = buildEntry(b, op, info);
  LoopBuilder loop(b, op, entry, parallelAxesOf(op, recurrence, schedule),
                   {recurrence.getSequenceAttr(), schedule.chunk},
                   info.packing);
  if (failed(addArrays(loop, op, recurrence)))
    return failure();
  auto init = [&](LoopBuilder::Region &region) {
    return initialCarry(region, recurrence);
  };
  auto absorb =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    aliasInputs(region.tiles, recurrence);
    Step step(region.tiles, recurrence, form, region.carry);
    FailureOr<SmallVector<Value>> values = step.absorb();
    if (failed(values) ||
        failed(appendOutputs(loop, region, op, recurrence, *values)))
      return failure();
    return values;
  };
  auto finish = [&](LoopBuilder::Region &region) {
    return finalResults(loop, region, op, recurrence);
  };
  if (failed(loop.build(init, absorb, nullptr, finish)))
    return failure();
  return entry;
}
