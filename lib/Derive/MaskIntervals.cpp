//===- MaskIntervals.cpp - What a mask is over a tile
//----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "MaskIntervals.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace seqmix;

Value MaskIntervals::constant(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

Value MaskIntervals::truth(bool value) {
  return arith::ConstantOp::create(b, loc, b.getBoolAttr(value));
}

bool MaskIntervals::dependsOnArgument(Value value) {
  if (intervals.contains(value))
    return true;
  Operation *o = value.getDefiningOp();
  return o && llvm::any_of(o->getOperands(), [&](Value operand) {
           return dependsOnArgument(operand);
         });
}

std::optional<MaskIntervals::Interval> MaskIntervals::intervalOf(Value value) {
  if (auto it = intervals.find(value); it != intervals.end())
    return it->second;
  if (!cast<seq::ArrayType>(value.getType()).isInt())
    return std::nullopt;
  if (!dependsOnArgument(value)) {
    Value s = scalar(value);
    if (!s)
      return std::nullopt;
    return Interval{s, s};
  }
  Operation *o = value.getDefiningOp();
  // Reads of operands at positions inside the tile are not known here.
  if (isa<seq::AtOp>(o))
    return std::nullopt;
  auto make = [&]<typename OpTy>(Value x, Value y) -> Value {
    return OpTy::create(b, loc, x, y);
  };
  if (o->getNumOperands() != 2)
    return std::nullopt;
  std::optional<Interval> x = intervalOf(o->getOperand(0));
  std::optional<Interval> y = intervalOf(o->getOperand(1));
  if (!x || !y)
    return std::nullopt;
  if (isa<seq::AddOp>(o))
    return Interval{make.operator()<arith::AddIOp>(x->low, y->low),
                    make.operator()<arith::AddIOp>(x->high, y->high)};
  if (isa<seq::SubOp>(o))
    return Interval{make.operator()<arith::SubIOp>(x->low, y->high),
                    make.operator()<arith::SubIOp>(x->high, y->low)};
  if (isa<seq::MaxOp>(o))
    return Interval{make.operator()<arith::MaxSIOp>(x->low, y->low),
                    make.operator()<arith::MaxSIOp>(x->high, y->high)};
  if (isa<seq::MinOp>(o))
    return Interval{make.operator()<arith::MinSIOp>(x->low, y->low),
                    make.operator()<arith::MinSIOp>(x->high, y->high)};
  if (isa<seq::MulOp>(o)) {
    Value a = make.operator()<arith::MulIOp>(x->low, y->low);
    Value c = make.operator()<arith::MulIOp>(x->low, y->high);
    Value d = make.operator()<arith::MulIOp>(x->high, y->low);
    Value e = make.operator()<arith::MulIOp>(x->high, y->high);
    return Interval{
        make.operator()<arith::MinSIOp>(make.operator()<arith::MinSIOp>(a, c),
                                        make.operator()<arith::MinSIOp>(d, e)),
        make.operator()<arith::MaxSIOp>(make.operator()<arith::MaxSIOp>(a, c),
                                        make.operator()<arith::MaxSIOp>(d, e))};
  }
  // Division and remainder by one positive number for the whole tile.
  if (isa<seq::FloorDivOp, seq::ModOp>(o) &&
      !dependsOnArgument(o->getOperand(1))) {
    Value low = make.operator()<arith::FloorDivSIOp>(x->low, y->low);
    Value high = make.operator()<arith::FloorDivSIOp>(x->high, y->low);
    if (isa<seq::FloorDivOp>(o))
      return Interval{low, high};
    // Within one period the remainder is as monotone as its argument.
    Value base = make.operator()<arith::MulIOp>(low, y->low);
    Value same =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, low, high);
    Value top = make.operator()<arith::SubIOp>(y->low, constant(1));
    return Interval{
        arith::SelectOp::create(b, loc, same,
                                make.operator()<arith::SubIOp>(x->low, base),
                                constant(0)),
        arith::SelectOp::create(
            b, loc, same, make.operator()<arith::SubIOp>(x->high, base), top)};
  }
  return std::nullopt;
}

MaskIntervals::Truth MaskIntervals::truthOf(Value value) {
  Truth unknown{truth(true), truth(false)};
  if (!dependsOnArgument(value)) {
    Value s = scalar(value);
    return s ? Truth{s, s} : unknown;
  }
  Operation *o = value.getDefiningOp();
  auto land = [&](Value x, Value y) -> Value {
    return arith::AndIOp::create(b, loc, x, y);
  };
  auto lor = [&](Value x, Value y) -> Value {
    return arith::OrIOp::create(b, loc, x, y);
  };
  auto lnot = [&](Value x) -> Value {
    return arith::XOrIOp::create(b, loc, x, truth(true));
  };
  if (isa<seq::AndOp, seq::OrOp>(o)) {
    Truth x = truthOf(o->getOperand(0)), y = truthOf(o->getOperand(1));
    if (isa<seq::AndOp>(o))
      return {land(x.any, y.any), land(x.all, y.all)};
    return {lor(x.any, y.any), lor(x.all, y.all)};
  }
  if (auto n = dyn_cast<seq::NotOp>(o)) {
    Truth x = truthOf(n.getX());
    return {lnot(x.all), lnot(x.any)};
  }
  if (!isa<seq::LtOp, seq::LeOp, seq::GtOp, seq::GeOp, seq::EqOp, seq::NeOp>(o))
    return unknown;
  std::optional<Interval> x = intervalOf(o->getOperand(0));
  std::optional<Interval> y = intervalOf(o->getOperand(1));
  if (!x || !y)
    return unknown;
  using arith::CmpIPredicate;
  auto compare = [&](CmpIPredicate p, Value a, Value c) -> Value {
    return arith::CmpIOp::create(b, loc, p, a, c);
  };
  if (isa<seq::GtOp, seq::GeOp>(o))
    std::swap(x, y);
  if (isa<seq::LtOp, seq::GtOp>(o))
    return {compare(CmpIPredicate::slt, x->low, y->high),
            compare(CmpIPredicate::slt, x->high, y->low)};
  if (isa<seq::LeOp, seq::GeOp>(o))
    return {compare(CmpIPredicate::sle, x->low, y->high),
            compare(CmpIPredicate::sle, x->high, y->low)};
  Value overlap = land(compare(CmpIPredicate::sle, x->low, y->high),
                       compare(CmpIPredicate::sle, y->low, x->high));
  Value single = land(compare(CmpIPredicate::eq, x->low, y->high),
                      compare(CmpIPredicate::eq, x->high, y->low));
  if (isa<seq::EqOp>(o))
    return {overlap, single};
  return {lnot(single), lnot(overlap)};
}

std::optional<MaskIntervals::Linear> MaskIntervals::linearOf(Value value) {
  if (value == key)
    return Linear{1, {constant(0), constant(0)}};
  Operation *o = value.getDefiningOp();
  if (o && isa<seq::AddOp, seq::SubOp>(o) &&
      cast<seq::ArrayType>(value.getType()).isInt()) {
    std::optional<Linear> x = linearOf(o->getOperand(0));
    std::optional<Linear> y = linearOf(o->getOperand(1));
    if (!x || !y)
      return std::nullopt;
    bool add = isa<seq::AddOp>(o);
    Linear sum;
    sum.sign = x->sign + (add ? y->sign : -y->sign);
    auto make = [&](Value a, Value c) -> Value {
      if (add)
        return arith::AddIOp::create(b, loc, a, c);
      return arith::SubIOp::create(b, loc, a, c);
    };
    sum.rest = {make(x->rest.low, add ? y->rest.low : y->rest.high),
                make(x->rest.high, add ? y->rest.high : y->rest.low)};
    return sum;
  }
  // Anything else must not count keys; the key's own interval would make the
  // bound depend on the tile.
  llvm::DenseMap<Value, Interval> saved = intervals;
  intervals.erase(key);
  bool usesKey = false;
  SmallVector<Value> work = {value};
  while (!work.empty() && !usesKey) {
    Value v = work.pop_back_val();
    usesKey |= v == key;
    if (Operation *d = v.getDefiningOp())
      llvm::append_range(work, d->getOperands());
  }
  std::optional<Interval> interval;
  if (!usesKey)
    interval = intervalOf(value);
  intervals = saved;
  if (!interval)
    return std::nullopt;
  return Linear{0, *interval};
}

MaskIntervals::Bounds MaskIntervals::boundsOf(Value value) {
  Operation *o = value.getDefiningOp();
  if (!o)
    return {};
  auto max = [&](Value x, Value y) -> Value {
    return x && y ? arith::MaxSIOp::create(b, loc, x, y) : (x ? x : y);
  };
  auto min = [&](Value x, Value y) -> Value {
    return x && y ? arith::MinSIOp::create(b, loc, x, y) : (x ? x : y);
  };
  if (isa<seq::AndOp>(o)) {
    Bounds x = boundsOf(o->getOperand(0)), y = boundsOf(o->getOperand(1));
    return {max(x.low, y.low), min(x.high, y.high)};
  }
  if (isa<seq::OrOp>(o)) {
    Bounds x = boundsOf(o->getOperand(0)), y = boundsOf(o->getOperand(1));
    return {x.low && y.low ? min(x.low, y.low) : Value(),
            x.high && y.high ? max(x.high, y.high) : Value()};
  }
  if (!isa<seq::LtOp, seq::LeOp, seq::GtOp, seq::GeOp>(o))
    return {};
  Value left = o->getOperand(0), right = o->getOperand(1);
  if (isa<seq::GtOp, seq::GeOp>(o))
    std::swap(left, right);
  bool strict = isa<seq::LtOp, seq::GtOp>(o);
  std::optional<Linear> x = linearOf(left), y = linearOf(right);
  if (!x || !y)
    return {};
  // left ≤ right:  (sx − sy) key ≤ rest_y − rest_x.
  int sign = x->sign - y->sign;
  if (sign == 1) {
    Value high = arith::SubIOp::create(b, loc, y->rest.high, x->rest.low);
    if (!strict)
      high = arith::AddIOp::create(b, loc, high, constant(1));
    return {Value(), high};
  }
  if (sign == -1) {
    Value low = arith::SubIOp::create(b, loc, x->rest.low, y->rest.high);
    if (strict)
      low = arith::AddIOp::create(b, loc, low, constant(1));
    return {low, Value()};
  }
  return {};
}
