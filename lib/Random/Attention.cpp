//===- Attention.cpp - Attentions drawn at random -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Spec.h"

#include <algorithm>

using namespace seqmix::random;

namespace {

/// A score region, a mask region, a normaliser, and what stands around them.
class Attention {
public:
  explicit Attention(uint64_t seed);
  Program draw(uint64_t seed);

private:
  /// The arguments of a region over points: b, h, i, j, as far as they are.
  std::vector<Value> drawPoints();
  Value position(const std::string &axis);
  /// An operand over some of the parallel axes and others, read at the point.
  Value read(Writer &w, const std::string &stem, const std::string &element,
             const std::string &domain, bool atQuery, bool atKey);

  Value drawScore(Writer &w, Value s);
  Value changeScore(Writer &w, const Value &s);
  Value drawCondition(Writer &w, int depth);
  Value drawAtom(Writer &w);
  /// |i − j|.
  Value distance(Writer &w);

  Spec spec;
  Choice &choice;
  bool sameLength;
  Axes parallel;
  std::vector<Value> points;
};

} // namespace

Attention::Attention(uint64_t seed)
    : spec(seed * 2), choice(spec.choice), sameLength(choice.chance(60)) {
  if (sameLength)
    spec.sizes.push_back("S = T");
  else
    spec.sizes.insert(spec.sizes.begin() + choice.below(2), "S");
}

std::vector<Value> Attention::drawPoints() {
  points.clear();
  for (const std::string &axis : parallel)
    points.push_back({"%" + axis + std::to_string(spec.counter), {}, "index"});
  points.push_back({"%i" + std::to_string(spec.counter), {}, "index"});
  points.push_back({"%j" + std::to_string(spec.counter++), {}, "index"});
  return points;
}

Value Attention::position(const std::string &axis) {
  for (size_t i = 0; i < parallel.size(); ++i)
    if (parallel[i] == axis)
      return points[i];
  return axis == "T" ? points[points.size() - 2] : points.back();
}

Value Attention::read(Writer &w, const std::string &stem,
                      const std::string &element, const std::string &domain,
                      bool atQuery, bool atKey) {
  Axes axes;
  for (const std::string &axis : parallel)
    if (choice.chance(60))
      axes.push_back(axis);
  if (atQuery)
    axes.push_back("T");
  if (atKey)
    axes.push_back("S");
  // Where S = T, one array serves both.
  Value array = spec.operand(stem, axes, element, domain);
  std::vector<Value> at;
  for (const std::string &axis : array.axes)
    at.push_back(position(axis));
  return w.at(array, at);
}

Value Attention::distance(Writer &w) {
  Value d = w.sub({position("T"), position("S")});
  return w.op("max", {d, w.sub({position("S"), position("T")})});
}

//===----------------------------------------------------------------------===//
// Scores
//===----------------------------------------------------------------------===//

Value Attention::changeScore(Writer &w, const Value &s) {
  switch (choice.below(9)) {
  case 0: { // softcap
    std::string cap = choice.of({"30.0", "5.0", "1.0"});
    Value t = w.op("tanh", {w.op("div", {s, w.constant(cap)})});
    return w.mul({t, w.constant(cap)});
  }
  case 1: { // a slope a head
    Value slope = read(w, "slope", "", "{range = [0.0, 0.5]}", false, false);
    Value d = choice.chance(50) ? w.sub({position("S"), position("T")})
                                : w.sub({w.position(0), distance(w)});
    return w.add({s, w.mul({slope, w.op("to_real", {d})})});
  }
  case 2: // a bias a key
    return w.add({s, read(w, "bias", choice.of({"", "E"}), "", false, true)});
  case 3: { // a table that batches or heads share
    if (parallel.empty())
      return s;
    if (spec.params.back().first != "R")
      spec.addParam("R", choice.of({1, 2, 3}));
    std::string axis = choice.of(parallel);
    Value row = w.op("mod", {position(axis), w.size("R")});
    return w.add({s, w.at(spec.operand("table", {"R"}, ""), {row})});
  }
  case 4: { // another scale beyond a distance
    Value far = w.op("gt", {distance(w), w.position(choice.of({1, 5, 40}))});
    return w.op("select", {far, w.mul({s, w.constant("0.5")}), s});
  }
  case 5: // a temperature
    return w.mul({s, read(w, "heat", "", "{range = [0.25, 2.0]}",
                          choice.chance(30), false)});
  case 6: { // log of the number of keys
    Value n = w.op("to_real", {w.size("S")});
    return choice.chance(50)
               ? w.sub({s, w.op("log", {n})})
               : w.mul(
                     {s, w.op("sqrt",
                              {w.op("log", {w.add({n, w.constant("1.0")})})})});
  }
  case 7:
    return w.op(choice.of({"tanh", "abs", "neg", "sigmoid", "softplus"}), {s});
  default: { // positions as numbers
    Value i = w.op("to_real", {position(choice.of({"T", "S"}))});
    return w.add(
        {s, w.op(choice.of({"sin", "cos"}), {w.mul({i, w.constant("0.1")})})});
  }
  }
}

Value Attention::drawScore(Writer &w, Value s) {
  if (choice.chance(90))
    s = w.mul({s, w.op("rsqrt", {w.param("K")})});
  for (int64_t n = choice.weighted({40, 35, 15, 10}); n > 0; --n)
    s = changeScore(w, s);
  return s;
}

//===----------------------------------------------------------------------===//
// Masks
//===----------------------------------------------------------------------===//

Value Attention::drawAtom(Writer &w) {
  Value i = position("T"), j = position("S");
  Value number;
  auto drawNumber = [&] {
    number = w.position(choice.of({1, 2, 3, 5, 16, 33, 64}));
  };
  switch (choice.weighted({25, 12, 10, 10, 8, 8, 8, 6, 5, 8, 8, 6})) {
  case 0:
    return w.op(choice.of({"le", "le", "lt", "ge"}), {j, i});
  case 1: { // a window
    Value d = choice.chance(50) ? w.sub({i, j}) : distance(w);
    drawNumber();
    return w.op(choice.of({"lt", "le"}), {d, number});
  }
  case 2: { // a length, a prefix
    Value n = read(w, "n", "i32", "{integer = [0, \"S\"]}", false, false);
    return w.op(choice.of({"lt", "lt", "ge"}), {j, n});
  }
  case 3: { // documents
    if (!sameLength) {
      Value a = read(w, "doc", "i32", "{sorted = [0, 5]}", true, false);
      Value b = read(w, "doc", "i32", "{sorted = [0, 5]}", false, true);
      return w.op(choice.of({"eq", "le", "ne"}), {a, b});
    }
    Axes axes;
    if (spec.hasBatch && choice.chance(70))
      axes.push_back("B");
    axes.push_back("T");
    Value doc =
        spec.operand("doc", axes, "i32",
                     choice.of({"{sorted = [0, 5]}", "{integer = [0, 3]}"}));
    auto docOf = [&](const Value &token) {
      std::vector<Value> at;
      for (const std::string &axis : doc.axes)
        at.push_back(axis == "T" ? token : position(axis));
      return w.at(doc, at);
    };
    Value di = docOf(i);
    return w.op(choice.of({"eq", "eq", "ge"}), {di, docOf(j)});
  }
  case 4: { // every n-th
    drawNumber();
    Value x = choice.chance(50) ? j : w.sub({i, j});
    return w.op(choice.of({"eq", "ne"}),
                {w.op("mod", {x, number}), w.position(0)});
  }
  case 5: { // blocks
    drawNumber();
    return w.op(choice.of({"eq", "ge"}),
                {w.op("floordiv", {i, number}), w.op("floordiv", {j, number})});
  }
  case 6: // the first, always
    drawNumber();
    return w.op(choice.of({"lt", "ge"}), {j, number});
  case 7: // some rows
    drawNumber();
    return w.op(choice.of({"ge", "lt"}), {i, number});
  case 8: { // numbers of the operands, compared as they are
    Value x = read(w, "x", "", "", choice.chance(50), true);
    Value limit = choice.chance(50) ? w.constant("0.5")
                                    : read(w, "limit", "", "", false, false);
    return w.op(choice.of({"lt", "gt"}), {x, limit});
  }
  case 9: { // a span of keys a query, or of queries a key
    bool ofQuery = choice.chance(60);
    Value end =
        read(w, "span", "i32",
             choice.of({"{integer = [0, \"S\"]}", "{sorted = [0, \"S\"]}",
                        "{integer = [-40, 40]}"}),
             ofQuery, !ofQuery);
    Value place = ofQuery ? j : i;
    if (choice.chance(40))
      place = choice.chance(50) ? w.sub({i, j}) : w.add({place, end});
    return w.op(choice.of({"ge", "lt", "le", "gt"}), {place, end});
  }
  case 10: { // how far apart two real numbers are
    std::string domain = choice.of({"", "{range = [0.0, 4.0]}"});
    Value d =
        w.sub({read(w, "time", choice.of({"", "E"}), domain, true, false),
               read(w, "time", choice.of({"", "E"}), domain, false, true)});
    if (choice.chance(50))
      d = w.op("abs", {d});
    return w.op(choice.of({"lt", "gt"}), {d, w.constant("0.5")});
  }
  default: { // positions of the other kind
    Value x =
        w.add({w.mul({i, w.position(2)}), w.position(choice.of({-3, 0, 4}))});
    if (!parallel.empty() && choice.chance(40))
      x = w.add({x, position(choice.of(parallel))});
    return w.op("le", {j, x});
  }
  }
}

Value Attention::drawCondition(Writer &w, int depth) {
  if (depth == 0 || choice.chance(40))
    return drawAtom(w);
  switch (choice.weighted({50, 32, 10, 8})) {
  case 0: {
    Value x = drawCondition(w, depth - 1);
    return w.op("and", {x, drawCondition(w, depth - 1)});
  }
  case 1: {
    Value x = drawCondition(w, depth - 1);
    return w.op("or", {x, drawCondition(w, depth - 1)});
  }
  case 2:
    return w.op("not", {drawCondition(w, depth - 1)});
  default: {
    Value c = drawAtom(w), x = drawAtom(w);
    return w.op("select", {c, x, drawAtom(w)});
  }
  }
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

Program Attention::draw(uint64_t seed) {
  auto extent = [&] {
    return choice.chance(85) ? choice.of({16, 24, 32, 40})
                             : choice.of({1, 3, 8, 17, 48, 64});
  };
  int64_t work = spec.addParam("K", extent());
  work += spec.addParam("V", extent());

  // The query has every axis, so that these are the parallel ones.
  if (spec.hasBatch)
    parallel.push_back("B");
  if (spec.hasHeads)
    parallel.push_back("H");
  Axes queryAxes = parallel;
  queryAxes.insert(queryAxes.begin() + spec.hasBatch, "T");
  queryAxes.push_back("K");
  Value q = spec.operand("q", queryAxes, spec.someElement());
  auto keySide = [&](const std::string &stem, const std::string &axis) {
    Axes axes = spec.someParallel(85);
    axes.insert(axes.begin() + (!axes.empty() && axes[0] == "B"), "S");
    axes.push_back(axis);
    return spec.operand(stem, axes, spec.someElement());
  };
  Value k = keySide("k", "K"), v = keySide("v", "V");
  if (choice.chance(20)) {
    q = spec.normed(spec.before, q, "K");
    k = spec.normed(spec.before, k, "K");
  } else if (choice.chance(15)) {
    q = spec.feature(spec.before, q);
  }
  if (choice.chance(10))
    v = spec.feature(spec.before, v);
  // The order of the query's axes is that of the points.
  parallel.clear();
  for (const std::string &axis : q.axes)
    if (axis == "B" || axis == "H")
      parallel.push_back(axis);

  size_t normaliser = choice.weighted({55, 15, 12, 9, 9});
  std::string name = std::vector<std::string>{"softmax", "sink", "sigmoid",
                                              "relu", "none"}[normaliser];
  std::string extra;
  if (name == "sink") {
    Axes axes;
    for (const std::string &axis : parallel)
      if (choice.chance(60))
        axes.push_back(axis);
    Value sink = spec.operand("sink", axes, "");
    extra = "(" + sink.typed() + ")";
  }
  bool lse = normaliser < 2 && choice.chance(75);

  std::string regions;
  auto region = [&](const std::string &keyword, const Value *s, auto draw) {
    std::vector<Value> arguments = drawPoints();
    if (s)
      arguments.insert(arguments.begin(), *s);
    Writer w(spec.counter, 6);
    Value yielded = draw(w);
    regions += (regions.empty() ? "\n    " : " ") + keyword + "(" +
               names(arguments) + ") {\n" + w.text + "      seq.yield out(" +
               yielded.typed() + ")\n    }";
  };
  if (choice.chance(92)) {
    Value s{"%s" + std::to_string(spec.counter++), {}, ""};
    region("score", &s, [&](Writer &w) { return drawScore(w, s); });
  }
  if (choice.chance(85))
    region("mask", nullptr, [&](Writer &w) { return drawCondition(w, 2); });

  Axes rows = parallel;
  rows.push_back("T");
  Axes outputAxes = rows;
  outputAxes.push_back("V");
  std::vector<Value> results = {
      {"%o" + std::to_string(spec.counter++), spec.shuffled(outputAxes), ""}};
  if (lse)
    results.push_back(
        {"%l" + std::to_string(spec.counter++), spec.shuffled(rows), ""});
  std::string mixer = "  " + names(results) +
                      " = seq.attention over \"T\", \"S\" query(" + q.typed() +
                      ") key(" + k.typed() + ")\n      value(" + v.typed() +
                      ") normaliser \"" + name + "\"" + extra + " -> (" +
                      types(results) + ")" + regions + "\n";
  Value o = spec.epilogue(results[0], "V", rows);
  spec.result("o", o, spec.someElement());
  if (lse)
    spec.result("lse", results[1], "");

  Program program;
  seqmix::check::Case &test = program.test;
  spec.longest = 400000 / (work + 100);
  spec.drawCase(test);
  if (!sameLength)
    test.sizes["S"] = choice.of({1, 2, 16, 17, 63, 64, 65, 100, 128, 200});
  program.text = spec.text(
      "Attention " + std::to_string(seed) + ", drawn at random.", mixer);
  program.bounded = spec.bounded;
  return program;
}

Program seqmix::random::drawAttention(uint64_t seed) {
  return Attention(seed).draw(seed);
}
