//===- AnalyzeStep.cpp - A step as maps of its carries that compose -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Orders the carries so that each depends on itself and on those before it
// only, then analyses each: what the others hold is known by then.
//
//===----------------------------------------------------------------------===//

#include "AnalyzeCarry.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace seqmix;

const Read *StepForm::findRead(Value value) const {
  for (const CarryForm &carry : carries)
    if (const Read *read = carry.findRead(value))
      return read;
  return nullptr;
}

/// The order of the states; shorter than their number if some depend on each
/// other.
static SmallVector<unsigned> orderStates(seq::RecurrenceOp op) {
  size_t count = op.getStateArgs().size();
  SmallVector<llvm::DenseSet<Value>> slices;
  for (Value next : op.getYield().getStates())
    slices.push_back(backwardSlice(op, next));
  SmallVector<unsigned> order;
  for (bool grew = true; grew;) {
    grew = false;
    for (unsigned state = 0; state < count; ++state) {
      if (llvm::is_contained(order, state))
        continue;
      bool ready = true;
      for (unsigned other = 0; other < count; ++other)
        ready &= other == state || llvm::is_contained(order, other) ||
                 !slices[state].contains(op.getStateArgs()[other]);
      if (ready) {
        order.push_back(state);
        grew = true;
      }
    }
  }
  return order;
}

StepForm seqmix::analyzeStep(seq::RecurrenceOp op) {
  StepForm form;
  auto fail = [&](Operation *at, const Twine &reason) {
    form.obstacle = at;
    form.reason = reason.str();
    return form;
  };
  if (op.getStateArgs().empty())
    return fail(op, "it carries no state");
  SmallVector<unsigned> order = orderStates(op);
  if (order.size() != op.getStateArgs().size())
    return fail(op, "its states depend on each other");
  for (unsigned state : order) {
    CarryAnalysis analysis(op, state);
    if (!analysis.run())
      return fail(analysis.obstacle, analysis.reason);
    form.carries.push_back(std::move(analysis.form));
  }
  // A maximum alone has nothing that a product could speed up.
  if (llvm::none_of(form.carries, [](const CarryForm &carry) {
        return carry.kind == CarryForm::Kind::Affine && carry.valueAxis;
      }))
    return fail(op, "none of its states is a matrix");
  form.affine = true;
  return form;
}

static void describeCarry(const CarryForm &form, llvm::raw_ostream &os) {
  if (form.kind == CarryForm::Kind::Maximum) {
    os << "a running maximum";
    return;
  }
  os << "key axis " << form.keyAxis.getValue();
  if (form.valueAxis)
    os << ", value axis " << form.valueAxis.getValue();
  os << "; decay ";
  bool any = false, key = false, value = false;
  for (unsigned index : form.final.decays) {
    auto type = cast<seq::ArrayType>(form.decays[index].factor.getType());
    key |= type.hasAxis(form.keyAxis);
    value |= form.valueAxis && type.hasAxis(form.valueAxis);
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
}

std::string seqmix::describe(const StepForm &form) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (!form.affine) {
    os << "not chunkwise: " << form.reason;
    return text;
  }
  if (form.carries.size() == 1) {
    os << "affine in its state: ";
    describeCarry(form.carries[0], os);
    return text;
  }
  os << "affine in its " << form.carries.size() << " states";
  for (const CarryForm &carry : form.carries) {
    os << (&carry == &form.carries.front() ? ": " : "; then ") << "state "
       << carry.state << ": ";
    describeCarry(carry, os);
  }
  return text;
}
