//===- Spec.cpp - An operator in the making -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Spec.h"

using namespace seqmix::random;

Spec::Spec(uint64_t seed)
    : choice(seed), before(counter, 2), after(counter, 2),
      hasBatch(choice.chance(85)), hasHeads(choice.chance(85)),
      hasKeyHeads(hasHeads && choice.chance(45)),
      element(choice.of({"f32", "f32", "bf16", "f16"})) {
  if (hasBatch)
    sizes.push_back("B");
  sizes.push_back("T");
  if (hasHeads)
    sizes.push_back("H");
  if (hasKeyHeads)
    sizes.push_back("HK divides H");
}

int64_t Spec::addParam(const std::string &name, int64_t value) {
  params.push_back({name, std::to_string(value)});
  return value;
}

//===----------------------------------------------------------------------===//
// Operands and results
//===----------------------------------------------------------------------===//

Value Spec::operand(const std::string &stem, Axes axes,
                    const std::string &element, const std::string &domain) {
  // Most layers keep the order of their papers.
  if (choice.chance(40))
    choice.shuffle(axes);
  Value value{"%" + stem + std::to_string(operands.size()), axes, element};
  operands.push_back({value, domain});
  return value;
}

Axes Spec::someParallel(int percentAll, bool mayShare) {
  bool all = choice.chance(percentAll);
  Axes axes;
  if (hasBatch && (all || choice.chance(50)))
    axes.push_back("B");
  if (hasHeads && (all || choice.chance(50)))
    axes.push_back(hasKeyHeads && mayShare && choice.chance(50) ? "HK" : "H");
  return axes;
}

void Spec::result(const std::string &name, const Value &value,
                  const std::string &element) {
  Axes axes = value.axes;
  if (choice.chance(40))
    choice.shuffle(axes);
  results.push_back({{name, axes, element}, value});
}

//===----------------------------------------------------------------------===//
// Elementwise work
//===----------------------------------------------------------------------===//

Value Spec::feature(Writer &w, const Value &x) {
  switch (choice.below(7)) {
  case 0: // silu
    return w.mul({x, w.op("sigmoid", {x})});
  case 1: { // elu + 1
    Value zero = w.constant("0.0");
    Value positive = w.op("gt", {x, zero});
    Value shifted = w.add({x, w.constant("1.0")});
    return w.op("select", {positive, shifted, w.op("exp", {x})});
  }
  case 2: // relu
    return w.op("max", {x, w.constant("0.0")});
  case 3:
    return w.op("tanh", {x});
  case 4: { // x², halved
    Value square = w.mul({x, x});
    return w.mul({square, w.constant("0.5")});
  }
  case 5: { // gelu
    Value erf = w.op("erf", {w.mul({x, w.constant("0.7071067811865476")})});
    Value gate = w.mul({w.add({erf, w.constant("1.0")}), w.constant("0.5")});
    return w.mul({x, gate});
  }
  default:
    return w.op(choice.of({"sin", "cos", "abs", "neg", "softplus"}), {x});
  }
}

Value Spec::normed(Writer &w, const Value &x, const std::string &axis) {
  Value square = w.mul({x, x});
  Value sum = w.sum(square, {axis});
  Value guarded = w.add({sum, w.constant("1.0e-6")});
  if (choice.chance(30))
    return w.op("div", {x, w.op("sqrt", {guarded})});
  return w.mul({x, w.op("rsqrt", {guarded})});
}

Value Spec::epilogue(const Value &x, const std::string &axis,
                     const Axes &runtime) {
  Writer &w = after;
  Axes axes = runtime;
  switch (choice.weighted({60, 15, 10, 10, 5})) {
  case 1: { // an output gate
    axes.push_back(axis);
    Value z = operand("z", axes, someElement());
    return w.mul({x, w.op("sigmoid", {z})});
  }
  case 2: { // norm over the channels, with a weight
    Value mean = w.op("div", {w.sum(w.mul({x, x}), {axis}), w.param(axis)});
    Value inverse = w.op("rsqrt", {w.add({mean, w.constant("0.01")})});
    Value weight = operand("weight", {axis}, "", "{range = [0.5, 1.5]}");
    return w.mul({w.mul({x, inverse}), weight});
  }
  case 3: { // something passes by
    axes.push_back(axis);
    Value skip = operand("skip", axes, someElement());
    return w.add({x, skip});
  }
  case 4:
    return w.op("tanh", {x});
  default:
    return x;
  }
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

void Spec::drawCase(check::Case &test) {
  int64_t batch = hasBatch ? choice.of({1, 1, 2, 3}) : 1;
  int64_t heads = hasHeads ? choice.of({1, 2, 3, 4, 6}) : 1;
  int64_t length =
      choice.of({1,  1,  2,  3,   7,   15,  16,  17,  31,  33,  48, 63,
                 64, 65, 66, 100, 127, 128, 129, 150, 200, 200, 257});
  length = std::min(length, std::max<int64_t>(longest / (batch * heads), 1));
  test.sizes["T"] = length;
  if (hasBatch)
    test.sizes["B"] = batch;
  if (hasHeads)
    test.sizes["H"] = heads;
  if (hasKeyHeads) {
    std::vector<int64_t> divisors;
    for (int64_t d = 1; d <= heads; ++d)
      if (heads % d == 0)
        divisors.push_back(d);
    test.sizes["HK"] = choice.of(divisors);
  }
  test.threads = {choice.of({2, 2, 3, 7})};
  test.seed = choice.below(1 << 20);
  test.extremes = choice.chance(10);
  test.compile.arch = choice.of({"v3", "v4"});
}

std::string Spec::text(const std::string &comment, const std::string &mixer) {
  auto join = [](const std::vector<std::string> &parts,
                 const std::string &separator) {
    std::string joined;
    for (const std::string &part : parts)
      joined += (joined.empty() ? "" : separator) + part;
    return joined;
  };
  std::vector<std::string> paramTexts, operandTexts, resultTexts;
  for (auto &[name, value] : params)
    paramTexts.push_back(name + " = " + value);
  paramTexts.push_back("E = " + element);
  for (auto &[value, domain] : operands)
    operandTexts.push_back(value.name + ": " + value.type() +
                           (domain.empty() ? "" : " " + domain));
  std::vector<Value> returned;
  for (auto &[declared, value] : results) {
    resultTexts.push_back(declared.name + ": " + declared.type());
    returned.push_back(value);
  }
  return "// " + comment + "\nseq.operator @drawn params(" +
         join(paramTexts, ", ") + ") sizes(" + join(sizes, ", ") + ")\n    (" +
         join(operandTexts, ",\n     ") + ")\n    -> (" +
         join(resultTexts, ", ") + ") {\n" + before.text + mixer + after.text +
         "  seq.return " + typed(returned) + "\n}\n";
}
