//===- Rows.cpp - Scalar ops of arith and math on rows --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every number is a double: conversions between float types change nothing,
// integers are exact, truth values are 0 and 1.
//
//===----------------------------------------------------------------------===//

#include "StreamCompiler.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace seqmix::reference;

namespace {

template <auto function>
void unary(double *out, const double *const *in, int64_t n) {
  const double *x = in[0];
  for (int64_t i = 0; i < n; ++i)
    out[i] = function(x[i]);
}

template <auto function>
void binary(double *out, const double *const *in, int64_t n) {
  const double *x = in[0], *y = in[1];
  for (int64_t i = 0; i < n; ++i)
    out[i] = function(x[i], y[i]);
}

void selectRow(double *out, const double *const *in, int64_t n) {
  for (int64_t i = 0; i < n; ++i)
    out[i] = in[0][i] != 0 ? in[1][i] : in[2][i];
}

void fmaRow(double *out, const double *const *in, int64_t n) {
  for (int64_t i = 0; i < n; ++i)
    out[i] = in[0][i] * in[1][i] + in[2][i];
}

/// What is no integer of 64 bits counts as 0; no valid program has it.
int64_t toInt(double x) {
  return x > -0x1p63 && x < 0x1p63 ? static_cast<int64_t>(x) : 0;
}

uint64_t toUnsigned(double x) { return static_cast<uint64_t>(toInt(x)); }

/// A binary op on integers; division by 0 gives NaN.
template <auto function> double onInts(double x, double y) {
  return static_cast<double>(function(toInt(x), toInt(y)));
}
template <auto function> double divideInts(double x, double y) {
  int64_t divisor = toInt(y);
  return divisor ? static_cast<double>(function(toInt(x), divisor))
                 : std::numeric_limits<double>::quiet_NaN();
}

double maximum(double x, double y) {
  return std::isnan(x) || std::isnan(y)
             ? std::numeric_limits<double>::quiet_NaN()
             : std::fmax(x, y);
}
double minimum(double x, double y) {
  return std::isnan(x) || std::isnan(y)
             ? std::numeric_limits<double>::quiet_NaN()
             : std::fmin(x, y);
}

RowKernel getCompareKernel(arith::CmpIPredicate predicate) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq:
    return binary<[](double x, double y) { return double(x == y); }>;
  case P::ne:
    return binary<[](double x, double y) { return double(x != y); }>;
  case P::slt:
    return binary<[](double x, double y) { return double(x < y); }>;
  case P::sle:
    return binary<[](double x, double y) { return double(x <= y); }>;
  case P::sgt:
    return binary<[](double x, double y) { return double(x > y); }>;
  case P::sge:
    return binary<[](double x, double y) { return double(x >= y); }>;
  case P::ult:
    return binary<[](double x, double y) {
      return double(toUnsigned(x) < toUnsigned(y));
    }>;
  case P::ule:
    return binary<[](double x, double y) {
      return double(toUnsigned(x) <= toUnsigned(y));
    }>;
  case P::ugt:
    return binary<[](double x, double y) {
      return double(toUnsigned(x) > toUnsigned(y));
    }>;
  case P::uge:
    return binary<[](double x, double y) {
      return double(toUnsigned(x) >= toUnsigned(y));
    }>;
  }
  return nullptr;
}

bool unordered(double x, double y) { return std::isnan(x) || std::isnan(y); }

RowKernel getCompareKernel(arith::CmpFPredicate predicate) {
  using P = arith::CmpFPredicate;
  switch (predicate) {
  case P::AlwaysFalse:
    return binary<[](double, double) { return 0.0; }>;
  case P::OEQ:
    return binary<[](double x, double y) { return double(x == y); }>;
  case P::OGT:
    return binary<[](double x, double y) { return double(x > y); }>;
  case P::OGE:
    return binary<[](double x, double y) { return double(x >= y); }>;
  case P::OLT:
    return binary<[](double x, double y) { return double(x < y); }>;
  case P::OLE:
    return binary<[](double x, double y) { return double(x <= y); }>;
  case P::ONE:
    return binary<[](double x, double y) { return double(x < y || x > y); }>;
  case P::ORD:
    return binary<[](double x, double y) { return double(!unordered(x, y)); }>;
  case P::UEQ:
    return binary<[](double x, double y) { return double(!(x < y || x > y)); }>;
  case P::UGT:
    return binary<[](double x, double y) { return double(!(x <= y)); }>;
  case P::UGE:
    return binary<[](double x, double y) { return double(!(x < y)); }>;
  case P::ULT:
    return binary<[](double x, double y) { return double(!(x >= y)); }>;
  case P::ULE:
    return binary<[](double x, double y) { return double(!(x > y)); }>;
  case P::UNE:
    return binary<[](double x, double y) { return double(x != y); }>;
  case P::UNO:
    return binary<[](double x, double y) { return double(unordered(x, y)); }>;
  case P::AlwaysTrue:
    return binary<[](double, double) { return 1.0; }>;
  }
  return nullptr;
}

constexpr auto identity = [](double x) { return x; };

RowKernel getArithKernel(Operation *op) {
  using namespace arith;
  return llvm::TypeSwitch<Operation *, RowKernel>(op)
      .Case<AddFOp, AddIOp>(
          [](auto) { return binary<[](double x, double y) { return x + y; }>; })
      .Case<SubFOp, SubIOp>(
          [](auto) { return binary<[](double x, double y) { return x - y; }>; })
      .Case<MulFOp, MulIOp>(
          [](auto) { return binary<[](double x, double y) { return x * y; }>; })
      .Case([](DivFOp) {
        return binary<[](double x, double y) { return x / y; }>;
      })
      .Case([](RemFOp) {
        return binary<[](double x, double y) { return std::fmod(x, y); }>;
      })
      .Case([](NegFOp) { return unary<[](double x) { return -x; }>; })
      .Case([](MaximumFOp) { return binary<maximum>; })
      .Case([](MinimumFOp) { return binary<minimum>; })
      .Case([](MaxNumFOp) {
        return binary<[](double x, double y) { return std::fmax(x, y); }>;
      })
      .Case([](MinNumFOp) {
        return binary<[](double x, double y) { return std::fmin(x, y); }>;
      })
      .Case([](MaxSIOp) {
        return binary<[](double x, double y) { return x > y ? x : y; }>;
      })
      .Case([](MinSIOp) {
        return binary<[](double x, double y) { return x < y ? x : y; }>;
      })
      .Case([](MaxUIOp) {
        return binary<[](double x, double y) {
          return toUnsigned(x) > toUnsigned(y) ? x : y;
        }>;
      })
      .Case([](MinUIOp) {
        return binary<[](double x, double y) {
          return toUnsigned(x) < toUnsigned(y) ? x : y;
        }>;
      })
      .Case<DivSIOp, DivUIOp>([](auto) {
        return binary<divideInts<[](int64_t x, int64_t y) { return x / y; }>>;
      })
      .Case<RemSIOp, RemUIOp>([](auto) {
        return binary<divideInts<[](int64_t x, int64_t y) { return x % y; }>>;
      })
      .Case([](FloorDivSIOp) {
        return binary<divideInts<[](int64_t x, int64_t y) {
          return x / y - (x % y != 0 && (x < 0) != (y < 0));
        }>>;
      })
      .Case<CeilDivSIOp, CeilDivUIOp>([](auto) {
        return binary<divideInts<[](int64_t x, int64_t y) {
          return x / y + (x % y != 0 && (x < 0) == (y < 0));
        }>>;
      })
      .Case([](AndIOp) {
        return binary<onInts<[](int64_t x, int64_t y) { return x & y; }>>;
      })
      .Case([](OrIOp) {
        return binary<onInts<[](int64_t x, int64_t y) { return x | y; }>>;
      })
      .Case([](XOrIOp) {
        return binary<onInts<[](int64_t x, int64_t y) { return x ^ y; }>>;
      })
      .Case<CmpIOp, CmpFOp>(
          [](auto op) { return getCompareKernel(op.getPredicate()); })
      .Case([](SelectOp) { return selectRow; })
      .Case([](ExtSIOp op) -> RowKernel {
        // A truth value that is true is −1 when it is read with a sign.
        if (getElementTypeOrSelf(op.getIn().getType()).isInteger(1))
          return unary<[](double x) { return -x; }>;
        return unary<identity>;
      })
      .Case([](SIToFPOp op) -> RowKernel {
        if (getElementTypeOrSelf(op.getIn().getType()).isInteger(1))
          return unary<[](double x) { return -x; }>;
        return unary<identity>;
      })
      .Case<ExtFOp, TruncFOp, ExtUIOp, TruncIOp, UIToFPOp, IndexCastOp,
            IndexCastUIOp>([](auto) { return unary<identity>; })
      .Case<FPToSIOp, FPToUIOp>(
          [](auto) { return unary<[](double x) { return std::trunc(x); }>; })
      .Default([](Operation *) { return nullptr; });
}

RowKernel getMathKernel(Operation *op) {
  using namespace math;
  return llvm::TypeSwitch<Operation *, RowKernel>(op)
      .Case<AbsFOp, AbsIOp>(
          [](auto) { return unary<[](double x) { return std::fabs(x); }>; })
      .Case([](ExpOp) { return unary<[](double x) { return std::exp(x); }>; })
      .Case([](Exp2Op) { return unary<[](double x) { return std::exp2(x); }>; })
      .Case(
          [](ExpM1Op) { return unary<[](double x) { return std::expm1(x); }>; })
      .Case([](LogOp) { return unary<[](double x) { return std::log(x); }>; })
      .Case([](Log2Op) { return unary<[](double x) { return std::log2(x); }>; })
      .Case(
          [](Log1pOp) { return unary<[](double x) { return std::log1p(x); }>; })
      .Case([](SqrtOp) { return unary<[](double x) { return std::sqrt(x); }>; })
      .Case([](RsqrtOp) {
        return unary<[](double x) { return 1.0 / std::sqrt(x); }>;
      })
      .Case([](TanhOp) { return unary<[](double x) { return std::tanh(x); }>; })
      .Case([](SinOp) { return unary<[](double x) { return std::sin(x); }>; })
      .Case([](CosOp) { return unary<[](double x) { return std::cos(x); }>; })
      .Case([](ErfOp) { return unary<[](double x) { return std::erf(x); }>; })
      .Case(
          [](FloorOp) { return unary<[](double x) { return std::floor(x); }>; })
      .Case([](CeilOp) { return unary<[](double x) { return std::ceil(x); }>; })
      .Case([](RoundEvenOp) {
        return unary<[](double x) { return std::nearbyint(x); }>;
      })
      .Case([](PowFOp) {
        return binary<[](double x, double y) { return std::pow(x, y); }>;
      })
      .Case([](CopySignOp) {
        return binary<[](double x, double y) { return std::copysign(x, y); }>;
      })
      .Case([](FmaOp) { return fmaRow; })
      .Default([](Operation *) { return nullptr; });
}

} // namespace

RowKernel seqmix::reference::getRowKernel(Operation *op) {
  if (isa<arith::ArithDialect>(op->getDialect()))
    return getArithKernel(op);
  return isa<math::MathDialect>(op->getDialect()) ? getMathKernel(op) : nullptr;
}

std::optional<double> seqmix::reference::getNumber(Attribute value) {
  if (auto number = dyn_cast<FloatAttr>(value))
    return number.getValueAsDouble();
  if (auto truth = dyn_cast<BoolAttr>(value))
    return truth.getValue() ? 1.0 : 0.0;
  if (auto number = dyn_cast<IntegerAttr>(value))
    return static_cast<double>(number.getInt());
  return std::nullopt;
}

void seqmix::reference::gather(Frame &frame, Operation *op, const Place &array,
                               double *out, ArrayRef<const double *> positions,
                               int64_t n) {
  auto strides = array.getStrides();
  const double *data = frame[array.slot];
  for (int64_t i = 0; i < n; ++i) {
    int64_t offset = 0;
    for (unsigned k = 0; k < strides.size(); ++k) {
      int64_t position = toInt(positions[k][i]);
      if (position < 0 || position >= array.shape[k])
        return frame.fail(op, "position " + std::to_string(position) +
                                  " lies outside of dimension " +
                                  std::to_string(k) + ", which has " +
                                  std::to_string(array.shape[k]) + " elements");
      offset += position * strides[k];
    }
    out[i] = data[offset];
  }
}
