//===- StreamingSoftmax.cpp - What softmax normalisers share
//---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "StreamingSoftmax.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace seqmix;

/// How far scores may be above what their weights are taken against: weights up
/// to e^8 are as exact as weights up to 1, in every type.
static constexpr double slack = 8.0;

Value seqmix::realConstant(OpBuilder &b, Location loc, double value) {
  return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
}

Value seqmix::expAgainst(OpBuilder &b, Location loc, Value x, Value max) {
  Value none = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, max,
                                     realConstant(b, loc, -infinity));
  Value safe =
      arith::SelectOp::create(b, loc, none, realConstant(b, loc, 0.0), max);
  return math::ExpOp::create(b, loc, arith::SubFOp::create(b, loc, x, safe));
}

SmallVector<Value> StreamingSoftmax::init(RowBuilder &b) {
  return {b.rows(-infinity), b.rows(0.0)};
}

Normaliser::Absorbed StreamingSoftmax::absorb(RowBuilder &b, Value scores,
                                              ValueRange carry) {
  // A score that is no number makes its own weight none, and so the sum; the
  // maximum need not.
  Value tileMax = b.reduceKeys(
      scores, -infinity, [](OpBuilder &n, Location l, ValueRange v) -> Value {
        return arith::MaxNumFOp::create(n, l, v[1], v[0]);
      });
  // Any number near the maximum does as well: as long as it stays, nothing that
  // has been summed up needs to be scaled.
  Value max = b.map(
      {carry[0], tileMax}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
        Value far =
            arith::AddFOp::create(n, l, v[0], realConstant(n, l, slack));
        Value grew =
            arith::CmpFOp::create(n, l, arith::CmpFPredicate::OGT, v[1], far);
        return arith::SelectOp::create(n, l, grew, v[1], v[0]);
      });
  auto exp = [](OpBuilder &n, Location l, ValueRange v) {
    return expAgainst(n, l, v[0], v[1]);
  };
  Value weights = b.map({scores, max}, exp);
  Value rescale = b.map({carry[0], max}, exp);
  Value tileSum = b.reduceKeys(
      weights, 0.0, [](OpBuilder &n, Location l, ValueRange v) -> Value {
        return arith::AddFOp::create(n, l, v[1], v[0]);
      });
  Value sum = b.map({carry[1], rescale, tileSum},
                    [](OpBuilder &n, Location l, ValueRange v) -> Value {
                      Value scaled = arith::MulFOp::create(n, l, v[0], v[1]);
                      return arith::AddFOp::create(n, l, scaled, v[2]);
                    });
  return {weights, rescale, {max, sum}};
}

/// By log-sum-exp: both parts are expressed against the larger maximum. Where
/// no key was allowed the maximum is −inf and what it scales is 0.
Normaliser::Merged StreamingSoftmax::merge(RowBuilder &b, ValueRange carry,
                                           ValueRange other) {
  Value max = b.map({carry[0], other[0]},
                    [](OpBuilder &n, Location l, ValueRange v) -> Value {
                      return arith::MaxNumFOp::create(n, l, v[0], v[1]);
                    });
  auto exp = [](OpBuilder &n, Location l, ValueRange v) {
    return expAgainst(n, l, v[0], v[1]);
  };
  Value rescale = b.map({carry[0], max}, exp);
  Value weight = b.map({other[0], max}, exp);
  Value sum = b.map({carry[1], rescale, other[1], weight},
                    [](OpBuilder &n, Location l, ValueRange v) -> Value {
                      return arith::AddFOp::create(
                          n, l, arith::MulFOp::create(n, l, v[0], v[1]),
                          arith::MulFOp::create(n, l, v[2], v[3]));
                    });
  return {rescale, weight, {max, sum}};
}
