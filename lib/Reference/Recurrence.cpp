//===- Recurrence.cpp - seq.recurrence, token by token --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SeqCompiler.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

namespace {

/// A whole array and the slot of its part inside the step.
struct Binding {
  Window window;
  unsigned whole, part;
};

/// A state: its initial and final arrays, its slot in the step and the slot
/// where the next state waits until all are there.
struct State {
  Binding initial, final;
  unsigned current, next;
  /// Copies the yielded value to `next`, in the axes of the state.
  unsigned yielded;
  Nest toNext;
};

struct RecurrencePlan {
  Program program;
  std::unique_ptr<SeqCompiler> compiler;
  Code step;
  std::vector<Binding> inputs, outputs;
  std::vector<State> states;
};

} // namespace

static Binding bind(SeqCompiler &outer, const Place &whole, const Place &part,
                    ArrayRef<StringAttr> parallel, StringAttr sequence) {
  return {Window(outer.getContext(), whole, parallel, sequence, part.axes),
          whole.slot, part.slot};
}

static Nest makeReorder(const Place &to, const Place &from) {
  Nest nest(2);
  for (auto [axis, extent, stride] :
       llvm::zip(to.axes, to.shape, to.getStrides()))
    nest.addLoop(extent, {stride, getStrideOf(from, axis)});
  nest.simplify();
  return nest;
}

/// All tokens at one index of the parallel axes.
static void runSequence(const RecurrencePlan &plan, Frame &frame,
                        const Frame &outer, ArrayRef<int64_t> index,
                        int64_t tokens) {
  for (const State &state : plan.states)
    state.initial.window.read(frame[state.current], outer[state.initial.whole],
                              index, 0);
  for (int64_t t = 0; t < tokens; ++t) {
    for (const Binding &input : plan.inputs)
      input.window.read(frame[input.part], outer[input.whole], index, t);
    run(plan.step, frame);
    if (frame.hasFailed())
      return;
    for (const Binding &output : plan.outputs)
      output.window.write(outer[output.whole], frame[output.part], index, t);
    for (const State &state : plan.states)
      state.toNext.copy(frame[state.next], frame[state.yielded]);
    for (const State &state : plan.states)
      frame.swap(state.current, state.next);
  }
  for (const State &state : plan.states)
    state.final.window.write(outer[state.final.whole], frame[state.current],
                             index, 0);
}

LogicalResult seqmix::reference::compileRecurrence(seq::RecurrenceOp op,
                                                   SeqCompiler &outer,
                                                   Code &code) {
  const OperatorContext &context = outer.getContext();
  auto plan = std::make_shared<RecurrencePlan>();
  plan->compiler =
      std::make_unique<SeqCompiler>(context, plan->program, &outer);
  SeqCompiler &inner = *plan->compiler;

  SmallVector<StringAttr> parallel = op.getParallelAxes();
  StringAttr sequence = op.getSequenceAttr();
  auto makeArgument = [&](BlockArgument argument) {
    Place place =
        inner.makePlace(cast<seq::ArrayType>(argument.getType()).getAxes());
    inner.getScope().define(argument, place);
    return place;
  };
  for (auto [argument, input] : llvm::zip(op.getInputArgs(), op.getInputs()))
    plan->inputs.push_back(bind(outer, outer.get(input), makeArgument(argument),
                                parallel, sequence));
  SmallVector<Place> stateParts;
  for (BlockArgument argument : op.getStateArgs())
    stateParts.push_back(makeArgument(argument));
  if (failed(inner.compile(op.getBody(), plan->step)))
    return failure();

  seq::YieldOp yield = op.getYield();
  auto makeWhole = [&](Value result) {
    Place place =
        outer.makePlace(cast<seq::ArrayType>(result.getType()).getAxes());
    outer.getScope().define(result, place);
    return place;
  };
  for (auto [result, value] : llvm::zip(op.getOutputs(), yield.getOutputs()))
    plan->outputs.push_back(
        bind(outer, makeWhole(result), inner.get(value), parallel, sequence));
  for (auto [part, initial, result, value] : llvm::zip(
           stateParts, op.getInitial(), op.getFinal(), yield.getStates())) {
    Place yielded = inner.get(value);
    plan->states.push_back(
        {bind(outer, outer.get(initial), part, parallel, sequence),
         bind(outer, makeWhole(result), part, parallel, sequence), part.slot,
         inner.makePlace(part.axes, part.shape).slot, yielded.slot,
         makeReorder(part, yielded)});
  }

  int64_t tokens = context.getSize(sequence);
  Grid grid(context, parallel);
  code.push_back([=, threads = context.threads](Frame &frame) {
    runParallel(
        plan->program, frame, grid.getCount(), threads,
        [&](Frame &own) {
          plan->compiler->getScope().bindCaptures(own, frame);
        },
        [&](Frame &own, int64_t begin, int64_t end) {
          for (int64_t task = begin; task < end && !own.hasFailed(); ++task)
            runSequence(*plan, own, frame, grid.getIndex(task), tokens);
        });
  });
  return success();
}
