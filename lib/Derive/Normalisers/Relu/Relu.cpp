//===- Relu.cpp - each weight on its own: the score where positive --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "seqmix/Derive/Normaliser.h"

using namespace mlir;
using namespace seqmix;

namespace {

class Relu final : public Normaliser {
public:
  StringRef getName() const override { return "relu"; }
  SmallVector<Value> init(RowBuilder &) override { return {}; }

  Absorbed absorb(RowBuilder &b, Value scores, ValueRange) override {
    Value weights =
        b.map({scores}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
          Value zero = arith::ConstantOp::create(n, l, n.getF32FloatAttr(0.0));
          return arith::MaximumFOp::create(n, l, v[0], zero);
        });
    return {weights, Value(), {}};
  }

  Finished finish(RowBuilder &, ValueRange, ValueRange) override { return {}; }
};

} // namespace

std::unique_ptr<Normaliser> createReluNormaliser() {
  return std::make_unique<Relu>();
}
