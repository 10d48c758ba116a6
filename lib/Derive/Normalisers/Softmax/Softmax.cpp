//===- Softmax.cpp - e^s over its sum
//--------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../StreamingSoftmax.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace seqmix;

namespace {

class Softmax final : public StreamingSoftmax {
public:
  StringRef getName() const override { return "softmax"; }

  Finished finish(RowBuilder &b, ValueRange carry, ValueRange) override {
    Value scale =
        b.map({carry[1]}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
          Value zero = realConstant(n, l, 0.0);
          Value none = arith::CmpFOp::create(n, l, arith::CmpFPredicate::OEQ,
                                             v[0], zero);
          Value inverse =
              arith::DivFOp::create(n, l, realConstant(n, l, 1.0), v[0]);
          return arith::SelectOp::create(n, l, none, zero, inverse);
        });
    Value log = b.map(
        {carry[0], carry[1]},
        [](OpBuilder &n, Location l, ValueRange v) -> Value {
          Value none = arith::CmpFOp::create(n, l, arith::CmpFPredicate::OEQ,
                                             v[1], realConstant(n, l, 0.0));
          Value safe = arith::SelectOp::create(n, l, none,
                                               realConstant(n, l, 1.0), v[1]);
          Value sum = arith::AddFOp::create(n, l, v[0],
                                            math::LogOp::create(n, l, safe));
          return arith::SelectOp::create(n, l, none,
                                         realConstant(n, l, -infinity), sum);
        });
    return {scale, log};
  }
};

} // namespace

std::unique_ptr<Normaliser> createSoftmaxNormaliser() {
  return std::make_unique<Softmax>();
}
