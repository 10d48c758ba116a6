//===- DeriveForms.cpp - Each operator as its derived forms
//----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LowerApply.h"
#include "dialects/Stream/Stream.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "seqmix/Derive/Derive.h"
#include "seqmix/Derive/Passes.h"

namespace seqmix {
#define GEN_PASS_DEF_DERIVEFORMS
#include "seqmix/Derive/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

class DeriveFormsPass : public seqmix::impl::DeriveFormsBase<DeriveFormsPass> {
public:
  using DeriveFormsBase::DeriveFormsBase;
  void runOnOperation() override;

private:
  LogicalResult checkOptions();
  LogicalResult derive(OpBuilder &b, seq::OperatorOp op);
  /// Adds what packing changes to a schedule, if it is asked for.
  LogicalResult addPacking(seq::OperatorOp op, Schedule &schedule);
  LogicalResult deriveRecurrence(OpBuilder &b, seq::OperatorOp op,
                                 seq::RecurrenceOp recurrence);
};

LogicalResult DeriveFormsPass::checkOptions() {
  Location loc = getOperation().getLoc();
  if (form != "auto" && form != "chunkwise" && form != "sequential" &&
      form != "step")
    return emitError(loc) << "form must be auto, chunkwise, sequential or "
                             "step, found "
                          << form.getValue();
  if (chunk && (chunk < 16 || chunk > 256 || chunk % 16))
    return emitError(loc)
           << "chunk must be a multiple of 16 from 16 to 256, found "
           << chunk.getValue();
  if (split < 1 || split > 1024)
    return emitError(loc) << "split must be from 1 to 1024, found "
                          << split.getValue();
  if (packed && form == "step")
    return emitError(loc)
           << "form step takes one token of each sequence of a batch: expected "
              "no packed sequences; packed, one token each is a case of the "
              "other forms";
  for (auto [name, value] :
       {std::pair<StringRef, int64_t>{"query-tile", queryTile},
        {"key-tile", keyTile}})
    if (value < 2 || value > 1024)
      return emitError(loc)
             << name << " must be from 2 to 1024, found " << value;
  if (queryGroup < 1 || queryGroup > 64)
    return emitError(loc) << "query-group must be from 1 to 64, found "
                          << queryGroup.getValue();
  return success();
}

LogicalResult DeriveFormsPass::addPacking(seq::OperatorOp op,
                                          Schedule &schedule) {
  if (!packed)
    return success();
  FailureOr<seq::Packing> packing = seq::getPacking(op);
  if (failed(packing))
    return failure();
  schedule.packing = *packing;
  return success();
}

LogicalResult DeriveFormsPass::deriveRecurrence(OpBuilder &b,
                                                seq::OperatorOp op,
                                                seq::RecurrenceOp recurrence) {
  Schedule schedule;
  schedule.valueTile = valueTile;
  schedule.split = split;
  if (failed(addPacking(op, schedule)))
    return failure();
  auto wish = recurrence->getAttrOfType<IntegerAttr>("chunk");
  if (chunk)
    schedule.chunk = chunk;
  else if (wish)
    schedule.chunk = wish.getInt();
  std::string symbol = "seqmix_" + op.getSymName().str();
  StepForm steps = analyzeStep(recurrence);
  if (form == "chunkwise" && !steps.affine) {
    InFlightDiagnostic diag = recurrence.emitOpError("has no chunkwise form: ")
                              << steps.reason;
    if (steps.obstacle && steps.obstacle != recurrence)
      diag.attachNote(steps.obstacle->getLoc()) << "because of this op";
    return diag;
  }
  bool chunkwise = steps.affine && (form == "auto" || form == "chunkwise");
  if (split > 1 && !chunkwise) {
    InFlightDiagnostic diag = recurrence.emitOpError(
        "is not split over its sequence: a form other than chunkwise runs "
        "token by token; expected split = 1, found ");
    diag << split.getValue();
    if (!steps.affine) {
      Operation *at = steps.obstacle ? steps.obstacle : recurrence;
      diag.attachNote(at->getLoc()) << describe(steps);
    }
    return diag;
  }
  if (form != "step") {
    std::string why =
        form == "sequential" ? "sequential: asked for" : describe(steps);
    if (failed(chunkwise
                   ? deriveChunkwise(b, op, recurrence, steps, schedule, symbol)
                   : deriveSequential(b, op, recurrence, schedule, symbol,
                                      /*single=*/false, {why})))
      return failure();
  }
  if (packed)
    return success();
  return deriveSequential(b, op, recurrence, schedule, symbol + "_step",
                          /*single=*/true, {"one token, the step as it is"});
}

LogicalResult DeriveFormsPass::derive(OpBuilder &b, seq::OperatorOp op) {
  SmallVector<Operation *> mixers;
  op.walk([&](Operation *o) {
    if (isa<seq::RecurrenceOp, seq::AttentionOp>(o))
      mixers.push_back(o);
  });
  for (NamedAttribute param : op.getParams())
    if (!isa<IntegerAttr, TypeAttr>(param.getValue()))
      return op.emitOpError("parameter ")
             << param.getName().getValue()
             << " is not set; run seqmix-set-params first";
  if (mixers.size() != 1) {
    InFlightDiagnostic diag =
        op.emitOpError("must have one seq.recurrence or seq.attention, found ")
        << mixers.size();
    for (Operation *mixer : mixers)
      diag.attachNote(mixer->getLoc()) << "here";
    return diag;
  }
  if (auto attention = dyn_cast<seq::AttentionOp>(mixers[0])) {
    Schedule schedule;
    schedule.queryTile = queryTile;
    schedule.queryGroup = queryGroup;
    schedule.keyTile = keyTile;
    schedule.split = split;
    if (failed(addPacking(op, schedule)))
      return failure();
    if (form != "auto")
      return attention.emitOpError("has one form, a stream over keys; form ")
             << form.getValue() << " is for recurrences";
    return deriveAttention(b, op, attention, schedule,
                           "seqmix_" + op.getSymName().str());
  }
  return deriveRecurrence(b, op, cast<seq::RecurrenceOp>(mixers[0]));
}

void DeriveFormsPass::runOnOperation() {
  if (failed(checkOptions()))
    return signalPassFailure();
  for (seq::OperatorOp op :
       llvm::make_early_inc_range(getOperation().getOps<seq::OperatorOp>())) {
    OpBuilder b(op);
    if (failed(derive(b, op)))
      return signalPassFailure();
    auto derived = llvm::make_filter_range(
        getOperation().getOps<kernel::EntryOp>(), [&](kernel::EntryOp entry) {
          return entry.getOperatorName() == op.getSymName();
        });
    if (failed(lowerApplies(op, llvm::to_vector(derived))))
      return signalPassFailure();
    op.erase();
  }
}

} // namespace
