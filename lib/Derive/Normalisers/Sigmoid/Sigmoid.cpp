//===- Sigmoid.cpp - each weight on its own: 1 over 1 + e^-s --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "seqmix/Derive/Normaliser.h"

using namespace mlir;
using namespace seqmix;

namespace {

class Sigmoid final : public Normaliser {
public:
  StringRef getName() const override { return "sigmoid"; }
  SmallVector<Value> init(RowBuilder &) override { return {}; }

  Absorbed absorb(RowBuilder &b, Value scores, ValueRange) override {
    Value weights =
        b.map({scores}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
          // e^inf of a masked score is infinite and gives the weight 0.
          Value one = arith::ConstantOp::create(n, l, n.getF32FloatAttr(1.0));
          Value e =
              math::ExpOp::create(n, l, arith::NegFOp::create(n, l, v[0]));
          return arith::DivFOp::create(n, l, one,
                                       arith::AddFOp::create(n, l, one, e));
        });
    return {weights, Value(), {}};
  }

  Finished finish(RowBuilder &, ValueRange, ValueRange) override { return {}; }
};

} // namespace

std::unique_ptr<Normaliser> createSigmoidNormaliser() {
  return std::make_unique<Sigmoid>();
}
