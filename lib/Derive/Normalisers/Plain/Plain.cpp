//===- Plain.cpp - the scores are the weights -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "seqmix/Derive/Normaliser.h"

using namespace mlir;
using namespace seqmix;

namespace {

class Plain final : public Normaliser {
public:
  StringRef getName() const override { return "none"; }
  SmallVector<Value> init(RowBuilder &) override { return {}; }

  Absorbed absorb(RowBuilder &b, Value scores, ValueRange) override {
    Value weights =
        b.map({scores}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
          // A key that may not be read has the score −inf.
          Value zero = arith::ConstantOp::create(n, l, n.getF32FloatAttr(0.0));
          Value none = arith::ConstantOp::create(
              n, l, n.getF32FloatAttr(-std::numeric_limits<float>::infinity()));
          Value masked = arith::CmpFOp::create(n, l, arith::CmpFPredicate::OEQ,
                                               v[0], none);
          return arith::SelectOp::create(n, l, masked, zero, v[0]);
        });
    return {weights, Value(), {}};
  }

  Finished finish(RowBuilder &, ValueRange, ValueRange) override { return {}; }
};

} // namespace

std::unique_ptr<Normaliser> createPlainNormaliser() {
  return std::make_unique<Plain>();
}
