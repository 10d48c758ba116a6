//===- Step.h - A recurrence in the making ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_RANDOM_STEP_H
#define SEQMIX_LIB_RANDOM_STEP_H

#include "Spec.h"

#include <map>

namespace seqmix::random {

/// The step of a recurrence: what it is given, carries and gives. Drawing
/// functions make a new operand or take one that is there.
class Step {
public:
  explicit Step(Spec &spec)
      : spec(spec), choice(spec.choice), body(spec.counter, 4) {}

  struct Carry {
    Value state, initial, next;
  };

  Spec &spec;
  Choice &choice;
  Writer body;
  std::vector<Carry> carries;
  std::vector<Value> outputs;

  //===--------------------------------------------------------------------===//
  // What the step is given
  //===--------------------------------------------------------------------===//

  /// The value inside the step of one outside it.
  Value bind(const Value &outside);
  /// An operand with the sequence, or one that is the same at every token.
  Value token(const std::string &stem, const Axes &axes,
              const std::string &element, const std::string &domain = "");
  Value fixed(const std::string &stem, const Axes &axes,
              const std::string &element, const std::string &domain = "");
  /// Any vector (no axis: a number) whose entries are about 1.
  Value vector(const Axes &axes);
  /// A vector of norm 1 along its axis.
  Value unit(const std::string &axis);
  /// A number in (0, most).
  Value rate(const Axes &axes, double most);
  /// A factor from 0 to 1 that is positive, as layers write it: a gate.
  Value gate(const Axes &axes);
  /// A factor from −1 to 1 that the compiler cannot see to be positive.
  Value oddFactor(const Axes &axes);

  //===--------------------------------------------------------------------===//
  // What it carries
  //===--------------------------------------------------------------------===//

  /// A new state over these axes; returns its value inside the step.
  Value carry(const Axes &axes);
  void setNext(const Value &state, const Value &next);

  /// key ⊗ value, and perhaps a number, in any grouping.
  Value outer(const Pair &keyAndValue, const Value *factor);

  /// The whole text, after the states' and outputs' results are decided.
  std::string finish(const std::string &comment);

private:
  struct Input {
    Value inside, outside;
  };
  Axes parallelAxes() const;

  std::vector<Input> inputs;
  std::map<std::string, std::vector<Value>> vectors, units;
};

/// Steps over a matrix, with vectors beside it, over vectors alone, and over a
/// matrix under a running maximum.
void drawMatrixStep(Step &step);
void drawVectorStep(Step &step);
void drawStabilisedStep(Step &step);

} // namespace seqmix::random

#endif // SEQMIX_LIB_RANDOM_STEP_H
