//===- AnalyzeCarry.cpp - One carry as a map of itself --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An abstract interpretation of the step. A value is either free of the state,
// a version of the state, a write (an outer product not yet added), or
// something else that depends on the state. Whatever falls outside that on the
// way to the next state ends the analysis with the op that did it; what the
// step only puts out may be any function of what was read.
//
//===----------------------------------------------------------------------===//

#include "AnalyzeCarry.h"

using namespace mlir;
using namespace seqmix;

SmallVector<unsigned> CarryForm::dependentWrites() const {
  SmallVector<unsigned> dependent;
  for (auto [i, write] : llvm::enumerate(writes))
    if (write.dependent)
      dependent.push_back(i);
  return dependent;
}

const Read *CarryForm::findRead(Value value) const {
  for (const Read &read : reads)
    if (read.op.getResult() == value)
      return &read;
  return nullptr;
}

bool CarryForm::isOnValue(const DecayFactor &decay) const {
  return valueAxis &&
         cast<seq::ArrayType>(decay.factor.getType()).hasAxis(valueAxis);
}

bool CarryForm::isKept(unsigned write) const {
  return llvm::any_of(final.writes, [&](const StateVersion::Included &kept) {
    return kept.write == write;
  });
}

SmallVector<Value> CarryForm::getFactors(bool reads) const {
  SmallVector<Value> factors;
  for (const DecayFactor &decay : decays)
    factors.push_back(decay.factor);
  for (auto [i, write] : llvm::enumerate(writes)) {
    if (!reads && !isKept(i))
      continue;
    llvm::append_range(factors, write.key);
    llvm::append_range(factors, write.value);
    if (write.dependent)
      factors.push_back(write.dependent);
  }
  for (const Addend &addend : addends)
    factors.push_back(addend.value);
  llvm::append_range(factors, floors);
  return factors;
}

llvm::DenseSet<Value> seqmix::backwardSlice(seq::RecurrenceOp op, Value value) {
  llvm::DenseSet<Value> slice;
  SmallVector<Value> work = {value};
  while (!work.empty()) {
    Value v = work.pop_back_val();
    if (v.getParentBlock() != &op.getBody() || !slice.insert(v).second)
      continue;
    if (Operation *definition = v.getDefiningOp())
      llvm::append_range(work, definition->getOperands());
  }
  return slice;
}

/// The key axis is the one that reads sum over; if they sum over different
/// ones, that of a read which feeds the next state; with no read, the first.
bool CarryAnalysis::findAxes() {
  ArrayRef<StringAttr> axes = typeOf(argument()).getAxes();
  if (axes.size() == 1) {
    form.keyAxis = axes[0];
    return true;
  }
  if (axes.size() != 2)
    return fail(op, "its state has " + Twine(axes.size()) +
                        " axes; a chunkwise form needs a key and a value axis");
  form.keyAxis = axes[0];
  form.valueAxis = axes[1];
  bool found = false;
  for (auto dot : op.getBody().getOps<seq::DotOp>()) {
    bool isRead =
        llvm::any_of(ValueRange{dot.getX(), dot.getY()}, [&](Value x) {
          return form.fromState.contains(x) && isWriteShape(typeOf(x));
        });
    bool steers = slice.contains(dot.getResult());
    if (!isRead || dot.getOver().size() != 1 || (found && !steers))
      continue;
    auto over = cast<StringAttr>(dot.getOver()[0]);
    form.keyAxis = over;
    form.valueAxis = over == axes[0] ? axes[1] : axes[0];
    found = true;
    if (steers)
      break;
  }
  return true;
}

/// The factors of a product tree, constants and signs included.
bool CarryAnalysis::flatten(Value value, SmallVectorImpl<Value> &factors,
                            bool &negative) {
  if (auto mul = value.getDefiningOp<seq::MulOp>())
    return flatten(mul.getX(), factors, negative) &&
           flatten(mul.getY(), factors, negative);
  if (auto neg = value.getDefiningOp<seq::NegOp>()) {
    negative = !negative;
    return flatten(neg.getX(), factors, negative);
  }
  factors.push_back(value);
  return true;
}

bool CarryAnalysis::makeWrite(Operation *at, Value value, bool negative,
                              unsigned &index) {
  SmallVector<Value> factors;
  flatten(value, factors, negative);
  Write write{negative, {}, {}, {}, value.getLoc()};
  for (Value factor : factors) {
    seq::ArrayType type = typeOf(factor);
    bool onKey = type.hasAxis(form.keyAxis);
    bool onValue = isOnValue(type);
    if (onKey && onValue)
      return fail(at, "what it adds to the state is no product of a vector "
                      "over " +
                          form.keyAxis.getValue() + " and one over " +
                          form.valueAxis.getValue());
    if (dependsOnState(factor)) {
      if (onKey)
        return fail(at, "the vector over " + form.keyAxis.getValue() +
                            " that it writes depends on the state");
      if (!form.valueAxis)
        return fail(at, "what it writes to a vector depends on the vector");
      if (write.dependent)
        return fail(at, "it writes a product of two values that depend on the "
                        "state");
      write.dependent = factor;
    } else if (onKey) {
      write.key.push_back(factor);
    } else {
      write.value.push_back(factor);
    }
  }
  index = form.writes.size();
  form.writes.push_back(std::move(write));
  return true;
}

/// A factor that is positive by construction, with its logarithm.
std::optional<DecayFactor> CarryAnalysis::decayOf(Value factor) {
  if (auto exp = factor.getDefiningOp<seq::ExpOp>())
    return DecayFactor{factor, exp.getX()};
  if (factor.getDefiningOp<seq::SigmoidOp>())
    return DecayFactor{factor, {}};
  if (auto c = factor.getDefiningOp<seq::ConstantOp>())
    if (c.getNumber() > 0)
      return DecayFactor{factor, {}};
  return std::nullopt;
}

bool CarryAnalysis::visitMul(seq::MulOp mul) {
  bool xState = versions.contains(mul.getX());
  bool yState = versions.contains(mul.getY());
  if (!xState && !yState) {
    // A product with a vector that depends on the state: over all axes of it,
    // it is a write in the making.
    (isWriteShape(mul.getType()) ? outer : vectors).insert(mul);
    return true;
  }
  Value state = xState ? mul.getX() : mul.getY();
  Value by = xState ? mul.getY() : mul.getX();
  if (dependsOnState(by))
    return fail(mul, "it multiplies the state by a value that depends on it");
  StateVersion version = versions[state];
  SmallVector<Value> factors;
  bool negative = false;
  flatten(by, factors, negative);
  if (negative)
    return fail(mul, "the state's factor may be negative");
  for (Value factor : factors) {
    seq::ArrayType type = typeOf(factor);
    if (type.hasAxis(form.keyAxis) && isOnValue(type))
      return fail(mul, "the state's factor varies along both axes of the "
                       "state");
    std::optional<DecayFactor> decay = decayOf(factor);
    if (!decay)
      return fail(mul, "the state's factor is not positive by construction; "
                       "write it as seq.exp of a log gate, or as seq.sigmoid");
    unsigned index = form.decays.size();
    for (auto [i, known] : llvm::enumerate(form.decays))
      if (known.factor == factor)
        index = i;
    if (index == form.decays.size())
      form.decays.push_back(*decay);
    version.decays.push_back(index);
    for (StateVersion::Included &write : version.writes)
      write.decays.push_back(index);
  }
  versions[mul] = version;
  return true;
}

bool CarryAnalysis::visitSum(Operation *sum, Value x, Value y, bool negative) {
  bool xState = versions.contains(x), yState = versions.contains(y);
  if (!xState && !yState) {
    if (isWriteShape(typeOf(sum->getResult(0))) &&
        slice.contains(sum->getResult(0)))
      return fail(sum, "it adds matrices before they are added to the state; "
                       "add each to the state on its own");
    vectors.insert(sum->getResult(0));
    return true;
  }
  if (xState && yState)
    return fail(sum, "it adds two versions of the state");
  if (yState && negative)
    return fail(sum, "it subtracts the state from something");
  unsigned write = 0;
  if (!makeWrite(sum, xState ? y : x, negative && xState, write))
    return false;
  StateVersion version = versions[xState ? x : y];
  version.writes.push_back({write, {}});
  versions[sum->getResult(0)] = version;
  return true;
}

bool CarryAnalysis::visitDot(seq::DotOp dot) {
  bool xState = versions.contains(dot.getX());
  bool yState = versions.contains(dot.getY());
  if (!xState && !yState) {
    if (outer.contains(dot.getX()) || outer.contains(dot.getY()))
      return fail(dot, "it reads a write that was not added to the state");
    vectors.insert(dot.getResult());
    return true;
  }
  Value state = xState ? dot.getX() : dot.getY();
  Value vector = xState ? dot.getY() : dot.getX();
  bool steers = slice.contains(dot.getResult());
  if (dependsOnState(vector) && steers)
    return fail(dot, "it reads the state with a vector that depends on it");
  auto over = dot.getOver().size() == 1 ? cast<StringAttr>(dot.getOver()[0])
                                        : StringAttr();
  bool across = over && over == form.valueAxis;
  if ((over != form.keyAxis && !across) || (across && steers))
    return fail(dot, "reads of the state sum over different axes");
  seq::ArrayType type = typeOf(vector);
  if (type.getAxes().size() != 1 || !type.hasAxis(over))
    return fail(dot, "it reads the state with more than a vector over " +
                         over.getValue());
  form.reads.push_back({dot, vector, across, versions[state], false});
  if (state == next())
    form.reads.back().after = true;
  vectors.insert(dot.getResult());
  return true;
}

bool CarryAnalysis::visit(Operation *o) {
  if (llvm::none_of(o->getOperands(),
                    [&](Value value) { return dependsOnState(value); }))
    return true;
  if (auto mul = dyn_cast<seq::MulOp>(o))
    return visitMul(mul);
  if (auto add = dyn_cast<seq::AddOp>(o))
    return visitSum(o, add.getX(), add.getY(), false);
  if (auto sub = dyn_cast<seq::SubOp>(o))
    return visitSum(o, sub.getX(), sub.getY(), true);
  if (auto dot = dyn_cast<seq::DotOp>(o))
    return visitDot(dot);
  for (Value operand : o->getOperands()) {
    bool inTheMaking = outer.contains(operand);
    if (isa<seq::NegOp>(o) && inTheMaking) {
      outer.insert(o->getResult(0));
      return true;
    }
    if (versions.contains(operand) ||
        (inTheMaking && slice.contains(o->getResult(0))))
      return fail(o, "it applies to the state an op that is not linear");
  }
  // A function of vectors that were read: for the outputs anything will do;
  // whether it feeds the state is checked where it is written.
  for (Value result : o->getResults())
    vectors.insert(result);
  return true;
}

/// Whether a value is affine in the reads, with coefficients that are one
/// number a token.
bool CarryAnalysis::checkLinear(Value value) {
  if (!dependsOnState(value))
    return true;
  if (form.findRead(value))
    return true;
  Operation *o = value.getDefiningOp();
  if (auto neg = dyn_cast<seq::NegOp>(o))
    return checkLinear(neg.getX());
  if (isa<seq::AddOp, seq::SubOp>(o))
    return checkLinear(o->getOperand(0)) && checkLinear(o->getOperand(1));
  if (isa<seq::MulOp, seq::DivOp>(o)) {
    Value x = o->getOperand(0), y = o->getOperand(1);
    if (isa<seq::MulOp>(o) && dependsOnState(y))
      std::swap(x, y);
    if (dependsOnState(y))
      return fail(o, "what it writes is not linear in what it read");
    if (!typeOf(y).getAxes().empty())
      return fail(o, "it scales what it read by a factor that varies along " +
                         typeOf(y).getAxes()[0].getValue());
    return checkLinear(x);
  }
  return fail(o, "what it writes is not linear in what it read");
}

void CarryAnalysis::collectReads(Value value,
                                 SmallVectorImpl<const Read *> &reads) {
  if (const Read *read = form.findRead(value)) {
    reads.push_back(read);
    return;
  }
  if (dependsOnState(value) && value.getDefiningOp())
    for (Value operand : value.getDefiningOp()->getOperands())
      collectReads(operand, reads);
}

/// Whether the writes that depend on the state are the rows of one triangular
/// system: all read it before any write of the token, or each reads it after
/// all decays and the writes before.
bool CarryAnalysis::checkSubsteps(ArrayRef<unsigned> dependent) {
  form.together = llvm::all_of(dependent, [&](unsigned write) {
    SmallVector<const Read *> reads;
    collectReads(form.writes[write].dependent, reads);
    return llvm::all_of(
        reads, [](const Read *read) { return read->version.writes.empty(); });
  });
  bool valueDecay = llvm::any_of(form.final.decays, [&](unsigned decay) {
    return isOnValue(typeOf(form.decays[decay].factor));
  });
  if (form.together && !valueDecay)
    return true;
  form.together = false;
  SmallVector<unsigned> all(form.final.decays);
  llvm::sort(all);
  for (unsigned write : dependent) {
    SmallVector<const Read *> reads;
    collectReads(form.writes[write].dependent, reads);
    for (const Read *read : reads) {
      SmallVector<unsigned> decays(read->version.decays);
      llvm::sort(decays);
      bool ok = decays == all;
      // The final writes up to this one, in order, none decayed since.
      size_t seen = 0;
      for (const StateVersion::Included &included : form.final.writes) {
        if (included.write == write)
          break;
        ok &= seen < read->version.writes.size() &&
              read->version.writes[seen].write == included.write;
        ++seen;
      }
      ok &= seen == read->version.writes.size();
      if (!ok)
        return fail(read->op, "several of its writes depend on the state, and "
                              "not each reads it after all decays and the "
                              "write before");
    }
  }
  for (const StateVersion::Included &included : form.final.writes)
    if (!included.decays.empty())
      return fail(op, "several of its writes depend on the state, and a decay "
                      "follows one of them");
  return true;
}

/// Whether the rows of a write that depends on the state can be solved for
/// under the decays along the value axis, which cannot be moved into the
/// vectors that read: all its reads see all of those decays, or none, and none
/// follows.
bool CarryAnalysis::checkValueDecays(unsigned index) {
  auto onValue = [&](unsigned decay) {
    return isOnValue(typeOf(form.decays[decay].factor));
  };
  if (llvm::none_of(form.final.decays, onValue))
    return true;
  const Write &write = form.writes[index];
  for (const StateVersion::Included &included : form.final.writes)
    if (included.write == index && llvm::any_of(included.decays, onValue))
      return fail(write.dependent.getDefiningOp(),
                  "a decay along " + form.valueAxis.getValue() +
                      " follows a write that depends on the state; put the "
                      "decay before the write");
  SmallVector<unsigned> all(form.final.decays);
  llvm::sort(all);
  SmallVector<const Read *> reads;
  collectReads(write.dependent, reads);
  std::optional<bool> decayed;
  for (const Read *read : reads) {
    SmallVector<unsigned> seen(read->version.decays);
    llvm::sort(seen);
    bool some = llvm::any_of(seen, onValue);
    if ((some && seen != all) || (decayed && *decayed != some))
      return fail(read->op, "what it writes comes from reads before and after "
                            "a decay, and one of its decays is along " +
                                form.valueAxis.getValue() +
                                "; read the state at one point of the step");
    decayed = some;
  }
  return true;
}

bool CarryAnalysis::checkValues() {
  SmallVector<unsigned> dependent = form.dependentWrites();
  for (unsigned index : dependent) {
    Write &write = form.writes[index];
    for (Value factor : write.value)
      if (!typeOf(factor).getAxes().empty())
        return fail(factor.getDefiningOp() ? factor.getDefiningOp()
                                           : op.getOperation(),
                    "it scales what it read by a factor that varies along " +
                        form.valueAxis.getValue());
    if (!checkLinear(write.dependent) || !checkValueDecays(index))
      return false;
    if (!form.isKept(index))
      return fail(op, "a write that depends on the state is read but not kept");
  }
  return dependent.size() < 2 || checkSubsteps(dependent);
}

/// The sums and maxima that lead to the next number.
bool CarryAnalysis::analyzeMaximum() {
  struct Sum {
    SmallVector<Addend> addends;
    SmallVector<Value> floors;
  };
  llvm::DenseMap<Value, Sum> sums;
  sums[argument()] = {};
  for (Operation &o : op.getBody().without_terminator()) {
    if (!isa<seq::AddOp, seq::SubOp, seq::MaxOp>(o))
      continue;
    Value x = o.getOperand(0), y = o.getOperand(1);
    if (!isa<seq::SubOp>(o) && sums.contains(y))
      std::swap(x, y);
    if (!sums.contains(x) || form.fromState.contains(y) ||
        !typeOf(y).getAxes().empty())
      continue;
    Sum sum = sums[x];
    if (isa<seq::MaxOp>(o))
      sum.floors.push_back(y);
    else if (sum.floors.empty())
      sum.addends.push_back({y, isa<seq::SubOp>(o)});
    else
      continue;
    sums[o.getResult(0)] = sum;
  }
  auto it = sums.find(next());
  if (it == sums.end() || it->second.floors.empty())
    return fail(next().getDefiningOp() ? next().getDefiningOp()
                                       : op.getYield().getOperation(),
                "the number it carries is no running maximum");
  form.kind = CarryForm::Kind::Maximum;
  form.addends = it->second.addends;
  form.floors = it->second.floors;
  return true;
}

bool CarryAnalysis::run() {
  form.fromState.insert(argument());
  for (Operation &o : op.getBody().without_terminator())
    if (llvm::any_of(o.getOperands(),
                     [&](Value x) { return form.fromState.contains(x); }))
      form.fromState.insert(o.result_begin(), o.result_end());
  if (typeOf(argument()).getAxes().empty())
    return analyzeMaximum();
  if (!findAxes())
    return false;
  versions[argument()] = {};
  for (Operation &o : op.getBody().without_terminator())
    if (!visit(&o))
      return false;
  if (!versions.contains(next()))
    return fail(op.getYield(), dependsOnState(next())
                                   ? "the state it yields is not linear in the "
                                     "state"
                                   : "the state it yields forgets the state");
  for (Value output : op.getYield().getOutputs())
    if (versions.contains(output) || outer.contains(output))
      return fail(op.getYield(), "it outputs the whole state at every token");
  form.final = versions[next()];
  return checkValues();
}
