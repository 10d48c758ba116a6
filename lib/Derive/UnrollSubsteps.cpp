//===- UnrollSubsteps.cpp - One copy of the region a sub-step
//--------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/Seq.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "seqmix/Derive/Passes.h"

namespace seqmix {
#define GEN_PASS_DEF_UNROLLSUBSTEPS
#include "seqmix/Derive/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

static void unroll(seq::SubstepsOp op, int64_t count) {
  OpBuilder b(op);
  Block &body = op.getBody().front();
  auto yield = cast<seq::YieldOp>(body.getTerminator());
  SmallVector<Value> states(op.getInitial());
  unsigned inputs = op.getInputs().size();
  for (int64_t index = 0; index < count; ++index) {
    IRMapping map;
    for (auto [i, operand] : llvm::enumerate(op.getInputs())) {
      Value value = operand;
      if (cast<seq::ArrayType>(operand.getType()).hasAxis(op.getAxisAttr()))
        value = seq::SliceOp::create(b, op.getLoc(), operand, op.getAxisAttr(),
                                     b.getI64IntegerAttr(index));
      map.map(body.getArgument(i), value);
    }
    for (auto [i, state] : llvm::enumerate(states))
      map.map(body.getArgument(inputs + i), state);
    for (Operation &o : body.without_terminator())
      b.clone(o, map);
    for (auto [state, next] : llvm::zip(states, yield.getStates()))
      state = map.lookupOrDefault(next);
  }
  op.replaceAllUsesWith(states);
  op.erase();
}

namespace {

class UnrollSubstepsPass
    : public seqmix::impl::UnrollSubstepsBase<UnrollSubstepsPass> {
public:
  void runOnOperation() override {
    SmallVector<seq::SubstepsOp> all;
    // Inner ones first.
    getOperation().walk([&](seq::SubstepsOp op) { all.push_back(op); });
    for (seq::SubstepsOp op : all) {
      auto parent = op->getParentOfType<seq::OperatorOp>();
      std::optional<int64_t> count =
          parent ? parent.getIntParam(op.getAxis()) : std::nullopt;
      if (!count) {
        op.emitOpError() << op.getAxis()
                         << " has no value; run seqmix-set-params first";
        return signalPassFailure();
      }
      unroll(op, *count);
    }
  }
};

} // namespace
