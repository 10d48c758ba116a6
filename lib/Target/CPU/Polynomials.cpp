//===- Polynomials.cpp - Functions as arithmetic
//---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/Polynomials.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace seqmix::cpu;

namespace {

/// Arithmetic on values of one type, an f32 or a vector of them.
class Calculator {
public:
  Calculator(ImplicitLocOpBuilder &b, Type type) : b(b), type(type) {}

  Value number(float value) { return constant(type, b.getF32FloatAttr(value)); }
  Value integer(int32_t value) {
    return constant(intType(), b.getI32IntegerAttr(value));
  }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, x, y); }
  Value fma(Value x, Value y, Value z) {
    return math::FmaOp::create(b, x, y, z);
  }
  Value compare(arith::CmpFPredicate predicate, Value x, Value y) {
    return arith::CmpFOp::create(b, predicate, x, y);
  }
  Value select(Value condition, Value x, Value y) {
    return arith::SelectOp::create(b, condition, x, y);
  }
  Value bits(Value x) { return arith::BitcastOp::create(b, intType(), x); }
  Value fromBits(Value x) { return arith::BitcastOp::create(b, type, x); }
  /// c[0] + c[1] x + …
  Value polynomial(Value x, ArrayRef<float> c) {
    Value sum = number(c.back());
    for (float coefficient : llvm::reverse(c.drop_back()))
      sum = fma(sum, x, number(coefficient));
    return sum;
  }
  /// Adding this rounds to an integer, which then stands in the low bits.
  static constexpr float kRound = 12582912.0f; // 1.5 · 2^23

  Type intType() {
    Type i32 = b.getI32Type();
    if (auto vector = dyn_cast<VectorType>(type))
      return vector.clone(i32);
    return i32;
  }

  ImplicitLocOpBuilder &b;
  Type type;

private:
  Value constant(Type of, TypedAttr element) {
    if (auto vector = dyn_cast<VectorType>(of))
      return arith::ConstantOp::create(
          b, DenseElementsAttr::get(vector, Attribute(element)));
    return arith::ConstantOp::create(b, element);
  }
};

} // namespace

/// e^r · 2^n for |r| ≤ ln(2) / 2, where n is in the low bits of `shifted`, then
/// what holds at the ends of the range: 0 below `low`, inf above `high`.
static Value scaleExp(Calculator &c, Value x, Value r, Value shifted, float low,
                      float high) {
  Value tail =
      c.polynomial(r, {5.0000001201e-1f, 1.6666665459e-1f, 4.1665795894e-2f,
                       8.3334519073e-3f, 1.3981999507e-3f, 1.9875691500e-4f});
  Value p = c.add(c.fma(c.mul(r, r), tail, r), c.number(1.0f));
  // p lies in [0.70, 1.42], so adding n to its exponent is exact from 2^-126
  // up to the largest float.
  Value n = arith::ShLIOp::create(c.b, c.bits(shifted), c.integer(23));
  Value y = c.fromBits(arith::AddIOp::create(c.b, c.bits(p), n));
  y = c.select(c.compare(arith::CmpFPredicate::OLT, x, c.number(low)),
               c.number(0.0f), y);
  y = c.select(c.compare(arith::CmpFPredicate::OGT, x, c.number(high)),
               c.number(std::numeric_limits<float>::infinity()), y);
  return c.select(c.compare(arith::CmpFPredicate::UNO, x, x), x, y);
}

Value seqmix::cpu::buildExp(ImplicitLocOpBuilder &b, Value x) {
  Calculator c(b, x.getType());
  Value shifted = c.fma(x, c.number(1.44269504f), c.number(Calculator::kRound));
  Value n = c.sub(shifted, c.number(Calculator::kRound));
  // ln(2) in two parts, the first short enough that n times it is exact.
  Value r = c.fma(n, c.number(-0.693359375f), x);
  r = c.fma(n, c.number(2.12194440e-4f), r);
  return scaleExp(c, x, r, shifted, -87.336544f, 88.722839f);
}

/// y − ⌊y⌋, which AVX-512 makes 0 for an infinite y.
static Value takeFraction(Calculator &c, Value y) {
  Type i16 = c.b.getI16Type(), i32 = c.b.getI32Type();
  Value all = LLVM::ConstantOp::create(c.b, i16, c.b.getI16IntegerAttr(-1));
  Value current = LLVM::ConstantOp::create(c.b, i32, c.b.getI32IntegerAttr(4));
  Value floor = LLVM::ConstantOp::create(c.b, i32, c.b.getI32IntegerAttr(9));
  return LLVM::CallIntrinsicOp::create(
             c.b, c.type,
             c.b.getStringAttr("llvm.x86.avx512.mask.reduce.ps.512"),
             ValueRange{y, floor, y, all, current})
      .getResult(0);
}

/// p · 2^⌊y⌋ by AVX-512's own scaling, to 0 and inf at the ends; 0 where
/// `isKept` is given and false.
static Value scale(Calculator &c, Value p, Value y, Value isKept = Value()) {
  Type i16 = c.b.getI16Type(), i32 = c.b.getI32Type();
  Value lanes = isKept ? Value(LLVM::BitcastOp::create(c.b, i16, isKept))
                       : Value(LLVM::ConstantOp::create(
                             c.b, i16, c.b.getI16IntegerAttr(-1)));
  Value current = LLVM::ConstantOp::create(c.b, i32, c.b.getI32IntegerAttr(4));
  return LLVM::CallIntrinsicOp::create(
             c.b, c.type,
             c.b.getStringAttr("llvm.x86.avx512.mask.scalef.ps.512"),
             ValueRange{p, y, c.number(0.0f), lanes, current})
      .getResult(0);
}

Value seqmix::cpu::buildShortExp2(ImplicitLocOpBuilder &b, Value x) {
  Calculator c(b, x.getType());
  // 2^f for 0 ≤ f < 1, least relative error (3e-6), and 1 at 0: gates and
  // weights that are 1 stay so however often they are multiplied.
  Value p =
      c.polynomial(takeFraction(c, x), {1.0f, 6.930448413e-1f, 2.412801981e-1f,
                                        5.224247277e-2f, 1.342668384e-2f});
  return scale(c, p, x);
}

Value seqmix::cpu::buildShortExp(ImplicitLocOpBuilder &b, Value x) {
  Calculator c(b, x.getType());
  return buildShortExp2(b, c.mul(x, c.number(1.44269504f)));
}

Value seqmix::cpu::buildScaledExp(ImplicitLocOpBuilder &b, Value x) {
  Calculator c(b, x.getType());
  // Above, the result is inf whatever n is, and of inf r is nothing.
  x = c.select(c.compare(arith::CmpFPredicate::OGT, x, c.number(100.0f)),
               c.number(100.0f), x);
  Value log2e = c.number(1.44269504f);
  Value shifted = c.fma(x, log2e, c.number(Calculator::kRound));
  Value n = c.sub(shifted, c.number(Calculator::kRound));
  Value r = c.fma(x, log2e, arith::NegFOp::create(b, n));
  // What f32 leaves of log2(e).
  r = c.fma(x, c.number(1.92596299e-8f), r);
  // 2^r for |r| ≤ 1/2, least relative error (2e-9), and 1 at 0.
  Value p =
      c.polynomial(r, {1.0f, 6.931472029e-1f, 2.402264791e-1f, 5.550332471e-2f,
                       9.618437358e-3f, 1.339887441e-3f, 1.535336189e-4f});
  // 0 below 2^-126, and for −∞, of which r is nothing. NaN stays.
  return scale(c, p, n,
               c.compare(arith::CmpFPredicate::UGE, x, c.number(-87.336544f)));
}

Value seqmix::cpu::buildScaledExp2(ImplicitLocOpBuilder &b, Value x) {
  Calculator c(b, x.getType());
  // 2^f for 0 ≤ f < 1, least relative error (8e-8), and 1 at 0.
  Value p = c.polynomial(takeFraction(c, x),
                         {1.0f, 6.931513118e-1f, 2.401644502e-1f,
                          5.579991310e-2f, 9.017030322e-3f, 1.867130070e-3f});
  // 0 below 2^-126: what multiplies by smaller numbers may take its time.
  return scale(c, p, x,
               c.compare(arith::CmpFPredicate::UGE, x, c.number(-126.0f)));
}

Value seqmix::cpu::buildExp2(ImplicitLocOpBuilder &b, Value x) {
  Calculator c(b, x.getType());
  Value shifted = c.add(x, c.number(Calculator::kRound));
  Value n = c.sub(shifted, c.number(Calculator::kRound));
  Value r = c.mul(c.sub(x, n), c.number(0.69314718f));
  // 2^127.5 has n = 128 and is the last to come out of the shift.
  return scaleExp(c, x, r, shifted, -126.0f, 127.999992f);
}

Value seqmix::cpu::buildLog1pOfUnit(ImplicitLocOpBuilder &b, Value x) {
  Calculator c(b, x.getType());
  // log(1 + x) / x for 0 ≤ x ≤ 1, least relative error (5e-9), and 1 at 0.
  return c.mul(
      x, c.polynomial(x, {1.0f, -4.999993276e-1f, 3.333051133e-1f,
                          -2.495858750e-1f, 1.969540093e-1f, -1.535539738e-1f,
                          1.068055729e-1f, -5.766446153e-2f, 2.020459408e-2f,
                          -3.318474570e-3f}));
}

Value seqmix::cpu::buildShortReciprocal(ImplicitLocOpBuilder &b, Value x) {
  Calculator c(b, x.getType());
  Value all =
      LLVM::ConstantOp::create(b, b.getI16Type(), b.getI16IntegerAttr(-1));
  return LLVM::CallIntrinsicOp::create(
             b, c.type, b.getStringAttr("llvm.x86.avx512.rcp14.ps.512"),
             ValueRange{x, c.number(0.0f), all})
      .getResult(0);
}

Value seqmix::cpu::buildShortSqrt(ImplicitLocOpBuilder &b, Value x) {
  Calculator c(b, x.getType());
  // x · x^-1/2, but x · 1 for ±0 and inf.
  Value ends = LLVM::ConstantOp::create(b, b.getI32Type(),
                                        b.getI32IntegerAttr(2 | 4 | 8));
  VectorType lanes = cast<VectorType>(x.getType()).clone(b.getI1Type());
  Value isEnd = LLVM::CallIntrinsicOp::create(
                    b, lanes, b.getStringAttr("llvm.x86.avx512.fpclass.ps.512"),
                    ValueRange{x, ends})
                    .getResult(0);
  Value other = arith::XOrIOp::create(
      b, LLVM::BitcastOp::create(b, b.getI16Type(), isEnd),
      LLVM::ConstantOp::create(b, b.getI16Type(), b.getI16IntegerAttr(-1)));
  Value estimate =
      LLVM::CallIntrinsicOp::create(
          b, c.type, b.getStringAttr("llvm.x86.avx512.rsqrt14.ps.512"),
          ValueRange{x, c.number(1.0f), other})
          .getResult(0);
  return c.mul(x, estimate);
}

Value seqmix::cpu::buildShortTanh(ImplicitLocOpBuilder &b, Value x) {
  Calculator c(b, x.getType());
  // Beyond, it is 1 to the last place.
  Value end = c.number(7.90531111f), start = c.number(-7.90531111f);
  x = c.select(c.compare(arith::CmpFPredicate::OGT, x, end), end, x);
  x = c.select(c.compare(arith::CmpFPredicate::OLT, x, start), start, x);
  // Odd over even, as Eigen has it.
  Value square = c.mul(x, x);
  Value odd = c.mul(
      x, c.polynomial(square, {4.89352456e-3f, 6.37261929e-4f, 1.48572236e-5f,
                               5.12229709e-8f, -8.60467152e-11f,
                               2.00018790e-13f, -2.76076848e-16f}));
  Value even = c.polynomial(
      square, {4.89352519e-3f, 2.26843463e-3f, 1.18534706e-4f, 1.19825839e-6f});
  // One step of Newton's from the estimate.
  Value estimate = buildShortReciprocal(b, even);
  Value quotient = c.mul(odd, estimate);
  Value error = c.fma(arith::NegFOp::create(b, even), quotient, odd);
  return c.fma(error, estimate, quotient);
}

Value seqmix::cpu::buildReciprocal(ImplicitLocOpBuilder &b, Value x) {
  Calculator c(b, x.getType());
  // inf has an estimate, 0, but no step.
  Value largest = c.number(8.5070592e37f); // 2^126
  x = c.select(c.compare(arith::CmpFPredicate::OGT, x, largest), largest, x);
  Value estimate = buildShortReciprocal(b, x);
  Value error = c.fma(arith::NegFOp::create(b, x), estimate, c.number(1.0f));
  return c.fma(estimate, error, estimate);
}

Value seqmix::cpu::buildSine(ImplicitLocOpBuilder &b, Value x, bool cosine) {
  Calculator c(b, x.getType());
  Value shifted =
      c.fma(x, c.number(0.636619772f), c.number(Calculator::kRound));
  Value n = c.sub(shifted, c.number(Calculator::kRound));
  // π/2 in three parts.
  Value r = c.fma(n, c.number(-1.57079637f), x);
  r = c.fma(n, c.number(4.37113883e-8f), r);
  r = c.fma(n, c.number(1.71512451e-15f), r);
  Value square = c.mul(r, r);
  Value sine = c.fma(c.mul(square, r),
                     c.polynomial(square, {-1.6666654611e-1f, 8.3321608736e-3f,
                                           -1.9515295891e-4f}),
                     r);
  Value even = c.polynomial(square, {1.0f, -0.5f, 4.166664568e-2f,
                                     -1.388731625e-3f, 2.443315712e-5f});
  // The quadrant: odd ones swap the two, the upper two change the sign.
  Value quadrant = c.bits(shifted);
  if (cosine)
    quadrant = arith::AddIOp::create(b, quadrant, c.integer(1));
  Value isOdd = arith::CmpIOp::create(
      b, arith::CmpIPredicate::ne,
      arith::AndIOp::create(b, quadrant, c.integer(1)), c.integer(0));
  Value sign = arith::ShLIOp::create(
      b, arith::AndIOp::create(b, quadrant, c.integer(2)), c.integer(30));
  Value y = c.select(isOdd, even, sine);
  return c.fromBits(arith::XOrIOp::create(b, c.bits(y), sign));
}
