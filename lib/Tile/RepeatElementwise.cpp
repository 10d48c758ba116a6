//===- RepeatElementwise.cpp - Computed again rather than kept ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Tile/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace seqmix {
#define GEN_PASS_DEF_REPEATELEMENTWISE
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

//===----------------------------------------------------------------------===//
// Decision
//===----------------------------------------------------------------------===//

/// One instruction or two, none of them long.
static bool isCheap(linalg::GenericOp op) {
  auto ops = op.getBody()->without_terminator();
  return llvm::range_size(ops) <= 2 && llvm::all_of(ops, [](Operation &o) {
           return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp,
                      arith::NegFOp, arith::ExtFOp>(o);
         });
}

/// Whether an op reads one tile as large as the one it makes, so that who reads
/// the latter may as well read the former.
static bool readsOneTile(linalg::GenericOp op) {
  unsigned tiles = 0;
  for (OpOperand *input : op.getDpsInputOperands()) {
    AffineMap map = op.getMatchingIndexingMap(input);
    if (map.getNumResults() < op.getNumLoops())
      continue;
    ++tiles;
    if (!map.isIdentity() || input->get().getType() != op.getResultTypes()[0])
      return false;
  }
  return tiles == 1;
}

static bool shouldRepeat(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  return producer && producer.getNumResults() == 1 &&
         producer.getNumLoops() > 1 &&
         producer.getNumParallelLoops() == producer.getNumLoops() &&
         isCheap(producer) && readsOneTile(producer) &&
         llvm::all_of(producer->getUsers(), [](Operation *user) {
           return isa<linalg::GenericOp>(user);
         });
}

namespace {

struct RepeatElementwisePass
    : seqmix::impl::RepeatElementwiseBase<RepeatElementwisePass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(patterns, shouldRepeat);
    linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation().emitError("elementwise fusion did not converge");
      signalPassFailure();
    }
  }
};

} // namespace
