//===- VectorStep.cpp - Steps over vectors --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Step.h"

using namespace seqmix::random;

/// h ← a h + b x: a scan. The channels are a run-time axis or a parameter.
static Value scan(Step &step, const Axes &axes) {
  Choice &choice = step.choice;
  Writer &w = step.body;
  Value h = step.carry(axes);
  Value a = step.gate(choice.chance(70) ? axes : Axes{});
  Value x = step.vector(axes);
  switch (choice.below(5)) {
  case 0: // √(1 − a²) x
    x = w.mul({x, w.op("sqrt", {w.sub({w.constant("1.0"), w.mul({a, a})})})});
    break;
  case 1: // (1 − a) x
    x = w.mul({x, w.sub({w.constant("1.0"), a})});
    break;
  case 2:
    x = w.mul({x, step.rate({}, 1.0)});
    break;
  default:
    break;
  }
  Value next = w.add({w.mul({h, a}), x});
  step.setNext(h, next);
  if (axes.empty() || choice.chance(50))
    return choice.chance(85) ? next : h;
  return w.dot(next, step.vector(axes), axes);
}

/// Two vectors that turn into each other: h₁ + i h₂ ← a e^{iφ} (h₁ + i h₂) + x.
static Value rotation(Step &step, const Axes &axes) {
  Writer &w = step.body;
  Value h1 = step.carry(axes), h2 = step.carry(axes);
  Value a = step.gate(axes), angle = step.vector(axes);
  Value c = w.mul({a, w.op("cos", {angle})}),
        s = w.mul({a, w.op("sin", {angle})});
  Value x = step.vector(axes);
  Value n1 = w.add({w.sub({w.mul({h1, c}), w.mul({h2, s})}), x});
  Value n2 = w.add({w.mul({h1, s}), w.mul({h2, c})});
  step.setNext(h1, n1);
  step.setNext(h2, n2);
  return step.choice.chance(50) ? n1 : w.add({n1, n2});
}

/// h ← (1 − z) h + z tanh(x + U h), and simpler ones.
static Value network(Step &step, const std::string &axis) {
  Writer &w = step.body;
  Choice &choice = step.choice;
  Value h = step.carry({axis});
  step.spec.params.push_back({"J", axis});
  Value weight =
      step.bind(step.spec.operand("w", {axis, "J"}, "", "{fan_in = \"J\"}"));
  Value u = w.dot(weight, w.rename(h, axis, "J"), {"J"});
  Value x = w.add({u, step.vector({axis})});
  Value candidate = w.op(choice.of({"tanh", "sigmoid", "sin"}), {x});
  if (choice.chance(30)) {
    step.setNext(h, candidate);
    return candidate;
  }
  Value z = choice.chance(50)
                ? step.rate({axis}, 1.0)
                : w.op("sigmoid", {w.add({u, step.vector({axis})})});
  Value keep = w.mul({h, w.sub({w.constant("1.0"), z})});
  Value next = w.add({keep, w.mul({z, candidate})});
  step.spec.bounded = false;
  step.setNext(h, next);
  return next;
}

/// h ← max(a h, x): a peak that fades.
static Value peak(Step &step, const Axes &axes) {
  Writer &w = step.body;
  Value h = step.carry(axes);
  std::string which = step.choice.of({"max", "min"});
  Value next = w.op(which, {w.mul({h, step.gate(axes)}), step.vector(axes)});
  step.setNext(h, next);
  return next;
}

void seqmix::random::drawVectorStep(Step &step) {
  Choice &choice = step.choice;
  std::string axis = choice.of({"D", "N"});
  step.spec.addParam(axis, choice.of({1, 4, 8, 16, 16, 24, 40}));
  Axes axes = choice.chance(75) ? Axes{axis} : Axes{};
  Value y;
  switch (choice.weighted({60, 12, 16, 12})) {
  case 0:
    y = scan(step, axes);
    break;
  case 1:
    y = rotation(step, axes);
    break;
  case 2:
    y = network(step, axis);
    break;
  default:
    y = peak(step, axes);
    break;
  }
  if (choice.chance(20)) // one scan more, of what the first gives
  {
    Writer &w = step.body;
    Value h = step.carry(y.axes);
    Value next = w.add({w.mul({h, step.gate(y.axes)}), y});
    step.setNext(h, next);
    step.outputs.push_back(next);
  }
  if (choice.chance(30))
    y = step.body.add(
        {y, step.body.mul({step.vector(y.axes), step.vector({})})});
  step.outputs.push_back(y);
}
