//===- Edit.cpp - One change that makes a spec smaller --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Edit.h"
#include "dialects/Seq/Seq.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Iterators.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/raw_ostream.h"
#include <functional>

using namespace mlir;
using namespace seqmix;
using namespace seqmix::random;

//===----------------------------------------------------------------------===//
// Dropping what has no use
//===----------------------------------------------------------------------===//

/// The attributes of a list that stay.
static ArrayAttr keep(ArrayAttr list, const llvm::BitVector &dropped) {
  SmallVector<Attribute> kept;
  for (auto [i, attribute] : llvm::enumerate(list))
    if (!dropped[i])
      kept.push_back(attribute);
  return ArrayAttr::get(list.getContext(), kept);
}

/// A recurrence with some results, states and inputs gone. A state goes if
/// nothing but itself needs it.
static bool dropUnused(seq::RecurrenceOp op) {
  Block &body = op.getBody();
  seq::YieldOp yield = op.getYield();
  unsigned inputs = op.getInputs().size(), outputs = op.getNumOutputs();
  llvm::BitVector arguments(op.getNumOperands()), results(op.getNumResults());
  SmallVector<Value> operands, states, yielded;
  SmallVector<Type> types;
  bool hasSequence = false;
  for (unsigned i = 0; i < inputs; ++i) {
    bool over = cast<seq::ArrayType>(op.getInputs()[i].getType())
                    .hasAxis(op.getSequenceAttr());
    // One input says how many tokens there are.
    bool needed = !body.getArgument(i).use_empty() || (over && !hasSequence);
    hasSequence |= over && needed;
    arguments[i] = !needed;
    if (needed)
      operands.push_back(op.getInputs()[i]);
  }
  unsigned keptInputs = operands.size();
  for (unsigned i = 0; i < outputs; ++i) {
    results[i] = op.getResult(i).use_empty();
    if (results[i])
      continue;
    types.push_back(op.getResult(i).getType());
    yielded.push_back(yield.getOutputs()[i]);
  }
  for (unsigned i = 0; i < op.getInitial().size(); ++i) {
    BlockArgument state = op.getStateArgs()[i];
    bool itself = llvm::all_of(state.getUses(), [&](OpOperand &use) {
      return use.getOwner() == yield && use.getOperandNumber() == i;
    });
    if (itself && op.getResult(outputs + i).use_empty()) {
      results[outputs + i] = arguments[inputs + i] = true;
      continue;
    }
    operands.push_back(op.getInitial()[i]);
    types.push_back(op.getResult(outputs + i).getType());
    states.push_back(yield.getStates()[i]);
  }
  if (arguments.none() && results.none())
    return false;

  OpBuilder b(op);
  auto smaller =
      seq::RecurrenceOp::create(b, op.getLoc(), types, op.getSequenceAttr(),
                                ArrayRef(operands).take_front(keptInputs),
                                ArrayRef(operands).drop_front(keptInputs));
  if (Attribute chunk = op->getAttr("chunk"))
    smaller->setAttr("chunk", chunk);
  b.setInsertionPoint(yield);
  seq::YieldOp::create(b, yield.getLoc(), states, yielded);
  yield.erase();
  body.eraseArguments(arguments);
  smaller.getStep().takeBody(op.getStep());
  unsigned next = 0;
  for (unsigned i = 0; i < op.getNumResults(); ++i)
    if (!results[i])
      op.getResult(i).replaceAllUsesWith(smaller.getResult(next++));
  op.erase();
  return true;
}

static bool dropUnused(seq::OperatorOp op) {
  bool changed = false;
  SmallVector<Operation *> dead;
  op.walk<WalkOrder::PostOrder, ReverseIterator>([&](Operation *o) {
    if (o != op && o->use_empty() && !o->hasTrait<OpTrait::IsTerminator>() &&
        !isa<seq::RecurrenceOp, seq::AttentionOp>(o)) {
      o->erase();
      changed = true;
    }
  });
  for (auto recurrence : llvm::make_early_inc_range(
           op.getBody().front().getOps<seq::RecurrenceOp>()))
    changed |= dropUnused(recurrence);
  Block &body = op.getBody().front();
  llvm::BitVector unused(body.getNumArguments());
  for (BlockArgument argument : body.getArguments())
    unused[argument.getArgNumber()] = argument.use_empty();
  // One that stays and is drawn as a multiple of another keeps it, which stands
  // before.
  for (unsigned i = body.getNumArguments(); i-- > 0;)
    if (std::optional<unsigned> other = op.getDrawnOf(i); other && !unused[i])
      unused.reset(*other);
  if (unused.any()) {
    changed = true;
    body.eraseArguments(unused);
    op.setOperandNamesAttr(keep(op.getOperandNames(), unused));
    op.setOperandTypesAttr(keep(op.getOperandTypes(), unused));
    op.setOperandDomainsAttr(keep(op.getOperandDomains(), unused));
  }
  return changed;
}

//===----------------------------------------------------------------------===//
// The edits
//===----------------------------------------------------------------------===//

namespace {

/// All edits of an operator, in order. One that returns false did not apply.
class Edits {
public:
  explicit Edits(seq::OperatorOp op) : op(op) {
    addResults();
    addRegions();
    addValues();
    addParams();
  }

  std::vector<std::function<bool()>> list;

private:
  void addResults();
  void addRegions();
  void addValues();
  void addParams();

  seq::OperatorOp op;
};

} // namespace

void Edits::addResults() {
  unsigned count = op.getResultTypes().size();
  for (unsigned i = 0; i < count && count > 1; ++i)
    list.push_back([this, i, count] {
      llvm::BitVector dropped(count);
      dropped[i] = true;
      op.getBody().front().getTerminator()->eraseOperand(i);
      op.setResultNamesAttr(keep(op.getResultNames(), dropped));
      op.setResultTypesAttr(keep(op.getResultTypes(), dropped));
      return true;
    });
}

void Edits::addRegions() {
  op.walk([&](Operation *o) {
    if (auto attention = dyn_cast<seq::AttentionOp>(o))
      for (Region *region : {&attention.getMask(), &attention.getScore()})
        list.push_back([region] {
          bool there = !region->empty();
          region->dropAllReferences();
          region->getBlocks().clear();
          return there;
        });
    if (isa<seq::RecurrenceOp>(o))
      list.push_back([o] { return static_cast<bool>(o->removeAttr("chunk")); });
  });
}

/// A result becomes one of the op's operands, an argument of its block, or a
/// constant, if they are of its type.
void Edits::addValues() {
  op.walk<WalkOrder::PostOrder, ReverseIterator>([&](Operation *o) {
    if (o->getNumResults() != 1 || isa<seq::RecurrenceOp, seq::AttentionOp>(o))
      return;
    Value result = o->getResult(0);
    SmallVector<Value> simpler(o->getOperands());
    for (Block *block = o->getBlock(); block && block->getParentOp() != op;
         block = block->getParentOp()->getBlock())
      llvm::append_range(simpler, block->getArguments());
    llvm::SmallDenseSet<Value> seen;
    for (Value value : simpler)
      if (value.getType() == result.getType() && seen.insert(value).second)
        list.push_back([o, value] {
          o->getResult(0).replaceAllUsesWith(value);
          return true;
        });
    auto type = cast<seq::ArrayType>(result.getType());
    if (isa<seq::ConstantOp, seq::ParamOp, seq::SizeOp>(o))
      return;
    for (int number : {0, 1})
      list.push_back([o, type, number] {
        OpBuilder b(o);
        Attribute value = type.isReal()   ? Attribute(b.getF64FloatAttr(number))
                          : type.isBool() ? Attribute(b.getBoolAttr(number))
                                          : b.getI64IntegerAttr(number);
        auto constant = seq::ConstantOp::create(b, o->getLoc(), type, value);
        o->getResult(0).replaceAllUsesWith(constant);
        return true;
      });
  });
}

void Edits::addParams() {
  Builder b(op.getContext());
  auto add = [&](StringAttr name, Attribute value) {
    list.push_back([this, name, value] {
      NamedAttrList params(op.getParams());
      params.set(name, value);
      op.setParamsAttr(params.getDictionary(op.getContext()));
      return true;
    });
  };
  for (NamedAttribute param : op.getParams()) {
    if (auto type = dyn_cast<TypeAttr>(param.getValue());
        type && !type.getValue().isF32())
      add(param.getName(), TypeAttr::get(b.getF32Type()));
    if (auto integer = dyn_cast<IntegerAttr>(param.getValue()))
      for (int64_t smaller : {int64_t(1), int64_t(16), integer.getInt() / 2})
        if (smaller > 0 && smaller < integer.getInt())
          add(param.getName(), b.getI64IntegerAttr(smaller));
  }
}

//===----------------------------------------------------------------------===//
// The editor
//===----------------------------------------------------------------------===//

Editor::Editor() : context(MLIRContext::Threading::DISABLED) {
  context.loadDialect<seq::SeqDialect>();
}

Edited Editor::edit(const std::string &text, unsigned n, std::string &result) {
  ScopedDiagnosticHandler silent(&context,
                                 [](Diagnostic &) { return success(); });
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return Edited::NoMore;
  auto op = *module->getOps<seq::OperatorOp>().begin();
  Edits edits(op);
  if (n >= edits.list.size())
    return Edited::NoMore;
  if (!edits.list[n]())
    return Edited::No;
  while (dropUnused(op))
    ;
  if (failed(verify(*module)))
    return Edited::No;
  llvm::raw_string_ostream os(result);
  op->print(os);
  os << "\n";
  return Edited::Yes;
}
