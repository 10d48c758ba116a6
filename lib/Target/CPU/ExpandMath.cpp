//===- ExpandMath.cpp - No library calls
//------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/Passes.h"
#include "lib/Target/CPU/Polynomials.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace seqmix::cpu {
#define GEN_PASS_DEF_EXPANDMATH
#include "lib/Target/CPU/Passes.h.inc"
} // namespace seqmix::cpu

using namespace mlir;
using namespace seqmix::cpu;

//===----------------------------------------------------------------------===//
// Decision: what has instructions
//===----------------------------------------------------------------------===//

static bool hasInstruction(Operation *op) {
  return isa<math::SqrtOp, math::FmaOp, math::AbsFOp, math::AbsIOp,
             math::FloorOp, math::CeilOp, math::TruncOp, math::RoundEvenOp,
             math::RoundOp, math::CopySignOp, math::CountLeadingZerosOp,
             math::CountTrailingZerosOp, math::CtPopOp, math::IsNaNOp,
             math::IsInfOp, math::IsFiniteOp, math::IsNormalOp>(op);
}

namespace {

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

template <typename OpTy, Value (*build)(ImplicitLocOpBuilder &, Value)>
struct Expand : public OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    Value x = op->getOperand(0);
    if (!getElementTypeOrSelf(x.getType()).isF32())
      return rewriter.notifyMatchFailure(op, "expected f32");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op, build(b, x));
    return success();
  }
};

/// Whether a value is a vector that AVX-512 scales by powers of two, in code
/// for it.
bool mayScale(Operation *op) {
  auto type = dyn_cast<VectorType>(op->getResult(0).getType());
  auto function = op->getParentOfType<LLVM::LLVMFuncOp>();
  auto lanes = function ? function->getAttrOfType<IntegerAttr>("kernel.lanes")
                        : IntegerAttr();
  return type && type.getElementType().isF32() && type.getRank() == 1 &&
         type.getNumElements() == 16 && lanes && lanes.getInt() == 16;
}

/// A function that AVX-512 has a shorter way for; `mayRound`: for those that
/// may be approximate.
template <typename OpTy, Value (*build)(ImplicitLocOpBuilder &, Value),
          bool mayRound>
struct ExpandWide : public OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (!mayScale(op) ||
        (mayRound &&
         !bitEnumContainsAny(op.getFastmath(), arith::FastMathFlags::afn)))
      return rewriter.notifyMatchFailure(op, "expected vector<16xf32>, afn");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op, build(b, op.getOperand()));
    return success();
  }
};

/// y / (c + e^x) with c > 0: the divisor is never small, so that an estimate of
/// its reciprocal and one step of Newton's do; the estimate alone where e^x may
/// be approximate.
void divideByLogistic(arith::DivFOp op) {
  auto sum = op.getRhs().getDefiningOp<arith::AddFOp>();
  if (!sum || !mayScale(op))
    return;
  auto isPositive = [](Value value) {
    DenseFPElementsAttr number;
    return matchPattern(value, m_Constant(&number)) && number.isSplat() &&
           number.getSplatValue<APFloat>().convertToFloat() > 1e-30f;
  };
  Value term = isPositive(sum.getRhs())   ? sum.getLhs()
               : isPositive(sum.getLhs()) ? sum.getRhs()
                                          : Value();
  auto exp = term ? term.getDefiningOp<math::ExpOp>() : nullptr;
  if (!exp)
    return;
  ImplicitLocOpBuilder b(op.getLoc(), op);
  bool mayRound =
      bitEnumContainsAny(exp.getFastmath(), arith::FastMathFlags::afn);
  Value quotient =
      mayRound ? buildShortReciprocal(b, sum) : buildReciprocal(b, sum);
  if (!matchPattern(op.getLhs(), m_OneFloat()))
    quotient = arith::MulFOp::create(b, op.getLhs(), quotient);
  op.replaceAllUsesWith(quotient);
  op.erase();
}

/// log1p(e^−|x|), the part of a softplus that is not straight: its operand lies
/// in [0, 1], where one polynomial does.
void takeLog1pOfUnit(math::Log1pOp op) {
  auto exp = op.getOperand().getDefiningOp<math::ExpOp>();
  auto neg = exp ? exp.getOperand().getDefiningOp<arith::NegFOp>() : nullptr;
  if (!neg || !neg.getOperand().getDefiningOp<math::AbsFOp>() ||
      !getElementTypeOrSelf(op.getType()).isF32())
    return;
  ImplicitLocOpBuilder b(op.getLoc(), op);
  op.replaceAllUsesWith(buildLog1pOfUnit(b, exp));
  op.erase();
}

/// e^(u v) as 2^(u (v log2(e))), where the loop does not move v: the product is
/// rounded as it was, and the exponent needs no reduction in two steps.
void scaleProductAhead(math::ExpOp op) {
  bool negates = false;
  Value x = op.getOperand();
  if (auto neg = x.getDefiningOp<arith::NegFOp>()) {
    negates = true;
    x = neg.getOperand();
  }
  auto product = x.getDefiningOp<arith::MulFOp>();
  auto loop = op->getParentOfType<scf::ForOp>();
  if (!product || !mayScale(op))
    return;
  auto stays = [&](Value value) {
    return matchPattern(value, m_Constant()) ||
           (loop && loop.isDefinedOutsideOfLoop(value));
  };
  Value moving = product.getLhs(), still = product.getRhs();
  if (!stays(still))
    std::swap(moving, still);
  if (!stays(still))
    return;
  ImplicitLocOpBuilder b(op.getLoc(), op);
  Value log2e = arith::ConstantOp::create(
      b, DenseElementsAttr::get(cast<VectorType>(op.getType()),
                                Attribute(b.getF32FloatAttr(
                                    negates ? -1.44269504f : 1.44269504f))));
  Value scaled = b.createOrFold<arith::MulFOp>(still, log2e);
  Value power = math::Exp2Op::create(
      b, arith::MulFOp::create(b, moving, scaled), op.getFastmath());
  op.replaceAllUsesWith(power);
  op.erase();
}

Value buildSin(ImplicitLocOpBuilder &b, Value x) {
  return buildSine(b, x, /*cosine=*/false);
}
Value buildCos(ImplicitLocOpBuilder &b, Value x) {
  return buildSine(b, x, /*cosine=*/true);
}
Value buildRsqrt(ImplicitLocOpBuilder &b, Value x) {
  TypedAttr one = b.getF32FloatAttr(1.0f);
  if (auto vector = dyn_cast<VectorType>(x.getType()))
    one = DenseElementsAttr::get(vector, Attribute(one));
  return arith::DivFOp::create(b, arith::ConstantOp::create(b, one),
                               math::SqrtOp::create(b, x));
}

/// f64 reaches a 16-bit float by way of f32: there is no instruction for it.
struct NarrowInTwoSteps : public OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getIn().getType()).isF64() ||
        getElementTypeOrSelf(op.getType()).getIntOrFloatBitWidth() != 16)
      return rewriter.notifyMatchFailure(op, "expected f64 to 16 bits");
    Type f32 = rewriter.getF32Type();
    if (auto vector = dyn_cast<VectorType>(op.getType()))
      f32 = vector.clone(f32);
    Value half =
        arith::TruncFOp::create(rewriter, op.getLoc(), f32, op.getIn());
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(), half);
    return success();
  }
};

/// Whether the function at hand may round f32 to bf16 by an instruction.
static bool roundsToBF16(Operation *op) {
  auto function = op->getParentOfType<LLVM::LLVMFuncOp>();
  if (auto itself = dyn_cast<LLVM::LLVMFuncOp>(op))
    function = itself;
  return function && function.getTargetFeaturesAttr() &&
         function.getTargetFeaturesAttr().contains("+avx512bf16");
}

struct ExpandMath : public seqmix::cpu::impl::ExpandMathBase<ExpandMath> {
  using ExpandMathBase::ExpandMathBase;

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    // While exps are to be seen as such.
    SmallVector<arith::DivFOp> quotients;
    getOperation()->walk([&](arith::DivFOp op) { quotients.push_back(op); });
    llvm::for_each(quotients, divideByLogistic);
    SmallVector<math::Log1pOp> logarithms;
    getOperation()->walk([&](math::Log1pOp op) { logarithms.push_back(op); });
    llvm::for_each(logarithms, takeLog1pOfUnit);
    SmallVector<math::ExpOp> exps;
    getOperation()->walk([&](math::ExpOp op) { exps.push_back(op); });
    llvm::for_each(exps, scaleProductAhead);

    RewritePatternSet patterns(context);
    patterns.add<Expand<math::ExpOp, buildExp>, Expand<math::Exp2Op, buildExp2>,
                 Expand<math::SinOp, buildSin>, Expand<math::CosOp, buildCos>,
                 Expand<math::RsqrtOp, buildRsqrt>, NarrowInTwoSteps>(
        context, PatternBenefit(2));
    patterns.add<ExpandWide<math::ExpOp, buildScaledExp, false>,
                 ExpandWide<math::Exp2Op, buildScaledExp2, false>>(
        context, PatternBenefit(3));
    patterns.add<ExpandWide<math::ExpOp, buildShortExp, true>,
                 ExpandWide<math::Exp2Op, buildShortExp2, true>,
                 ExpandWide<math::SqrtOp, buildShortSqrt, true>,
                 ExpandWide<math::TanhOp, buildShortTanh, true>>(
        context, PatternBenefit(4));
    // Upstream's polynomials for the rest; what they leave behind in terms of
    // exp comes back to ours.
    populateMathPolynomialApproximationPatterns(patterns, [](StringRef name) {
      return !llvm::is_contained(
          ArrayRef<StringRef>{"math.exp", "math.sin", "math.cos"}, name);
    });
    populateMathF32ExpansionPatterns(patterns, [](StringRef) { return true; });
    math::populateExpansionPatterns(patterns,
                                    {"sinh", "cosh", "tan", "asinh", "acosh",
                                     "atanh", "powf", "fpowi", "clampf"});
    if (!roundsToBF16(getOperation()))
      arith::populateExpandBFloat16Patterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();

    WalkResult result = getOperation()->walk([&](Operation *op) {
      bool isMath = isa_and_nonnull<math::MathDialect>(op->getDialect());
      if ((isMath && !hasInstruction(op)) || isa<arith::RemFOp>(op)) {
        op->emitOpError("has no code on this target: expected an f32 operand "
                        "and a function with a polynomial, found ")
            << op->getOperandTypes();
        return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
