//===- Spec.h - An operator in the making -----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_RANDOM_SPEC_H
#define SEQMIX_LIB_RANDOM_SPEC_H

#include "Choice.h"
#include "Writer.h"
#include "seqmix/Random/Program.h"

namespace seqmix::random {

/// What recurrences and attentions have in common: parameters, sizes, operands
/// in any layout, work before and after the mixer, results.
class Spec {
public:
  explicit Spec(uint64_t seed);

  Choice choice;
  /// Names of values, and what stands before and after the mixer.
  int counter = 0;
  Writer before, after;

  /// Whether there is a batch, heads, and fewer key heads than heads.
  bool hasBatch, hasHeads, hasKeyHeads;
  /// What `--elem` would set.
  std::string element;
  std::vector<std::pair<std::string, std::string>> params;
  /// As they are declared: `HK divides H`.
  std::vector<std::string> sizes;
  bool bounded = true;
  /// How many tokens, where more would blow up.
  int64_t longest = 1000000;

  int64_t addParam(const std::string &name, int64_t value);

  /// A new operand over these axes and a domain (`{unit = "K"}` or empty), its
  /// axes in any order. The name begins with the stem.
  Value operand(const std::string &stem, Axes axes, const std::string &element,
                const std::string &domain = "");
  /// B, H or HK, or fewer of them, as an operand may have them.
  Axes someParallel(int percentAll, bool mayShare = true);
  /// The element type of an operand: E, or f32 now and then.
  std::string someElement() { return choice.chance(80) ? "E" : ""; }

  /// A function that a layer may apply to what it is given.
  Value feature(Writer &writer, const Value &x);
  /// x divided by its norm along an axis.
  Value normed(Writer &writer, const Value &x, const std::string &axis);
  /// What a layer may do to its output after the mixer; `axis` is one of its
  /// axes that is a parameter, `axes` the run-time ones.
  Value epilogue(const Value &x, const std::string &axis, const Axes &runtime);
  void result(const std::string &name, const Value &value,
              const std::string &element);

  /// A permutation.
  Axes shuffled(Axes axes) {
    choice.shuffle(axes);
    return axes;
  }

  /// Draws sizes, threads, architecture and the seed of inputs.
  void drawCase(check::Case &test);
  /// The whole text.
  std::string text(const std::string &comment, const std::string &mixer);

private:
  std::vector<std::pair<Value, std::string>> operands;
  std::vector<std::pair<Value, Value>> results;
};

} // namespace seqmix::random

#endif // SEQMIX_LIB_RANDOM_SPEC_H
