//===- ScalarBuilder.h - Elementwise ops on scalars -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the `scalar` strings of ops/Elementwise.td call: builds arith and math
// ops on scalars of type f32, index or i1.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_DIALECTS_SEQ_OPS_SCALARBUILDER_H
#define SEQMIX_DIALECTS_SEQ_OPS_SCALARBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace seqmix::seq {

class ScalarBuilder {
public:
  ScalarBuilder(mlir::OpBuilder &b, mlir::Location loc) : b(b), loc(loc) {}

  template <typename OpTy, typename... Args> mlir::Value make(Args... args) {
    return OpTy::create(b, loc, args...);
  }

  mlir::Value real(double value) {
    return make<mlir::arith::ConstantOp>(b.getF32FloatAttr(value));
  }
  mlir::Value neg(mlir::Value x) { return make<mlir::arith::NegFOp>(x); }
  mlir::Value add(mlir::Value x, mlir::Value y) {
    return pick<mlir::arith::AddFOp, mlir::arith::AddIOp>(x, y);
  }
  mlir::Value sub(mlir::Value x, mlir::Value y) {
    return pick<mlir::arith::SubFOp, mlir::arith::SubIOp>(x, y);
  }
  mlir::Value mul(mlir::Value x, mlir::Value y) {
    return pick<mlir::arith::MulFOp, mlir::arith::MulIOp>(x, y);
  }
  mlir::Value div(mlir::Value x, mlir::Value y) {
    return make<mlir::arith::DivFOp>(x, y);
  }
  mlir::Value max(mlir::Value x, mlir::Value y) {
    return pick<mlir::arith::MaximumFOp, mlir::arith::MaxSIOp>(x, y);
  }
  mlir::Value min(mlir::Value x, mlir::Value y) {
    return pick<mlir::arith::MinimumFOp, mlir::arith::MinSIOp>(x, y);
  }
  mlir::Value floorDiv(mlir::Value x, mlir::Value y) {
    return make<mlir::arith::FloorDivSIOp>(x, y);
  }
  /// x − y · floor(x / y), the remainder that is never negative for y > 0.
  mlir::Value mod(mlir::Value x, mlir::Value y) {
    return sub(x, mul(floorDiv(x, y), y));
  }
  mlir::Value logicalNot(mlir::Value x) {
    mlir::Value one =
        make<mlir::arith::ConstantOp>(b.getIntegerAttr(b.getI1Type(), 1));
    return make<mlir::arith::XOrIOp>(x, one);
  }
  mlir::Value toReal(mlir::Value x) {
    mlir::Value i = make<mlir::arith::IndexCastOp>(b.getI64Type(), x);
    return make<mlir::arith::SIToFPOp>(b.getF32Type(), i);
  }
  /// 1 / (1 + e^−x): e^−x may be infinite, which gives 0.
  mlir::Value sigmoid(mlir::Value x) {
    return div(real(1.0), add(real(1.0), make<mlir::math::ExpOp>(neg(x))));
  }
  /// max(x, 0) + log(1 + e^−|x|), which never overflows.
  mlir::Value softplus(mlir::Value x) {
    mlir::Value e = make<mlir::math::ExpOp>(neg(make<mlir::math::AbsFOp>(x)));
    return add(max(x, real(0.0)), make<mlir::math::Log1pOp>(e));
  }
  /// Relations '=' '!' '<' '[' (≤) '>' ']' (≥); a comparison with NaN is false,
  /// but for '!'.
  mlir::Value compare(char relation, mlir::Value x, mlir::Value y);

private:
  template <typename RealOp, typename IntOp>
  mlir::Value pick(mlir::Value x, mlir::Value y) {
    if (mlir::isa<mlir::FloatType>(x.getType()))
      return make<RealOp>(x, y);
    return make<IntOp>(x, y);
  }

  mlir::OpBuilder &b;
  mlir::Location loc;
};

} // namespace seqmix::seq

#endif // SEQMIX_DIALECTS_SEQ_OPS_SCALARBUILDER_H
