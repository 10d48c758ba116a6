//===- MatrixStep.cpp - Steps over matrices -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "MatrixStep.h"

using namespace seqmix::random;

/// Work on what was read, inside the step.
static Value shape(Step &step, Value r) {
  Writer &w = step.body;
  Choice &choice = step.choice;
  if (choice.chance(35)) { // K^-1/2, or a number
    Value scale =
        choice.chance(70) ? w.op("rsqrt", {w.param("K")}) : w.constant("0.125");
    r = w.mul({r, scale});
  }
  switch (choice.weighted({60, 12, 8, 8, 6, 6})) {
  case 1:
    return w.add({r, w.mul({step.vector(r.axes), step.vector({})})});
  case 2:
    return w.mul({r, step.rate(r.axes, 1.0)});
  case 3:
    return w.op("tanh", {r});
  case 4: {
    Value mean =
        w.op("div", {w.sum(w.mul({r, r}), {r.axes[0]}), w.param(r.axes[0])});
    return w.mul({r, w.op("rsqrt", {w.add({mean, w.constant("0.1")})})});
  }
  case 5:
    return w.op("max", {r, w.constant("0.0")});
  default:
    return r;
  }
}

/// One thing that happens to a matrix in a step.
static void move(Matrix &matrix, Choice &choice) {
  switch (choice.weighted({24, 26, 26, 10, 7})) {
  case 0:
    return matrix.decay();
  case 1:
    return matrix.write();
  case 2:
    return matrix.erase();
  case 3:
    return matrix.eraseOther();
  default:
    return matrix.substeps();
  }
}

/// A vector beside the matrix, and how the outputs depend on it.
static Value besideMatrix(Step &step, Matrix &matrix, Value r) {
  Writer &w = step.body;
  Choice &choice = step.choice;
  switch (choice.below(4)) {
  case 0: { // a normaliser: z ← a z + k, r / max(|z·q|, 1)
    Value z = step.carry({matrix.key});
    Value next = w.add({choice.chance(50) ? z : w.mul({z, step.gate({})}),
                        step.unit(matrix.key)});
    step.setNext(z, next);
    Value n =
        w.op("abs", {w.dot(next, step.vector({matrix.key}), {matrix.key})});
    return w.op("div", {r, w.op("max", {n, w.constant("1.0")})});
  }
  case 1: { // fed by the matrix: u ← a u + Sᵀk
    Value u = step.carry({matrix.value});
    Value p = matrix.read(step.unit(matrix.key));
    Value next = w.add({w.mul({u, step.gate({})}), p});
    step.setNext(u, next);
    return w.add({r, choice.chance(50) ? u : next});
  }
  case 2: { // feeding the matrix: u ← a u + v,  S ← S + k uᵀ
    Value u = step.carry({matrix.value});
    Value next =
        w.add({w.mul({u, step.gate(choice.of<Axes>({{}, {matrix.value}}))}),
               step.vector({matrix.value})});
    step.setNext(u, next);
    matrix.feed(choice.chance(50) ? u : next);
    return matrix.read();
  }
  default: { // how many tokens there were
    Value n = step.carry({});
    Value next = w.add({n, w.constant("1.0")});
    step.setNext(n, next);
    Value count = w.add({w.op("abs", {next}), w.constant("1.0")});
    return w.op("div", {r, count});
  }
  }
}

void seqmix::random::drawMatrixStep(Step &step) {
  Choice &choice = step.choice;
  bool transposed = choice.chance(20);
  Matrix matrix(step, transposed ? "V" : "K", transposed ? "K" : "V");
  std::vector<Value> reads;
  if (choice.chance(15)) // before anything happens
    reads.push_back(matrix.read());
  if (choice.chance(60))
    matrix.decay();
  if (choice.chance(50)) {
    choice.chance(50) ? matrix.write() : matrix.erase();
    for (int64_t more = choice.weighted({50, 30, 20}); more > 0; --more)
      move(matrix, choice);
  } else {
    for (int64_t moves = 1 + choice.below(3); moves > 0; --moves) {
      move(matrix, choice);
      if (choice.chance(8))
        reads.push_back(matrix.read());
    }
  }
  if (choice.chance(14))
    matrix.bend();
  if (reads.empty() || choice.chance(70))
    reads.push_back(matrix.read());

  if (choice.chance(10)) { // a second matrix, fed by the first or not
    Matrix other(step, matrix.key, matrix.value);
    other.decay();
    if (choice.chance(50))
      other.feed(matrix.read(step.unit(matrix.key)));
    move(other, choice);
    Value r = other.read();
    if (choice.chance(50))
      reads.back() = step.body.add({reads.back(), r});
    else
      reads.push_back(r);
    other.finish();
  }
  if (choice.chance(15))
    reads.back() = besideMatrix(step, matrix, reads.back());
  matrix.finish();
  for (const Value &r : reads)
    step.outputs.push_back(shape(step, r));
}

/// A matrix and a vector under a running maximum of log gates:
///   m' = max(f + m, i);  S ← e^{f+m−m'} S + e^{i−m'} k vᵀ, and so the vector.
void seqmix::random::drawStabilisedStep(Step &step) {
  Choice &choice = step.choice;
  Writer &w = step.body;
  Value initial = choice.chance(60) ? step.spec.before.constant(choice.of(
                                          {"-inf", "-inf", "0.0", "-1.0"}))
                                    : Value();
  Value m = step.carry({});
  if (!initial.name.empty())
    step.carries.back().initial = initial;
  Value s = step.carry({"K", "V"});
  Value z = step.carry({"K"});
  Value f = step.bind(step.token("f", {}, ""));
  f = choice.chance(60) ? w.op("neg", {w.op("softplus", {w.op("neg", {f})})})
                        : step.bind(step.token("g", {}, "", "{nonpositive}"));
  Value i = step.bind(step.token("i", {}, ""));
  Value k = step.vector({"K"}), v = step.vector({"V"}), q = step.vector({"K"});
  Value fm = w.add({f, m});
  Value next = w.op("max", {fm, i});
  Value keep = w.op("exp", {w.sub({fm, next})});
  Value take = w.op("exp", {w.sub({i, next})});
  if (choice.chance(50))
    k = w.mul({k, w.op("rsqrt", {w.param("K")})});
  Value s1 = w.add({w.mul({s, keep}), step.outer({k, v}, &take)});
  Value z1 = w.add({w.mul({z, keep}), w.mul({k, take})});
  step.setNext(m, next);
  step.setNext(s, s1);
  step.setNext(z, z1);
  Value r = w.dot(s1, q, {"K"});
  Value n = w.op("abs", {w.dot(z1, q, {"K"})});
  // A quotient of sums that may both cancel.
  step.spec.bounded = false;
  Value least = choice.chance(60) ? w.op("exp", {w.op("neg", {next})})
                                  : w.constant("1.0");
  step.outputs.push_back(w.op("div", {r, w.op("max", {n, least})}));
}
