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
  // Factors of scores that belong to whole tokens scale what a product gives.
  bool isMatrix = cast<ShapedType>(value.getType()).getRank() == 2;
  return !value.use_empty() &&
         llvm::all_of(value.getUses(), [&](OpOperand &use) {
           if (auto scores = dyn_cast<stream::ScoresOp>(use.getOwner())) {
             bool isRows =
                 &use == &scores.getXMutable() || &use == &scores.getYMutable();
             return isRows ? orScores
                           : llvm::is_contained(scores.getFactors(), value) &&
                                 isMatrix;
           }
           auto product = dyn_cast<linalg::ContractOp>(use.getOwner());
           return product && product.isDpsInput(&use);
         });
}

/// Lets an op round an elementwise result to the type of products.
static void roundResult(linalg::GenericOp op, unsigned number, Type narrow) {
  OpBuilder builder(op);
  Value result = op.getResult(number);
  auto type = cast<RankedTensorType>(result.getType());
  Value empty =
      tensor::EmptyOp::create(builder, op.getLoc(), type.getShape(), narrow);
  op.getDpsInitsMutable()[number].assign(empty);
  result.setType(cast<RankedTensorType>(empty.getType()));
  op.getRegionOutputArgs()[number].setType(narrow);
  Operation *yield = op.getBlock()->getTerminator();
  builder.setInsertionPoint(yield);
  yield->setOperand(number,
                    arith::TruncFOp::create(builder, op.getLoc(), narrow,
                                            yield->getOperand(number)));
}

/// Whether each point of an op writes one element of a result, whatever was
/// there.
static bool isElementwise(linalg::GenericOp op, unsigned number) {
  OpOperand *init = op.getDpsInitOperand(number);
  return op.getMatchingIndexingMap(init).isPermutation() &&
         !op.payloadUsesValueFromOperand(init);
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
      if (op.hasPureTensorSemantics())
        ops.push_back(op);
    });
    for (linalg::GenericOp op : ops) {
      if (tile::isWidening(op)) {
        if (isFactorOnly(op->getResult(0), /*orScores=*/true)) {
          op->getResult(0).replaceAllUsesWith(op.getDpsInputs()[0]);
          op.erase();
        }
        continue;
      }
      for (OpResult result : op->getResults())
        if (narrow.isBF16() && getElementTypeOrSelf(result.getType()).isF32() &&
            isElementwise(op, result.getResultNumber()) &&
            isFactorOnly(result, /*orScores=*/false))
          roundResult(op, result.getResultNumber(), narrow);
    }
    rebuildProducts(getOperation());
  }
};

} // namespace
