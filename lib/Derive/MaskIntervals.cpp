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

Value MaskIntervals::real(double value) {
  return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
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
  auto type = cast<seq::ArrayType>(value.getType());
  if (!type.isInt() && !type.isReal())
    return std::nullopt;
  if (!dependsOnArgument(value)) {
    Value s = scalar(value);
    if (!s || isa<ShapedType>(s.getType()))
      return std::nullopt;
    return Interval{s, s};
  }
  Operation *o = value.getDefiningOp();
  // What is read inside the tile is known if `setInterval` said it.
  if (isa<seq::AtOp>(o) || o->getNumOperands() > 2)
    return std::nullopt;
  SmallVector<Interval, 2> operands;
  for (Value operand : o->getOperands()) {
    std::optional<Interval> known = intervalOf(operand);
    if (!known)
      return std::nullopt;
    operands.push_back(*known);
  }
  if (operands.size() == 1)
    return intervalOfUnary(o, operands[0]);
  return type.isInt() ? intervalOfPositions(o, operands[0], operands[1])
                      : intervalOfReals(o, operands[0], operands[1]);
}

std::optional<MaskIntervals::Interval>
MaskIntervals::intervalOfPositions(Operation *o, Interval x, Interval y) {
  auto make = [&]<typename OpTy>(Value a, Value c) -> Value {
    return OpTy::create(b, loc, a, c);
  };
  if (isa<seq::AddOp>(o))
    return Interval{make.operator()<arith::AddIOp>(x.low, y.low),
                    make.operator()<arith::AddIOp>(x.high, y.high)};
  if (isa<seq::SubOp>(o))
    return Interval{make.operator()<arith::SubIOp>(x.low, y.high),
                    make.operator()<arith::SubIOp>(x.high, y.low)};
  if (isa<seq::MaxOp>(o))
    return Interval{make.operator()<arith::MaxSIOp>(x.low, y.low),
                    make.operator()<arith::MaxSIOp>(x.high, y.high)};
  if (isa<seq::MinOp>(o))
    return Interval{make.operator()<arith::MinSIOp>(x.low, y.low),
                    make.operator()<arith::MinSIOp>(x.high, y.high)};
  if (isa<seq::MulOp>(o)) {
    Value a = make.operator()<arith::MulIOp>(x.low, y.low);
    Value c = make.operator()<arith::MulIOp>(x.low, y.high);
    Value d = make.operator()<arith::MulIOp>(x.high, y.low);
    Value e = make.operator()<arith::MulIOp>(x.high, y.high);
    return Interval{
        make.operator()<arith::MinSIOp>(make.operator()<arith::MinSIOp>(a, c),
                                        make.operator()<arith::MinSIOp>(d, e)),
        make.operator()<arith::MaxSIOp>(make.operator()<arith::MaxSIOp>(a, c),
                                        make.operator()<arith::MaxSIOp>(d, e))};
  }
  // Division and remainder by one positive number for the whole tile.
  if (isa<seq::FloorDivOp, seq::ModOp>(o) &&
      !dependsOnArgument(o->getOperand(1))) {
    Value low = make.operator()<arith::FloorDivSIOp>(x.low, y.low);
    Value high = make.operator()<arith::FloorDivSIOp>(x.high, y.low);
    if (isa<seq::FloorDivOp>(o))
      return Interval{low, high};
    // Within one period the remainder is as monotone as its argument.
    Value base = make.operator()<arith::MulIOp>(low, y.low);
    Value same =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, low, high);
    Value top = make.operator()<arith::SubIOp>(y.low, constant(1));
    return Interval{
        arith::SelectOp::create(b, loc, same,
                                make.operator()<arith::SubIOp>(x.low, base),
                                constant(0)),
        arith::SelectOp::create(
            b, loc, same, make.operator()<arith::SubIOp>(x.high, base), top)};
  }
  return std::nullopt;
}

/// Rounding is monotone, so that the same op on the ends is right to the last
/// bit. A product is not asked: with a sum after it, it may be rounded once
/// here and twice there.
std::optional<MaskIntervals::Interval>
MaskIntervals::intervalOfReals(Operation *o, Interval x, Interval y) {
  auto make = [&]<typename OpTy>(Value a, Value c) -> Value {
    return OpTy::create(b, loc, a, c);
  };
  if (isa<seq::MaxOp>(o))
    return Interval{make.operator()<arith::MaximumFOp>(x.low, y.low),
                    make.operator()<arith::MaximumFOp>(x.high, y.high)};
  if (isa<seq::MinOp>(o))
    return Interval{make.operator()<arith::MinimumFOp>(x.low, y.low),
                    make.operator()<arith::MinimumFOp>(x.high, y.high)};
  if (!isa<seq::AddOp, seq::SubOp>(o))
    return std::nullopt;
  // Where an operand may be infinite, ∞ − ∞ may hide between the ends.
  Value spread = make.operator()<arith::AddFOp>(
      make.operator()<arith::SubFOp>(x.high, x.low),
      make.operator()<arith::SubFOp>(y.high, y.low));
  Value isFinite =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, spread,
                            real(std::numeric_limits<double>::infinity()));
  auto orUnknown = [&](Value end) -> Value {
    return arith::SelectOp::create(
        b, loc, isFinite, end, real(std::numeric_limits<double>::quiet_NaN()));
  };
  if (isa<seq::AddOp>(o))
    return Interval{orUnknown(make.operator()<arith::AddFOp>(x.low, y.low)),
                    orUnknown(make.operator()<arith::AddFOp>(x.high, y.high))};
  return Interval{orUnknown(make.operator()<arith::SubFOp>(x.low, y.high)),
                  orUnknown(make.operator()<arith::SubFOp>(x.high, y.low))};
}

std::optional<MaskIntervals::Interval>
MaskIntervals::intervalOfUnary(Operation *o, Interval x) {
  auto negate = [&](Value end) -> Value {
    return arith::NegFOp::create(b, loc, end);
  };
  auto larger = [&](Value a, Value c) -> Value {
    return arith::MaximumFOp::create(b, loc, a, c);
  };
  if (isa<seq::NegOp>(o))
    return Interval{negate(x.high), negate(x.low)};
  if (isa<seq::AbsOp>(o))
    return Interval{larger(larger(x.low, negate(x.high)), real(0)),
                    larger(negate(x.low), x.high)};
  if (isa<seq::ToRealOp>(o)) {
    auto toReal = [&](Value end) -> Value {
      Value i = arith::IndexCastOp::create(b, loc, b.getI64Type(), end);
      return arith::SIToFPOp::create(b, loc, b.getF32Type(), i);
    };
    return Interval{toReal(x.low), toReal(x.high)};
  }
  return std::nullopt;
}

Value MaskIntervals::compare(Relation relation, Certainty certainty, Value x,
                             Value y) {
  if (!isa<FloatType>(x.getType())) {
    arith::CmpIPredicate predicate =
        relation == Relation::Less        ? arith::CmpIPredicate::slt
        : relation == Relation::LessEqual ? arith::CmpIPredicate::sle
                                          : arith::CmpIPredicate::eq;
    return arith::CmpIOp::create(b, loc, predicate, x, y);
  }
  // What is unknown may be, and is not certain.
  bool may = certainty == Certainty::Possible;
  arith::CmpFPredicate predicate =
      relation == Relation::Less
          ? (may ? arith::CmpFPredicate::ULT : arith::CmpFPredicate::OLT)
      : relation == Relation::LessEqual
          ? (may ? arith::CmpFPredicate::ULE : arith::CmpFPredicate::OLE)
          : (may ? arith::CmpFPredicate::UEQ : arith::CmpFPredicate::OEQ);
  return arith::CmpFOp::create(b, loc, predicate, x, y);
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
  if (isa<seq::GtOp, seq::GeOp>(o))
    std::swap(x, y);
  if (!isa<seq::EqOp, seq::NeOp>(o)) {
    Relation relation =
        isa<seq::LtOp, seq::GtOp>(o) ? Relation::Less : Relation::LessEqual;
    return {compare(relation, Certainty::Possible, x->low, y->high),
            compare(relation, Certainty::Certain, x->high, y->low)};
  }
  Value overlap =
      land(compare(Relation::LessEqual, Certainty::Possible, x->low, y->high),
           compare(Relation::LessEqual, Certainty::Possible, y->low, x->high));
  Value single =
      land(compare(Relation::Equal, Certainty::Certain, x->low, y->high),
           compare(Relation::Equal, Certainty::Certain, x->high, y->low));
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
