//===- Matrix.cpp - One matrix that a step carries ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "MatrixStep.h"

using namespace seqmix::random;

Matrix::Matrix(Step &step, std::string key, std::string value)
    : key(std::move(key)), value(std::move(value)), step(step),
      choice(step.choice), body(step.body) {
  state = now = step.carry({"K", "V"});
  versions.push_back(now);
}

void Matrix::decay() {
  switch (choice.weighted({40, 35, 15, 10})) {
  case 0:
    return decay(step.gate({}));
  case 1:
    return decay(step.gate({key}));
  case 2:
    return decay(step.gate({value}));
  default:
    decay(step.gate({key}));
    return decay(step.gate({value}));
  }
}

void Matrix::write() {
  Value k = choice.chance(50) ? step.unit(key) : step.vector({key});
  Value v = step.vector({value});
  if (choice.chance(15))
    v = body.add({v, body.mul({step.vector({value}), step.vector({})})});
  Value factor;
  bool scaled = choice.chance(30);
  if (scaled)
    factor = step.rate({}, 1.0);
  Value kv = step.outer({k, v}, scaled ? &factor : nullptr);
  if (choice.chance(10))
    return set(body.sub({now, kv}));
  set(choice.chance(85) ? body.add({now, kv}) : body.add({kv, now}));
}

void Matrix::feed(const Value &vector) {
  set(body.add({now, body.mul({step.unit(key), vector})}));
}

void Matrix::erase() {
  Value k = step.unit(key);
  Value p = body.dot(now, k, {key});
  Value v = step.vector({value});
  bool perChannel = choice.chance(6);
  Value beta = perChannel          ? step.rate({value}, 1.0)
               : choice.chance(20) ? body.constant("1.0")
               : choice.chance(20) ? step.rate({}, 2.0)
                                   : step.rate({}, 1.0);
  switch (choice.below(5)) {
  case 0: { // k β (v − p)
    Value w = body.mul({body.sub({v, p}), beta});
    return set(body.add({now, body.mul({k, w})}));
  }
  case 1: { // − k (β p), then + k v
    set(body.sub({now, body.mul({k, body.mul({p, beta})})}));
    if (choice.chance(70))
      set(body.add({now, body.mul({k, v})}));
    return;
  }
  case 2: { // k (β v − β p)
    Value w = body.sub({body.mul({beta, v}), body.mul({beta, p})});
    return set(body.add({now, body.mul({w, k})}));
  }
  case 3: { // (β k) (v − p), or − (β k) (p − v)
    if (perChannel)
      return set(
          body.add({now, body.mul({k, body.mul({beta, body.sub({v, p})})})}));
    Value bk = body.mul({k, beta});
    if (choice.chance(50))
      return set(body.add({now, body.mul({bk, body.sub({v, p})})}));
    return set(body.sub({now, body.mul({bk, body.sub({p, v})})}));
  }
  default: { // k (−(β p)), and a write of its own elsewhere
    Value away = body.op("neg", {body.mul({p, beta})});
    set(body.add({now, body.mul({k, away})}));
    if (choice.chance(60))
      write();
  }
  }
}

/// Errors may grow from here on.
void Matrix::expands() {
  step.spec.bounded = false;
  step.spec.longest = 60;
}

void Matrix::eraseOther() {
  Value c = step.unit(key), b = step.unit(key);
  if (choice.chance(25))
    c = body.mul({c, step.rate({key}, 1.0)});
  Value from = choice.chance(50) ? now : choice.of(versions);
  Value p = body.dot(from, c, {key});
  // Half of this and at most half of that: nothing grows.
  bool damped = choice.chance(85);
  if (damped)
    decay(body.constant("0.5"));
  else
    expands();
  Value w = body.mul({p, step.rate({}, damped ? 0.5 : 0.25)});
  if (choice.chance(30))
    w = body.sub({step.vector({value}), w});
  Value bw = body.mul({b, w});
  set(choice.chance(50) ? body.add({now, bw}) : body.sub({now, bw}));
}

void Matrix::substeps() {
  if (step.spec.params.back().first != "R")
    step.spec.addParam("R", choice.of({2, 2, 3}));
  auto given = [&](const std::string &stem, const Axes &axes,
                   const std::string &domain) {
    return step.bind(step.token(stem, axes, step.spec.someElement(), domain));
  };
  Value k = given("k", {"R", key}, "{unit = \"" + key + "\"}");
  Value v = given("v", {"R", value}, "");
  Value beta = given("beta", {"R"}, "{range = [0.0, 1.0]}");
  Writer inner(step.spec.counter, 6);
  auto argument = [&](const Value &outside) {
    Value inside{inner.fresh(), {}, ""};
    for (const std::string &axis : outside.axes)
      if (axis != "R")
        inside.axes.push_back(axis);
    return inside;
  };
  Value kr = argument(k), vr = argument(v), br = argument(beta),
        sr = argument(now);
  Value next = sr;
  if (choice.chance(20))
    next = inner.mul({next, inner.op("sigmoid", {br})});
  if (choice.chance(75)) {
    Value p = inner.dot(next, kr, {key});
    Value w = inner.mul({inner.sub({vr, p}), br});
    next = inner.add({next, inner.mul({kr, w})});
  } else {
    next = inner.add({next, inner.mul({inner.mul({kr, br}), vr})});
  }
  Value result{body.fresh(), sr.axes, ""};
  body.line(result.name + " = seq.substeps over \"R\" (" + kr.typed() + " = " +
            k.typed() + ", " + vr.typed() + " = " + v.typed() + ", " +
            br.typed() + " = " + beta.typed() + ") carry(" + sr.typed() +
            " = " + now.typed() + ") -> (" + result.type() + ") {");
  body.text += inner.text;
  body.line("  seq.yield carry(" + next.typed() + ")");
  body.line("}");
  set(result);
}

Value Matrix::read() {
  Value from = now;
  if (choice.chance(20))
    from = choice.of(versions);
  if (choice.chance(15)) { // a bonus: a write that only this read sees
    Value uk = body.mul({step.vector({key}), step.vector({key})});
    from = body.add({from, body.mul({uk, step.vector({value})})});
  }
  Value q = step.vector({key});
  return choice.chance(80) ? body.dot(from, q, {key})
                           : body.dot(q, from, {key});
}

//===----------------------------------------------------------------------===//
// Without a chunkwise form
//===----------------------------------------------------------------------===//

void Matrix::bend() {
  if (choice.chance(60))
    bendSmoothly();
  else
    bendWithReads();
}

void Matrix::bendSmoothly() {
  switch (choice.below(10)) {
  case 0:
    return set(body.op("tanh", {now}));
  case 1: {
    Value high = body.op("min", {now, body.constant("4.0")});
    return set(body.op("max", {high, body.constant("-4.0")}));
  }
  case 2: { // some tokens empty the state
    Value kind = step.bind(step.token("kind", {}, "i32", "{integer = [0, 5]}"));
    Value first = body.op("eq", {kind, body.position(0)});
    return set(body.op("select", {first, body.constant("0.0", now.axes), now}));
  }
  case 3: { // a norm of at most 1
    Value norm = body.op("sqrt", {body.sum(body.mul({now, now}), {"K", "V"})});
    Value most = body.op("max", {norm, body.constant("1.0")});
    return set(body.op("div", {now, most}));
  }
  case 4:
    return set(body.mul(
        {now, step.oddFactor(choice.of<Axes>({{}, {}, {key}, {value}}))}));
  case 5: { // a gate an element
    Value g = step.bind(step.token("g", {key, value}, "", "{nonpositive}"));
    return set(body.mul({now, body.op("exp", {g})}));
  }
  case 6: { // two writes in one
    Value one = step.outer({step.unit(key), step.vector({value})}, nullptr);
    Value two = step.outer({step.unit(key), step.vector({value})}, nullptr);
    return set(body.add({now, body.add({one, two})}));
  }
  case 7: { // any matrix
    Value m = step.bind(step.token("m", {key, value}, step.spec.someElement()));
    return set(body.add({now, m}));
  }
  case 8: { // turned round
    Value turned =
        body.sub({step.outer({step.unit(key), step.vector({value})}, nullptr),
                  body.mul({now, step.gate({})})});
    return set(turned);
  }
  default: { // elements of a vector that is known
    Value g = step.gate({key});
    Value h = step.gate({value});
    return set(body.mul({now, body.mul({g, h})}));
  }
  }
}

void Matrix::bendWithReads() {
  Value p = body.dot(now, step.unit(key), {key});
  switch (choice.below(7)) {
  case 0: // a gate that reads
    expands();
    return set(body.mul({now, body.op("sigmoid", {p})}));
  case 1:
    return set(
        body.add({now, body.mul({step.unit(key), body.op("tanh", {p})})}));
  case 2: { // a key that reads
    Value z = body.dot(now, step.unit(value), {value});
    expands();
    return set(body.add(
        {now, body.mul({body.op("tanh", {z}), step.vector({value})})}));
  }
  case 3: { // what is read decides where to read
    Value z = body.dot(now, step.unit(value), {value});
    step.outputs.push_back(body.dot(now, body.op("tanh", {z}), {key}));
    return;
  }
  case 4: // a read along the other axis
    step.outputs.push_back(body.dot(now, step.unit(value), {value}));
    return;
  case 5: // everything that a column holds
    step.outputs.push_back(body.sum(now, {key}));
    return;
  default: { // both axes at once
    Value kv = step.outer({step.unit(key), step.unit(value)}, nullptr);
    step.outputs.push_back(body.dot(now, kv, {"K", "V"}));
    return;
  }
  }
}
