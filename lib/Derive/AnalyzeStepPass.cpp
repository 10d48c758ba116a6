//===- AnalyzeStepPass.cpp - Remarks on the form of each step
//--------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "mlir/IR/BuiltinOps.h"
#include "seqmix/Derive/Passes.h"
#include "seqmix/Derive/StepForm.h"

namespace seqmix {
#define GEN_PASS_DEF_ANALYZESTEP
#include "seqmix/Derive/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

class AnalyzeStepPass : public seqmix::impl::AnalyzeStepBase<AnalyzeStepPass> {
public:
  void runOnOperation() override {
    getOperation().walk([](seq::RecurrenceOp op) {
      StepForm form = analyzeStep(op);
      InFlightDiagnostic diag = op.emitRemark(describe(form));
      if (!form.affine && form.obstacle && form.obstacle != op)
        diag.attachNote(form.obstacle->getLoc()) << "because of this op";
    });
    markAllAnalysesPreserved();
  }
};

} // namespace
