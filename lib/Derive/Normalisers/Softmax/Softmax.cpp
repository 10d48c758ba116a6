//===- Softmax.cpp - e^s over its sum --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Streaming softmax (Milakov, Gimelshein, 2018; arXiv 1805.02867, algorithm 3):
// the carry is the running maximum m and the sum l of e^(s − m).
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "seqmix/Derive/Normaliser.h"
#include <limits>

using namespace mlir;
using namespace seqmix;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Value real(OpBuilder &b, Location loc, double value) {
  return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
}

/// e^(x − max), 0 where nothing was read yet: a maximum of −inf stands for 0,
/// so that −inf − (−inf) is never taken.
Value expAgainst(OpBuilder &b, Location loc, Value x, Value max) {
  Value none = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, max,
                                     real(b, loc, -infinity));
  Value safe =
      arith::SelectOp::create(b, loc, none, real(b, loc, 0.0), max);
  return math::ExpOp::create(b, loc, arith::SubFOp::create(b, loc, x, safe));
}

class Softmax final : public Normaliser {
public:
  StringRef getName() const override { return "softmax"; }
  bool hasLogDenominator() const override { return true; }

  SmallVector<Value> init(RowBuilder &b) override {
    return {b.rows(-infinity), b.rows(0.0)};
  }

  Absorbed absorb(RowBuilder &b, Value scores, ValueRange carry) override {
    Value tileMax =
        b.reduceKeys(scores, -infinity,
                     [](OpBuilder &n, Location l, ValueRange v) -> Value {
                       return arith::MaximumFOp::create(n, l, v[1], v[0]);
                     });
    Value max = b.map({carry[0], tileMax},
                      [](OpBuilder &n, Location l, ValueRange v) -> Value {
                        return arith::MaximumFOp::create(n, l, v[0], v[1]);
                      });
    auto exp = [](OpBuilder &n, Location l, ValueRange v) {
      return expAgainst(n, l, v[0], v[1]);
    };
    Value weights = b.map({scores, max}, exp);
    Value rescale = b.map({carry[0], max}, exp);
    Value tileSum =
        b.reduceKeys(weights, 0.0,
                     [](OpBuilder &n, Location l, ValueRange v) -> Value {
                       return arith::AddFOp::create(n, l, v[1], v[0]);
                     });
    Value sum = b.map({carry[1], rescale, tileSum},
                      [](OpBuilder &n, Location l, ValueRange v) -> Value {
                        Value scaled = arith::MulFOp::create(n, l, v[0], v[1]);
                        return arith::AddFOp::create(n, l, scaled, v[2]);
                      });
    return {weights, rescale, {max, sum}};
  }

  Finished finish(RowBuilder &b, ValueRange carry, ValueRange) override {
    Value scale =
        b.map({carry[1]}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
          Value zero = real(n, l, 0.0);
          Value none = arith::CmpFOp::create(n, l, arith::CmpFPredicate::OEQ,
                                             v[0], zero);
          Value inverse =
              arith::DivFOp::create(n, l, real(n, l, 1.0), v[0]);
          return arith::SelectOp::create(n, l, none, zero, inverse);
        });
    Value log = b.map(
        {carry[0], carry[1]},
        [](OpBuilder &n, Location l, ValueRange v) -> Value {
          Value none = arith::CmpFOp::create(n, l, arith::CmpFPredicate::OEQ,
                                             v[1], real(n, l, 0.0));
          Value safe =
              arith::SelectOp::create(n, l, none, real(n, l, 1.0), v[1]);
          Value sum = arith::AddFOp::create(
              n, l, v[0], math::LogOp::create(n, l, safe));
          return arith::SelectOp::create(n, l, none, real(n, l, -infinity),
                                         sum);
        });
    return {scale, log};
  }
};

} // namespace

std::unique_ptr<Normaliser> createSoftmaxNormaliser() {
  return std::make_unique<Softmax>();
}
