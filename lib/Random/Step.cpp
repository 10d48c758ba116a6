//===- Step.cpp - A recurrence in the making ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Step.h"

#include <algorithm>

using namespace seqmix::random;

static bool isRuntime(const std::string &axis) {
  return axis == "B" || axis == "T" || axis == "H" || axis == "HK";
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

Value Step::bind(const Value &outside) {
  for (const Input &input : inputs)
    if (input.outside.name == outside.name)
      return input.inside;
  Value inside{"%a" + std::to_string(spec.counter++), {}, ""};
  for (const std::string &axis : outside.axes)
    if (!isRuntime(axis))
      inside.axes.push_back(axis);
  if (outside.element == "i32")
    inside.element = "index";
  inputs.push_back({inside, outside});
  return inside;
}

Value Step::token(const std::string &stem, const Axes &axes,
                  const std::string &element, const std::string &domain) {
  Axes all = spec.someParallel(85);
  all.insert(all.begin() + (all.empty() || all[0] != "B" ? 0 : 1), "T");
  all.insert(all.end(), axes.begin(), axes.end());
  return spec.operand(stem, all, element, domain);
}

Value Step::fixed(const std::string &stem, const Axes &axes,
                  const std::string &element, const std::string &domain) {
  Axes all = spec.someParallel(30);
  all.insert(all.end(), axes.begin(), axes.end());
  return spec.operand(stem, all, element, domain);
}

static std::string keyOf(const Axes &axes) {
  std::string key;
  for (const std::string &axis : axes)
    key += axis + " ";
  return key;
}

Value Step::vector(const Axes &axes) {
  std::vector<Value> &pool = vectors[keyOf(axes)];
  if (!pool.empty() && choice.chance(25))
    return choice.of(pool);
  std::string domain =
      choice.of({"", "", "", "{normal = [0.0, 1.0]}", "{range = [-1.0, 1.0]}"});
  if (!axes.empty() && choice.chance(15))
    domain = "{fan_in = \"" + axes.back() + "\"}";
  std::string stem = axes.empty() ? "x" : choice.of({"q", "k", "v", "u"});
  Value outside = choice.chance(90)
                      ? token(stem, axes, spec.someElement(), domain)
                      : fixed(stem, axes, spec.someElement(), domain);
  if (choice.chance(15))
    outside = spec.feature(spec.before, outside);
  Value inside = bind(outside);
  if (choice.chance(10))
    inside = spec.feature(body, inside);
  pool.push_back(inside);
  return inside;
}

Value Step::unit(const std::string &axis) {
  std::vector<Value> &pool = units[axis];
  if (!pool.empty() && choice.chance(20))
    return choice.of(pool);
  Value inside;
  switch (choice.weighted({70, 18, 12})) {
  case 0:
    inside = bind(
        token("k", {axis}, spec.someElement(), "{unit = \"" + axis + "\"}"));
    break;
  case 1:
    inside = bind(
        spec.normed(spec.before, token("k", {axis}, spec.someElement()), axis));
    break;
  default:
    inside =
        spec.normed(body, bind(token("k", {axis}, spec.someElement())), axis);
    break;
  }
  pool.push_back(inside);
  return inside;
}

Value Step::rate(const Axes &axes, double most) {
  std::string end = std::to_string(most);
  if (choice.chance(70))
    return bind(token("beta", axes, choice.of({"", "", "E"}),
                      "{range = [0.0, " + end + "]}"));
  Writer &w = choice.chance(50) ? spec.before : body;
  Value x = token("b", axes, spec.someElement());
  if (&w == &body)
    x = bind(x);
  Value rate = w.op("sigmoid", {x});
  if (most != 1.0)
    rate = w.mul({rate, w.constant(end)});
  return &w == &body ? rate : bind(rate);
}

Value Step::gate(const Axes &axes) {
  switch (choice.weighted({40, 10, 10, 15, axes.empty() ? 10 : 0, 5, 10, 6})) {
  case 0:
    return body.op("exp", {bind(token("g", axes, "", "{nonpositive}"))});
  case 1: { // e^{−softplus(x + bias)}
    Value x = body.add({bind(token("dt", axes, spec.someElement())),
                        bind(fixed("bias", axes, ""))});
    return body.op("exp", {body.op("neg", {body.op("softplus", {x})})});
  }
  case 2: { // e^{−softplus(x) e^a}
    Value delta = body.op("softplus", {bind(token("dt", axes, "E"))});
    Value speed = body.op("exp", {bind(fixed("alog", axes, ""))});
    return body.op("exp", {body.op("neg", {body.mul({delta, speed})})});
  }
  case 3: {
    Value x = bind(token("f", axes, spec.someElement()));
    if (choice.chance(50))
      x = body.add({x, body.constant(choice.of({"1.0", "3.0"}))});
    return body.op("sigmoid", {x});
  }
  case 4:
    return body.constant(choice.of({"0.99", "0.9", "0.5", "0.125"}));
  case 5:
    return body.op("exp", {bind(token("g", axes, choice.of({"", "E"}),
                                      "{range = [-0.5, 0.0]}"))});
  case 6:
    return body.op("exp", {bind(fixed("g", axes, "", "{nonpositive}"))});
  default:
    return body.mul({gate(axes), gate({})});
  }
}

Value Step::oddFactor(const Axes &axes) {
  switch (choice.below(4)) {
  case 0:
    return rate(axes, 1.0);
  case 1:
    return body.sub({body.constant("1.0"), rate(axes, 1.0)});
  case 2:
    return body.op("tanh", {vector(axes)});
  default:
    return body.constant(choice.of({"-0.5", "-0.9"}));
  }
}

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

Value Step::carry(const Axes &axes) {
  Value initial;
  if (choice.chance(25)) {
    initial = spec.before.constant("0.0", spec.shuffled(axes));
  } else {
    Axes all = spec.someParallel(85, /*mayShare=*/false);
    all.insert(all.end(), axes.begin(), axes.end());
    initial = spec.operand("s", all, "");
  }
  Value state{"%S" + std::to_string(spec.counter++), {}, ""};
  for (const std::string &axis : initial.axes)
    if (!isRuntime(axis))
      state.axes.push_back(axis);
  carries.push_back({state, initial, state});
  return state;
}

void Step::setNext(const Value &state, const Value &next) {
  for (Carry &carry : carries)
    if (carry.state.name == state.name)
      carry.next = next;
}

Value Step::outer(const Pair &keyAndValue, const Value *factor) {
  const auto &[key, value] = keyAndValue;
  if (!factor)
    return choice.chance(80) ? body.mul({key, value}) : body.mul({value, key});
  switch (choice.below(3)) {
  case 0:
    return body.mul({body.mul({key, *factor}), value});
  case 1:
    return body.mul({key, body.mul({value, *factor})});
  default:
    return body.mul({body.mul({key, value}), *factor});
  }
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

Axes Step::parallelAxes() const {
  Axes axes;
  auto add = [&](const Value &value) {
    for (std::string axis : value.axes) {
      if (axis == "HK")
        axis = "H";
      if (isRuntime(axis) && axis != "T" &&
          std::find(axes.begin(), axes.end(), axis) == axes.end())
        axes.push_back(axis);
    }
  };
  for (const Input &input : inputs)
    add(input.outside);
  for (const Carry &carry : carries)
    add(carry.initial);
  std::sort(axes.begin(), axes.end());
  return axes;
}

std::string Step::finish(const std::string &comment) {
  if (std::none_of(inputs.begin(), inputs.end(),
                   [](const Input &input) { return input.outside.has("T"); }))
    outputs.push_back(bind(token("x", {}, "E")));

  Axes parallel = parallelAxes();
  std::vector<Value> results;
  auto addResult = [&](const Value &inside, bool sequence) {
    Axes axes = parallel;
    if (sequence)
      axes.insert(axes.begin() + (axes.empty() || axes[0] != "B" ? 0 : 1), "T");
    axes.insert(axes.end(), inside.axes.begin(), inside.axes.end());
    if (choice.chance(30))
      choice.shuffle(axes);
    results.push_back({"%r" + std::to_string(spec.counter++), axes, ""});
  };
  for (const Value &output : outputs)
    addResult(output, true);
  for (const Carry &carry : carries)
    addResult(carry.state, false);

  for (size_t i = 0; i < outputs.size(); ++i) {
    Value y = results[i];
    Axes runtime;
    for (const std::string &axis : y.axes)
      if (isRuntime(axis))
        runtime.push_back(axis);
    if (outputs[i].axes.size() == 1)
      y = spec.epilogue(y, outputs[i].axes[0], runtime);
    spec.result("y" + std::to_string(i), y, spec.someElement());
  }
  for (size_t i = 0; i < carries.size(); ++i)
    if (outputs.empty() || choice.chance(80))
      spec.result("final" + std::to_string(i), results[outputs.size() + i],
                  choice.of({"", "", "", "E"}));

  std::string text = "  " + names(results) + " = seq.recurrence over \"T\"\n";
  std::string bindings, states;
  for (const Input &input : inputs)
    bindings += (bindings.empty() ? "" : ",\n       ") + input.inside.typed() +
                " = " + input.outside.typed();
  std::vector<Value> next;
  for (const Carry &carry : carries) {
    states += (states.empty() ? "" : ", ") + carry.state.name + ": " +
              carry.state.type() + " = " + carry.initial.typed();
    next.push_back(carry.next);
  }
  text += "      (" + bindings + ")\n      carry(" + states + ")\n      -> (" +
          types(results) + ")";
  if (choice.chance(8))
    text +=
        " attributes {chunk = " + std::to_string(choice.of({16, 32, 48, 64})) +
        "}";
  text += " {\n" + body.text + "    seq.yield carry(" + typed(next) + ")";
  if (!outputs.empty())
    text += " out(" + typed(outputs) + ")";
  text += "\n  }\n";
  return spec.text(comment, text);
}
