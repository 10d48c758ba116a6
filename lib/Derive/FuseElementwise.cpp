//===- FuseElementwise.cpp - Fuses elementwise work on tiles
//---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
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

/// Whether a producer's values would be computed again and again along an axis
/// that it does not have, at the price of a function such as e^x each time.
static bool wouldRepeat(linalg::GenericOp producer, OpOperand *operand) {
  auto consumer = cast<linalg::LinalgOp>(operand->getOwner());
  return producer.getNumLoops() <
             consumer.getMatchingIndexingMap(operand).getNumDims() &&
         llvm::any_of(
             producer.getBody()->without_terminator(),
             [](Operation &o) {
               return isa<math::MathDialect>(o.getDialect()) ||
                      isa<arith::DivFOp>(o);
             });
}

/// Whether all that an op does is to make its operand's elements wider.
static bool onlyWidens(linalg::GenericOp op) {
  return op.getNumDpsInputs() == 1 && llvm::hasNItems(*op.getBody(), 2) &&
         isa<arith::ExtFOp>(op.getBody()->front());
}

static bool shouldFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  if (!producer || producer.getNumResults() != 1)
    return false;
  if (wouldRepeat(producer, operand))
    return false;
  Type element = getElementTypeOrSelf(producer.getResult(0).getType());
  // Cheap enough to do again where it is read, and then a tile less is kept.
  if (!isa<FloatType>(element) || onlyWidens(producer))
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
