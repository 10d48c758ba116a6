//===- DeriveChunkwise.cpp - The chunkwise-parallel form ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A loop over chunks of tokens; Chunk.h has the algebra.
//
//===----------------------------------------------------------------------===//

#include "SplitRecurrence.h"

using namespace mlir;
using namespace seqmix;

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
  if (schedule.split > 1) {
    SplitRecurrence split(b, op, recurrence, form, schedule);
    if (failed(split.check()))
      return failure();
    info.report.push_back(split.describe());
    info.readsOnce = false;
    kernel::EntryOp entry = buildEntry(b, op, info);
    return failed(split.build(entry)) ? FailureOr<kernel::EntryOp>(failure())
                                      : entry;
  }
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
    SmallVector<Value> carry(region.carry);
    ChunkStep step(region.tiles, recurrence, form, carry);
    FailureOr<SmallVector<Value>> values = step.absorb(/*outputs=*/true);
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
