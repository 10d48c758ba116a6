//===- AnalyzeStep.cpp - A step as an affine map of its state -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An abstract interpretation of the step. A value is either free of the state,
// a version of the state, a write (an outer product not yet added), or a vector
// that depends on the state. Whatever falls outside that ends the analysis with
// the op that did it.
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Matchers.h"
#include "seqmix/Derive/StepForm.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace seqmix;

SmallVector<unsigned> StepForm::dependentWrites() const {
  SmallVector<unsigned> dependent;
  for (auto [i, write] : llvm::enumerate(writes))
    if (write.dependent)
      dependent.push_back(i);
  return dependent;
}

const Read *StepForm::findRead(Value value) const {
  for (const Read &read : reads)
    if (read.op.getResult() == value)
      return &read;
  return nullptr;
}

namespace {

class Analysis {
public:
  explicit Analysis(seq::RecurrenceOp op) : op(op) {}
  StepForm run();

private:
  bool fail(Operation *at, const Twine &reason) {
    form.obstacle = at;
    form.reason = reason.str();
    return false;
  }
  bool dependsOnState(Value value) const {
    return versions.contains(value) || outer.contains(value) ||
           vectors.contains(value);
  }
  seq::ArrayType typeOf(Value value) {
    return cast<seq::ArrayType>(value.getType());
  }

  bool findAxes();
  bool visit(Operation *o);
  bool visitMul(seq::MulOp mul);
  bool visitSum(Operation *sum, Value x, Value y, bool negative);
  bool visitDot(seq::DotOp dot);
  bool makeWrite(Operation *at, Value value, bool negative, unsigned &index);
  bool flatten(Value value, SmallVectorImpl<Value> &factors, bool &negative);
  std::optional<DecayFactor> decayOf(Value factor);
  bool checkValues();
  bool checkLinear(Value value);
  bool checkSubsteps(ArrayRef<unsigned> dependent);
  bool checkValueDecays(unsigned write);
  void collectReads(Value value, SmallVectorImpl<const Read *> &reads);

  seq::RecurrenceOp op;
  StepForm form;
  /// Values that are the state, as it is then.
  llvm::DenseMap<Value, StateVersion> versions;
  /// Products over both axes that depend on the state through a vector.
  llvm::DenseSet<Value> outer;
  /// Other values that depend on the state.
  llvm::DenseSet<Value> vectors;
};

/// The key axis is the one that reads sum over; with no read, the first.
bool Analysis::findAxes() {
  if (op.getStateArgs().size() != 1)
    return fail(op, "it carries " + Twine(op.getStateArgs().size()) +
                        " states, and the chunkwise form is derived for one");
  ArrayRef<StringAttr> axes = typeOf(op.getStateArgs()[0]).getAxes();
  if (axes.size() != 2)
    return fail(op, "its state has " + Twine(axes.size()) +
                        " axes; a chunkwise form needs a key and a value axis");
  form.keyAxis = axes[0];
  form.valueAxis = axes[1];
  bool found = false;
  for (auto dot : op.getBody().getOps<seq::DotOp>())
    for (Value operand : {dot.getX(), dot.getY()}) {
      seq::ArrayType type = typeOf(operand);
      if (type.getAxes().size() != 2 || !type.hasAxis(axes[0]) ||
          !type.hasAxis(axes[1]) || dot.getOver().size() != 1)
        continue;
      auto over = cast<StringAttr>(dot.getOver()[0]);
      if (!found) {
        form.keyAxis = over;
        form.valueAxis = over == axes[0] ? axes[1] : axes[0];
        found = true;
      }
    }
  return true;
}

/// The factors of a product tree, constants and signs included.
bool Analysis::flatten(Value value, SmallVectorImpl<Value> &factors,
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

bool Analysis::makeWrite(Operation *at, Value value, bool negative,
                         unsigned &index) {
  SmallVector<Value> factors;
  flatten(value, factors, negative);
  Write write{negative, {}, {}, {}, value.getLoc()};
  for (Value factor : factors) {
    seq::ArrayType type = typeOf(factor);
    bool onKey = type.hasAxis(form.keyAxis);
    bool onValue = type.hasAxis(form.valueAxis);
    if (onKey && onValue)
      return fail(at, "what it adds to the state is no product of a vector "
                      "over " +
                          form.keyAxis.getValue() + " and one over " +
                          form.valueAxis.getValue());
    if (dependsOnState(factor)) {
      if (onKey)
        return fail(at, "the vector over " + form.keyAxis.getValue() +
                            " that it writes depends on the state");
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
std::optional<DecayFactor> Analysis::decayOf(Value factor) {
  if (auto exp = factor.getDefiningOp<seq::ExpOp>())
    return DecayFactor{factor, exp.getX()};
  if (factor.getDefiningOp<seq::SigmoidOp>())
    return DecayFactor{factor, {}};
  if (auto c = factor.getDefiningOp<seq::ConstantOp>())
    if (c.getNumber() > 0)
      return DecayFactor{factor, {}};
  return std::nullopt;
}

bool Analysis::visitMul(seq::MulOp mul) {
  bool xState = versions.contains(mul.getX());
  bool yState = versions.contains(mul.getY());
  if (!xState && !yState) {
    // A product with a vector that depends on the state: over both axes it is
    // a write in the making.
    seq::ArrayType type = mul.getType();
    if (type.hasAxis(form.keyAxis) && type.hasAxis(form.valueAxis))
      outer.insert(mul);
    else
      vectors.insert(mul);
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
    if (type.hasAxis(form.keyAxis) && type.hasAxis(form.valueAxis))
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

bool Analysis::visitSum(Operation *sum, Value x, Value y, bool negative) {
  bool xState = versions.contains(x), yState = versions.contains(y);
  if (!xState && !yState) {
    seq::ArrayType type = typeOf(sum->getResult(0));
    if (type.hasAxis(form.keyAxis) && type.hasAxis(form.valueAxis))
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

bool Analysis::visitDot(seq::DotOp dot) {
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
  if (dependsOnState(vector))
    return fail(dot, "it reads the state with a vector that depends on it");
  if (dot.getOver().size() != 1 ||
      cast<StringAttr>(dot.getOver()[0]) != form.keyAxis)
    return fail(dot, "reads of the state sum over different axes");
  seq::ArrayType type = typeOf(vector);
  if (type.hasAxis(form.valueAxis) || type.getAxes().size() != 1)
    return fail(dot, "it reads the state with more than a vector over " +
                         form.keyAxis.getValue());
  form.reads.push_back({dot, vector, versions[state], false});
  if (state == op.getYield().getStates()[0])
    form.reads.back().after = true;
  vectors.insert(dot.getResult());
  return true;
}

bool Analysis::visit(Operation *o) {
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
  for (Value operand : o->getOperands())
    if (versions.contains(operand) || outer.contains(operand)) {
      if (auto neg = dyn_cast<seq::NegOp>(o); neg && outer.contains(operand)) {
        outer.insert(neg);
        return true;
      }
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
bool Analysis::checkLinear(Value value) {
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

void Analysis::collectReads(Value value, SmallVectorImpl<const Read *> &reads) {
  if (const Read *read = form.findRead(value)) {
    reads.push_back(read);
    return;
  }
  if (dependsOnState(value) && value.getDefiningOp())
    for (Value operand : value.getDefiningOp()->getOperands())
      collectReads(operand, reads);
}

/// Whether each write that depends on the state reads it after all decays and
/// the writes before it, which makes the writes rows of one triangular system.
bool Analysis::checkSubsteps(ArrayRef<unsigned> dependent) {
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
bool Analysis::checkValueDecays(unsigned index) {
  auto onValue = [&](unsigned decay) {
    return typeOf(form.decays[decay].factor).hasAxis(form.valueAxis);
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

bool Analysis::checkValues() {
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
    if (llvm::none_of(form.final.writes,
                      [&](const StateVersion::Included &included) {
                        return included.write == index;
                      }))
      return fail(op, "a write that depends on the state is read but not kept");
  }
  return dependent.size() < 2 || checkSubsteps(dependent);
}

StepForm Analysis::run() {
  if (!findAxes())
    return form;
  versions[op.getStateArgs()[0]] = {};
  for (Operation &o : op.getBody().without_terminator())
    if (!visit(&o))
      return form;
  Value next = op.getYield().getStates()[0];
  if (!versions.contains(next)) {
    fail(op.getYield(), dependsOnState(next)
                            ? "the state it yields is not linear in the state"
                            : "the state it yields forgets the state");
    return form;
  }
  for (Value output : op.getYield().getOutputs())
    if (versions.contains(output) || outer.contains(output)) {
      fail(op.getYield(), "it outputs the whole state at every token");
      return form;
    }
  form.final = versions[next];
  form.affine = checkValues();
  form.fromState = vectors;
  form.fromState.insert(outer.begin(), outer.end());
  for (auto &[value, version] : versions)
    form.fromState.insert(value);
  return form;
}

} // namespace

StepForm seqmix::analyzeStep(seq::RecurrenceOp op) {
  return Analysis(op).run();
}

std::string seqmix::describe(const StepForm &form) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (!form.affine) {
    os << "not chunkwise: " << form.reason;
    return text;
  }
  os << "affine in its state: key axis " << form.keyAxis.getValue()
     << ", value axis " << form.valueAxis.getValue() << "; decay ";
  bool any = false, key = false, value = false;
  for (unsigned index : form.final.decays) {
    auto type = cast<seq::ArrayType>(form.decays[index].factor.getType());
    key |= type.hasAxis(form.keyAxis);
    value |= type.hasAxis(form.valueAxis);
    any = true;
  }
  os << (!any           ? "none"
         : key && value ? "along both axes"
         : key          ? "along " + form.keyAxis.getValue().str()
         : value        ? "along " + form.valueAxis.getValue().str()
                        : std::string("one factor a token"))
     << "; " << form.writes.size() << " write(s)";
  if (size_t dependent = form.dependentWrites().size())
    os << ", " << dependent
       << " of which depend(s) on the state (triangular solve)";
  os << "; " << form.reads.size() << " read(s)";
  return text;
}
