//===- FuseElementwise.cpp - Fuses elementwise work on tiles --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Stream/Stream.h"
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

//===----------------------------------------------------------------------===//
// Widening after what moves elements
//===----------------------------------------------------------------------===//

/// What a tile is widened from, if it is and keeps its shape; or null.
static Value widenedFrom(Value tile) {
  auto op = tile.getDefiningOp<linalg::GenericOp>();
  bool isWidening = op && op->getNumResults() == 1 && onlyWidens(op) &&
                    llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
                      return map.isIdentity();
                    });
  return isWidening ? op.getDpsInputs()[0] : Value();
}

/// A tile in the elements of another type.
static Value widen(PatternRewriter &rewriter, Location loc, Value tile,
                   Type element) {
  auto type = cast<RankedTensorType>(tile.getType());
  Value empty =
      tensor::EmptyOp::create(rewriter, loc, type.getShape(), element);
  AffineMap map = rewriter.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> parallel(type.getRank(),
                                            utils::IteratorType::parallel);
  return linalg::GenericOp::create(rewriter, loc, empty.getType(), tile, empty,
                                   ArrayRef{map, map}, parallel,
                                   [&](OpBuilder &b, Location l, ValueRange x) {
                                     Value wide = arith::ExtFOp::create(
                                         b, l, element, x[0]);
                                     linalg::YieldOp::create(b, l, wide);
                                   })
      .getResult(0);
}

namespace {

/// slice(widen(x)) → widen(slice(x)).
struct SliceBeforeWidening : OpRewritePattern<tensor::ExtractSliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::ExtractSliceOp op,
                                PatternRewriter &rewriter) const override {
    Value narrow = widenedFrom(op.getSource());
    if (!narrow)
      return rewriter.notifyMatchFailure(op, "its source is not widened");
    Type element = getElementTypeOrSelf(narrow.getType());
    Value slice = tensor::ExtractSliceOp::create(
        rewriter, op.getLoc(),
        cast<RankedTensorType>(op.getType().clone(element)), narrow,
        op.getMixedOffsets(), op.getMixedSizes(), op.getMixedStrides());
    rewriter.replaceOp(
        op, widen(rewriter, op.getLoc(), slice, op.getType().getElementType()));
    return success();
  }
};

/// pad(widen(x)) with 0 → widen(pad(x)).
struct PadBeforeWidening : OpRewritePattern<stream::PadOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(stream::PadOp op,
                                PatternRewriter &rewriter) const override {
    Value narrow = widenedFrom(op.getSource());
    if (!narrow || !op.getValue().isZero())
      return rewriter.notifyMatchFailure(op, "no widened tile and zeros");
    auto type = cast<RankedTensorType>(op.getOut().getType());
    Value empty =
        tensor::EmptyOp::create(rewriter, op.getLoc(), type.getShape(),
                                getElementTypeOrSelf(narrow.getType()));
    auto pad =
        stream::PadOp::create(rewriter, op.getLoc(), TypeRange(empty.getType()),
                              narrow, op.getValid(), empty, op.getDimAttr(),
                              op.getAxisAttr(), op.getValueAttr());
    rewriter.replaceOp(op, widen(rewriter, op.getLoc(), pad->getResult(0),
                                 type.getElementType()));
    return success();
  }
};

/// Widened tiles put into an empty one → widen(the tiles put into one).
struct InsertBeforeWidening : OpRewritePattern<tensor::InsertSliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::InsertSliceOp op,
                                PatternRewriter &rewriter) const override {
    Value part = widenedFrom(op.getSource());
    Value rest = widenedFrom(op.getDest());
    auto empty = op.getDest().getDefiningOp<tensor::EmptyOp>();
    if (!part || (!rest && !empty))
      return rewriter.notifyMatchFailure(op, "not all parts are widened");
    Type element = getElementTypeOrSelf(part.getType());
    if (rest && getElementTypeOrSelf(rest.getType()) != element)
      return rewriter.notifyMatchFailure(op, "parts of several types");
    if (empty)
      rest = tensor::EmptyOp::create(rewriter, op.getLoc(),
                                     op.getType().getShape(), element);
    Value insert = tensor::InsertSliceOp::create(
        rewriter, op.getLoc(), part, rest, op.getMixedOffsets(),
        op.getMixedSizes(), op.getMixedStrides());
    rewriter.replaceOp(op, widen(rewriter, op.getLoc(), insert,
                                 op.getType().getElementType()));
    return success();
  }
};

class FuseElementwisePass
    : public seqmix::impl::FuseElementwiseBase<FuseElementwisePass> {
public:
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(patterns, shouldFuse);
    patterns.add<SliceBeforeWidening, PadBeforeWidening, InsertBeforeWidening>(
        &getContext());
    linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation().emitError("elementwise fusion did not converge");
      signalPassFailure();
    }
  }
};

} // namespace
