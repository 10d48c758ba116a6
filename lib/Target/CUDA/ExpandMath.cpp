//===- ExpandMath.cpp - Math functions without a library
//---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CUDA/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace seqmix::cuda {
#define GEN_PASS_DEF_EXPANDMATH
#include "lib/Target/CUDA/Passes.h.inc"
} // namespace seqmix::cuda

using namespace mlir;

static Value makeConstant(ImplicitLocOpBuilder &b, double value) {
  return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
}

/// 2^x to 2^-22, denormal results included; 0 for −inf.
static Value makeExp2(ImplicitLocOpBuilder &b, Value x) {
  return LLVM::CallIntrinsicOp::create(
             b, b.getF32Type(), b.getStringAttr("llvm.nvvm.ex2.approx.f32"),
             ValueRange{x})
      .getResult(0);
}

namespace {
struct LowerExp2 : OpRewritePattern<math::Exp2Op> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::Exp2Op op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op, makeExp2(b, op.getOperand()));
    return success();
  }
};

/// e^x = 2^h (1 + l ln 2) with h + l = x log2(e), h rounded to f32. The error
/// of h alone would be |x| 2^-24.
struct LowerExp : OpRewritePattern<math::ExpOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::ExpOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    // Outside these bounds the result is 0 or inf; inside, no product is
    // infinite. maximumf keeps NaN.
    Value x =
        arith::MaximumFOp::create(b, op.getOperand(), makeConstant(b, -110.0));
    x = arith::MinimumFOp::create(b, x, makeConstant(b, 89.0));
    constexpr double kLog2e = 1.4426950408889634;
    constexpr double kHigh = 1.44269502162933349609375;
    Value scale = makeConstant(b, kHigh);
    Value high = arith::MulFOp::create(b, x, scale);
    Value low =
        math::FmaOp::create(b, x, scale, arith::NegFOp::create(b, high));
    low = math::FmaOp::create(b, x, makeConstant(b, kLog2e - kHigh), low);
    Value correction = math::FmaOp::create(
        b, low, makeConstant(b, 0.6931471805599453), makeConstant(b, 1.0));
    rewriter.replaceOpWithNewOp<arith::MulFOp>(op, makeExp2(b, high),
                                               correction);
    return success();
  }
};

struct LowerRsqrt : OpRewritePattern<math::RsqrtOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::RsqrtOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<FloatType>(op.getType());
    if (!type)
      return rewriter.notifyMatchFailure(op, "not a scalar");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value one = arith::ConstantOp::create(b, b.getFloatAttr(type, 1.0));
    Value root = math::SqrtOp::create(b, op.getOperand());
    rewriter.replaceOpWithNewOp<arith::DivFOp>(op, one, root);
    return success();
  }
};

/// sin and cos: x = j π/2 + r with π/2 in three terms (exact enough to |x| =
/// 1e5), then a polynomial of r, chosen and signed by j mod 4.
template <typename OpTy> struct LowerSinCos : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "not f32");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value x = op.getOperand();
    auto fma = [&](Value p, Value q, Value r) -> Value {
      return math::FmaOp::create(b, p, q, r);
    };
    Value quarter = math::RoundEvenOp::create(
        b, arith::MulFOp::create(b, x, makeConstant(b, 0.636619772367581)));
    Value r = x;
    for (double part :
         {-1.57079601287841796875, -3.139164334e-07, -5.390302529e-15})
      r = fma(quarter, makeConstant(b, part), r);
    Value square = arith::MulFOp::create(b, r, r);
    auto horner = [&](ArrayRef<double> coefficients) {
      Value sum = makeConstant(b, coefficients.front());
      for (double coefficient : coefficients.drop_front())
        sum = fma(sum, square, makeConstant(b, coefficient));
      return sum;
    };
    Value cube = arith::MulFOp::create(b, square, r);
    Value sine = fma(horner({2.7183114939e-6, -1.9839334836e-4, 8.3333293855e-3,
                             -1.6666666641e-1}),
                     cube, r);
    Value cosine =
        horner({2.4433157118e-5, -1.3887316255e-3, 4.1666645683e-2, -0.5, 1.0});

    Type i32 = b.getI32Type();
    auto integer = [&](int64_t value) -> Value {
      return arith::ConstantIntOp::create(b, value, 32);
    };
    // cos x = sin (x + π/2).
    Value j = arith::FPToSIOp::create(b, i32, quarter);
    if (std::is_same_v<OpTy, math::CosOp>)
      j = arith::AddIOp::create(b, j, integer(1));
    auto isSet = [&](int64_t bit) -> Value {
      return arith::CmpIOp::create(b, arith::CmpIPredicate::ne,
                                   arith::AndIOp::create(b, j, integer(bit)),
                                   integer(0));
    };
    Value value = arith::SelectOp::create(b, isSet(1), cosine, sine);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(
        op, isSet(2), arith::NegFOp::create(b, value), value);
    return success();
  }
};

/// One instruction, where the library would be called.
template <typename From, typename To>
struct ToIntrinsic : OpRewritePattern<From> {
  using OpRewritePattern<From>::OpRewritePattern;

  LogicalResult matchAndRewrite(From op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<To>(op, op.getLhs(), op.getRhs());
    return success();
  }
};

struct ExpandMath : seqmix::cuda::impl::ExpandMathBase<ExpandMath> {
  void runOnOperation() override;
};
} // namespace

/// What LLVM's NVPTX backend has instructions for.
static bool isNative(Operation *op) {
  if (isa<math::AbsFOp, math::AbsIOp, math::FmaOp, math::CopySignOp,
          math::FloorOp, math::CeilOp, math::TruncOp, math::RoundEvenOp,
          math::IsNaNOp, math::IsInfOp, math::IsFiniteOp>(op))
    return true;
  Type type = op->getResult(0).getType();
  return isa<math::SqrtOp>(op) && (type.isF32() || type.isF64());
}

void ExpandMath::runOnOperation() {
  // Functions of narrow floats are computed in f32. exp2 and those of f32 come
  // first: ours have the higher benefit.
  auto isNarrowed = [](StringRef name) {
    return name != "math.absf" && name != "math.fma" && name != "math.copysign";
  };
  auto hasPolynomial = [](StringRef name) {
    return !llvm::is_contained(
        {"math.exp", "math.exp2", "math.rsqrt", "math.sin", "math.cos"}, name);
  };
  RewritePatternSet patterns(&getContext());
  patterns.add<LowerExp, LowerExp2, LowerRsqrt, LowerSinCos<math::SinOp>,
               LowerSinCos<math::CosOp>,
               ToIntrinsic<arith::MaxNumFOp, LLVM::MaxNumOp>,
               ToIntrinsic<arith::MinNumFOp, LLVM::MinNumOp>>(&getContext(),
                                                              /*benefit=*/2);
  populateMathF32ExpansionPatterns(patterns, isNarrowed);
  populateMathPolynomialApproximationPatterns(patterns, hasPolynomial);
  math::populateExpansionPatterns(
      patterns, {"sinh", "cosh", "tan", "asinh", "acosh", "atanh", "powf"});
  if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
    return signalPassFailure();

  WalkResult result = getOperation().walk([](Operation *op) {
    if (!isa_and_nonnull<math::MathDialect>(op->getDialect()) || isNative(op))
      return WalkResult::advance();
    op->emitOpError("has no code on this target for ")
        << op->getResult(0).getType()
        << ": expected f32 (or f16 and bf16, which are computed in f32)";
    return WalkResult::interrupt();
  });
  if (result.wasInterrupted())
    signalPassFailure();
}
