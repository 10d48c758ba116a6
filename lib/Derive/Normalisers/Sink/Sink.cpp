//===- Sink.cpp - Softmax with a term of the denominator without a value
//---===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../StreamingSoftmax.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace seqmix;

namespace {

class Sink final : public StreamingSoftmax {
public:
  StringRef getName() const override { return "sink"; }
  unsigned getNumOperands() const override { return 1; }

  Finished finish(RowBuilder &b, ValueRange carry,
                  ValueRange operands) override {
    Value m = carry[0], l = carry[1], sink = operands[0];
    // The larger of m and the sink takes the place of the maximum.
    Value max =
        b.map({m, sink}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
          return arith::MaximumFOp::create(n, l, v[0], v[1]);
        });
    auto exp = [](OpBuilder &n, Location l, ValueRange v) {
      return expAgainst(n, l, v[0], v[1]);
    };
    Value rescale = b.map({m, max}, exp);
    Value weight = b.map({sink, max}, exp);
    Value sum = b.map({l, rescale, weight},
                      [](OpBuilder &n, Location l, ValueRange v) -> Value {
                        Value keys = arith::MulFOp::create(n, l, v[0], v[1]);
                        return arith::AddFOp::create(n, l, keys, v[2]);
                      });
    // A query without a key gives 0 and −inf, sink or not.
    auto orNone = [](OpBuilder &n, Location l, Value keys, double none,
                     Value value) -> Value {
      Value zero = realConstant(n, l, 0.0);
      Value empty =
          arith::CmpFOp::create(n, l, arith::CmpFPredicate::OEQ, keys, zero);
      return arith::SelectOp::create(n, l, empty, realConstant(n, l, none),
                                     value);
    };
    Value scale = b.map({rescale, sum, l},
                        [&](OpBuilder &n, Location loc, ValueRange v) -> Value {
                          Value ratio =
                              arith::DivFOp::create(n, loc, v[0], v[1]);
                          return orNone(n, loc, v[2], 0.0, ratio);
                        });
    Value log = b.map({max, sum, l},
                      [&](OpBuilder &n, Location loc, ValueRange v) -> Value {
                        Value total = arith::AddFOp::create(
                            n, loc, v[0], math::LogOp::create(n, loc, v[1]));
                        return orNone(n, loc, v[2], -infinity, total);
                      });
    return {scale, log};
  }
};

} // namespace

std::unique_ptr<Normaliser> createSinkNormaliser() {
  return std::make_unique<Sink>();
}
