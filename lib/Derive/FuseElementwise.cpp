//===- FuseElementwise.cpp - Fuses elementwise work on tiles
//---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "seqmix/Derive/Passes.h"

namespace seqmix {
#define GEN_PASS_DEF_FUSEELEMENTWISE
#include "seqmix/Derive/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

//===----------------------------------------------------------------------===//
// Decision (what is worth fusing)
//===----------------------------------------------------------------------===//

static bool shouldFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  if (!producer || producer.getNumResults() != 1)
    return false;
  Type element = getElementTypeOrSelf(producer.getResult(0).getType());
  if (!isa<FloatType>(element))
    return true;
  return llvm::hasSingleElement(producer->getUses());
}

namespace {

class FuseElementwisePass
    : public seqmix::impl::FuseElementwiseBase<FuseElementwisePass> {
public:
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(patterns, shouldFuse);
    linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation().emitError("elementwise fusion did not converge");
      signalPassFailure();
    }
  }
};

} // namespace
