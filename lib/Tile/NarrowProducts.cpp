//===- NarrowProducts.cpp - Products of tiles in their narrow type --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Tile/Passes.h"

#include "dialects/Stream/Stream.h"
#include "lib/Tile/Conversions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

namespace seqmix {
#define GEN_PASS_DEF_NARROWPRODUCTS
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

/// Whether all that reads a value are products, as a factor; scores count if
/// they may get it as exact as it is.
static bool isFactorOnly(Value value, bool orScores) {
  return !value.use_empty() &&
         llvm::all_of(value.getUses(), [&](OpOperand &use) {
           if (auto scores = dyn_cast<stream::ScoresOp>(use.getOwner()))
             return orScores && (&use == &scores.getXMutable() ||
                                 &use == &scores.getYMutable());
           auto product = dyn_cast<linalg::ContractOp>(use.getOwner());
           return product && product.isDpsInput(&use);
         });
}

/// Lets an elementwise op round its result to the type of products.
static void roundResult(linalg::GenericOp op, Type narrow) {
  OpBuilder builder(op);
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  Value empty =
      tensor::EmptyOp::create(builder, op.getLoc(), type.getShape(), narrow);
  op.getDpsInitsMutable()[0].assign(empty);
  op.getResult(0).setType(cast<RankedTensorType>(empty.getType()));
  Block &body = *op.getBlock();
  body.getArguments().back().setType(narrow);
  Operation *yield = body.getTerminator();
  builder.setInsertionPoint(yield);
  yield->setOperand(0, arith::TruncFOp::create(builder, op.getLoc(), narrow,
                                               yield->getOperand(0)));
}

/// Makes products anew whose factors have changed type: their bodies name it.
static void rebuildProducts(Operation *root) {
  SmallVector<linalg::ContractOp> products;
  root->walk([&](linalg::ContractOp op) { products.push_back(op); });
  for (linalg::ContractOp op : products) {
    bool isStale = llvm::any_of(
        llvm::zip(op.getDpsInputs(), op.getBlock()->getArguments()),
        [](auto pair) {
          auto [factor, argument] = pair;
          return getElementTypeOrSelf(factor.getType()) != argument.getType();
        });
    if (!isStale)
      continue;
    OpBuilder builder(op);
    auto fresh = linalg::ContractOp::create(
        builder, op.getLoc(), op->getResultTypes(), op.getInputs(),
        op.getOutputs(), op.getIndexingMaps());
    op->replaceAllUsesWith(fresh);
    op.erase();
  }
}

namespace {

struct NarrowProductsPass
    : seqmix::impl::NarrowProductsBase<NarrowProductsPass> {
  void runOnOperation() override {
    Type narrow = getOperation().getProductType();
    SmallVector<linalg::GenericOp> ops;
    getOperation().walk([&](linalg::GenericOp op) {
      if (op.hasPureTensorSemantics() && op->getNumResults() == 1 &&
          isFactorOnly(op->getResult(0), /*orScores=*/tile::isWidening(op)))
        ops.push_back(op);
    });
    for (linalg::GenericOp op : ops) {
      Value wide = op->getResult(0);
      if (tile::isWidening(op)) {
        wide.replaceAllUsesWith(op.getDpsInputs()[0]);
        op.erase();
      } else if (!narrow.isF32() &&
                 cast<RankedTensorType>(wide.getType())
                     .getElementType()
                     .isF32() &&
                 op.getNumParallelLoops() == op.getNumLoops() &&
                 !op.payloadUsesValueFromOperand(op.getDpsInitOperand(0))) {
        roundResult(op, narrow);
      }
    }
    rebuildProducts(getOperation());
  }
};

} // namespace
