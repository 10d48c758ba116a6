//===- SplitRecurrence.cpp - A recurrence in parts of its sequence --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SplitRecurrence.h"
#include "AnalyzeCarry.h"

using namespace mlir;
using namespace seqmix;

//===----------------------------------------------------------------------===//
// Carries
//===----------------------------------------------------------------------===//

SplitRecurrence::SplitRecurrence(OpBuilder &b, seq::OperatorOp op,
                                 seq::RecurrenceOp recurrence,
                                 const StepForm &form, const Schedule &schedule)
    : b(b), op(op), recurrence(recurrence), form(form), schedule(schedule) {
  for (const CarryForm &own : form.carries) {
    carries.emplace_back(recurrence, own);
    findNeeds(carries.back());
    levels = std::max(levels, carries.back().level + 1);
  }
}

/// The carries before this one without which its map is not known.
void SplitRecurrence::findNeeds(Carry &carry) {
  llvm::DenseSet<Value> slice;
  for (Value value : carry.form->getFactors(/*reads=*/false)) {
    auto more = backwardSlice(recurrence, value);
    slice.insert(more.begin(), more.end());
  }
  for (const Carry &other : carries) {
    unsigned state = other.form->state;
    if (&other == &carry || !slice.contains(recurrence.getStateArgs()[state]))
      continue;
    carry.level = std::max(carry.level, other.level + 1);
    carry.needs.insert(state);
    carry.needs.insert(other.needs.begin(), other.needs.end());
  }
}

SmallVector<SplitRecurrence::Carry *>
SplitRecurrence::carriesOf(unsigned level) {
  SmallVector<Carry *> own;
  for (Carry &carry : carries)
    if (carry.level == level)
      own.push_back(&carry);
  return own;
}

LogicalResult SplitRecurrence::check() {
  for (const Carry &carry : carries)
    if (Value obstacle = carry.transition.findObstacle()) {
      InFlightDiagnostic diag =
          recurrence.emitOpError("is not split over its sequence: a write "
                                 "depends on the state before its decay along ")
          << carry.form->valueAxis.getValue()
          << ", which makes a matrix for each channel of what a part does; "
             "read the state after the decay, or give split = 1, found "
          << schedule.split;
      diag.attachNote(obstacle.getLoc()) << "this is the decay";
      return failure();
    }
  return success();
}

std::string SplitRecurrence::describe() const {
  std::string text = "the sequence is split into at most " +
                     std::to_string(schedule.split) + " parts of at least " +
                     std::to_string(Parts::leastLength) +
                     " tokens, whose maps of the state are composed in order";
  if (levels > 1)
    text += ", carries that need others after them";
  return text;
}

//===----------------------------------------------------------------------===//
// Arrays
//===----------------------------------------------------------------------===//

SmallVector<LoopAxis> SplitRecurrence::loopAxes() {
  // A part of the value axis would make the map of all of it again.
  Schedule whole = schedule;
  whole.valueTile = 0;
  return parallelAxesOf(op, recurrence, whole);
}

void SplitRecurrence::makeArrays(kernel::EntryOp entry) {
  parts = Parts(b, op, entry, recurrence.getSequenceAttr(), schedule.chunk,
                schedule.split, packing());
  SmallVector<StringAttr> points(recurrence.getParallelAxes()), stored(points);
  // What a packed sequence leaves is its own, as its initial state is.
  if (packing())
    for (StringAttr &axis : stored)
      if (op.canonicalSize(axis) == packing()->batch)
        axis = packing()->count;
  for (Carry &carry : carries) {
    auto make = [&](ArrayRef<StringAttr> axes) {
      SmallVector<int64_t> sizes;
      for (StringAttr axis : axes)
        sizes.push_back(carry.transition.sizeOf(axis));
      return parts.makeArray(stored, axes, sizes);
    };
    // In the order of the final state's array, as the carry's tile is.
    Axes state;
    auto type = cast<seq::ArrayType>(
        recurrence.getFinal()[carry.form->state].getType());
    for (StringAttr axis : type.getAxes())
      if (!llvm::is_contained(points, axis))
        state.push_back(axis);
    carry.rest = make(state);
    for (const Axes &axes : carry.transition.tiles())
      carry.map.push_back(make(axes));
    carry.before = make(state);
  }
}

/// Reads the operands from whose tiles values are computed. What seq.at reads
/// is none.
void SplitRecurrence::addOperands(LoopBuilder &loop, ArrayRef<Value> values) {
  llvm::DenseSet<Value> visited;
  SmallVector<Value> work(values);
  while (!work.empty()) {
    Value value = work.pop_back_val();
    if (!visited.insert(value).second)
      continue;
    if (auto at = value.getDefiningOp<seq::AtOp>()) {
      llvm::append_range(work, at.getPositions());
      continue;
    }
    if (Operation *definition = value.getDefiningOp()) {
      if (definition != recurrence)
        llvm::append_range(work, definition->getOperands());
      continue;
    }
    for (auto [argument, input] :
         llvm::zip(recurrence.getInputArgs(), recurrence.getInputs()))
      if (argument == value)
        work.push_back(input);
  }
  for (BlockArgument argument : op.getBody().getArguments())
    if (visited.contains(argument))
      loop.addOperand(argument.getArgNumber());
}

bool SplitRecurrence::isOutput(unsigned result) {
  auto ret = cast<seq::ReturnOp>(op.getBody().front().getTerminator());
  return cast<seq::ArrayType>(ret.getValues()[result].getType())
      .hasAxis(recurrence.getSequenceAttr());
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Value>>
SplitRecurrence::range(LoopBuilder::Region &region) {
  auto [first, end] = parts.range();
  return SmallVector<Value>{first, end};
}

/// Each part on its own: what it makes of carries that hold nothing, and its
/// map.
LogicalResult SplitRecurrence::buildParts(kernel::EntryOp entry,
                                          unsigned level) {
  SmallVector<LoopAxis> axes = loopAxes();
  axes.push_back(parts.loopAxis());
  LoopBuilder loop(b, op, entry, axes,
                   {recurrence.getSequenceAttr(), schedule.chunk}, packing());
  SmallVector<Carry *> own = carriesOf(level), known;
  for (Carry &other : carries)
    if (llvm::any_of(own, [&](Carry *carry) {
          return carry->needs.contains(other.form->state);
        }))
      known.push_back(&other);
  SmallVector<Value> values;
  for (Carry *carry : llvm::concat<Carry *>(own, known))
    llvm::append_range(values, carry->form->getFactors(/*reads=*/false));
  addOperands(loop, values);
  SmallVector<unsigned> numbers;
  for (Carry *carry : known)
    numbers.push_back(loop.addInput(carry->before.array, carry->before.axes));
  for (Carry *carry : own) {
    carry->transition.addAxes(loop);
    loop.addOutput(carry->rest.array, carry->rest.axes);
    for (const PartArray &tile : carry->map)
      loop.addOutput(tile.array, tile.axes);
  }

  auto init =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    SmallVector<Value> values;
    for (Carry *carry : own) {
      values.push_back(carry->transition.nothing(region.tiles));
      llvm::append_range(values, carry->transition.identity(region.tiles));
    }
    for (unsigned number : numbers)
      values.push_back(loop.loadedTile(region, number));
    return values;
  };
  auto absorb =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    aliasInputs(region.tiles, recurrence);
    SmallVector<Value> before(recurrence.getStateArgs().size());
    ValueRange given = region.carry;
    SmallVector<ValueRange> maps;
    for (Carry *carry : own) {
      before[carry->form->state] = given.front();
      maps.push_back(given.slice(1, carry->map.size()));
      given = given.drop_front(1 + carry->map.size());
    }
    for (auto [carry, value] : llvm::zip(known, given))
      before[carry->form->state] = value;
    ChunkStep step(region.tiles, recurrence, form, before);
    FailureOr<SmallVector<Value>> next = step.absorb(/*outputs=*/false);
    if (failed(next))
      return failure();
    SmallVector<Value> values;
    for (auto [carry, map] : llvm::zip(own, maps)) {
      values.push_back((*next)[carry->form->state]);
      FailureOr<SmallVector<Value>> after =
          carry->transition.absorb(region.tiles, step, map);
      if (failed(after))
        return failure();
      llvm::append_range(values, *after);
    }
    for (Carry *carry : known)
      values.push_back((*next)[carry->form->state]);
    return values;
  };
  auto finish =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    return SmallVector<Value>(region.carry.drop_back(known.size()));
  };
  return loop.build(init, absorb, nullptr, finish,
                    [&](LoopBuilder::Region &r) { return range(r); });
}

/// The parts in their order: what each begins with, and what is left at the
/// end. The last level takes all carries along, which results may need.
LogicalResult SplitRecurrence::buildLink(kernel::EntryOp entry,
                                         unsigned level) {
  LoopBuilder loop(b, op, entry, loopAxes(), parts.loopAxis(), packing());
  bool isLast = level + 1 == levels;
  SmallVector<Carry *> taken;
  for (Carry &carry : carries)
    if (carry.level == level || isLast)
      taken.push_back(&carry);
  SmallVector<Value> values;
  for (Carry *carry : taken)
    values.push_back(recurrence.getInitial()[carry->form->state]);
  auto ret = cast<seq::ReturnOp>(op.getBody().front().getTerminator());
  for (auto [i, value] : llvm::enumerate(ret.getValues()))
    if (isLast && !isOutput(i))
      values.push_back(value);
  addOperands(loop, values);
  SmallVector<unsigned> numbers;
  for (Carry *carry : taken) {
    carry->transition.addAxes(loop);
    numbers.push_back(loop.addInput(carry->rest.array, carry->rest.axes));
    for (const PartArray &tile : carry->map)
      numbers.push_back(loop.addInput(tile.array, tile.axes));
    if (carry->level == level)
      loop.addOutput(carry->before.array, carry->before.axes);
  }
  for (unsigned i = 0; isLast && i < ret.getValues().size(); ++i)
    if (!isOutput(i))
      loop.addResult(i);

  auto init =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    SmallVector<Value> values;
    for (Carry *carry : taken) {
      FailureOr<Value> state =
          initialState(region, recurrence, carry->form->state);
      if (failed(state))
        return failure();
      values.push_back(*state);
    }
    return values;
  };
  auto absorb =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    SmallVector<Value> values;
    const unsigned *number = numbers.begin();
    for (auto [carry, value] : llvm::zip(taken, region.carry)) {
      Value rest = loop.loadedTile(region, *number++);
      SmallVector<Value> map;
      for (size_t i = 0; i < carry->map.size(); ++i)
        map.push_back(loop.loadedTile(region, *number++));
      values.push_back(carry->transition.apply(region.tiles, map, value, rest,
                                               entry.getProductType()));
    }
    for (auto [carry, value] : llvm::zip(taken, region.carry))
      if (carry->level == level)
        values.push_back(value);
    return values;
  };
  auto finish =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    if (!isLast)
      return SmallVector<Value>();
    SmallVector<Value> byState(region.carry.size());
    for (auto [carry, value] : llvm::zip(taken, region.carry))
      byState[carry->form->state] = value;
    LoopBuilder::Region ordered{region.tiles, byState, region.resident,
                                region.streamed};
    return finalResults(loop, ordered, op, recurrence);
  };
  return loop.build(init, absorb, nullptr, finish);
}

/// Each part as the whole would run, from what it begins with.
LogicalResult SplitRecurrence::buildOutputs(kernel::EntryOp entry) {
  SmallVector<LoopAxis> axes = loopAxes();
  axes.push_back(parts.loopAxis());
  LoopBuilder loop(b, op, entry, axes,
                   {recurrence.getSequenceAttr(), schedule.chunk}, packing());
  auto ret = cast<seq::ReturnOp>(op.getBody().front().getTerminator());
  SmallVector<Value> values(recurrence.getYield().getOutputs());
  for (const Carry &carry : carries)
    llvm::append_range(values, carry.form->getFactors(/*reads=*/true));
  bool any = false;
  for (auto [i, value] : llvm::enumerate(ret.getValues()))
    if (isOutput(i)) {
      values.push_back(value);
      loop.addResult(i);
      any = true;
    }
  if (!any)
    return success();
  addOperands(loop, values);
  SmallVector<unsigned> numbers(carries.size());
  for (Carry &carry : carries)
    numbers[carry.form->state] =
        loop.addInput(carry.before.array, carry.before.axes);

  auto init =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    SmallVector<Value> values;
    for (unsigned number : numbers)
      values.push_back(loop.loadedTile(region, number));
    return values;
  };
  auto absorb =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    aliasInputs(region.tiles, recurrence);
    SmallVector<Value> before(region.carry);
    ChunkStep step(region.tiles, recurrence, form, before);
    FailureOr<SmallVector<Value>> next = step.absorb(/*outputs=*/true);
    if (failed(next) ||
        failed(appendOutputs(loop, region, op, recurrence, *next)))
      return failure();
    return next;
  };
  auto finish = [&](LoopBuilder::Region &) -> FailureOr<SmallVector<Value>> {
    return SmallVector<Value>();
  };
  return loop.build(init, absorb, nullptr, finish,
                    [&](LoopBuilder::Region &r) { return range(r); });
}

LogicalResult SplitRecurrence::build(kernel::EntryOp entry) {
  if (failed(checkResults(op, recurrence)))
    return failure();
  makeArrays(entry);
  for (unsigned level = 0; level < levels; ++level)
    if (failed(buildParts(entry, level)) || failed(buildLink(entry, level)))
      return failure();
  return buildOutputs(entry);
}
