//===- Choice.h - Decisions that a seed makes -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The distributions of the C++ library are not defined to the last bit, its
// engines are.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RANDOM_CHOICE_H
#define SEQMIX_LIB_RANDOM_CHOICE_H

#include <cstdint>
#include <initializer_list>
#include <random>
#include <utility>
#include <vector>

namespace seqmix::random {

class Choice {
public:
  explicit Choice(uint64_t seed) : engine(seed * 0x9E3779B97F4A7C15 + 0x5EED) {}

  /// In [0, n).
  int64_t below(int64_t n) {
    return static_cast<int64_t>(engine() % static_cast<uint64_t>(n));
  }

  bool chance(int percent) { return below(100) < percent; }

  /// One of several.
  template <typename T> T of(const std::vector<T> &values) {
    return values[below(static_cast<int64_t>(values.size()))];
  }
  template <typename T> T of(std::initializer_list<T> values) {
    return values.begin()[below(static_cast<int64_t>(values.size()))];
  }

  /// An index, each as likely as its weight says.
  size_t weighted(std::initializer_list<int> weights) {
    int64_t sum = 0;
    for (int weight : weights)
      sum += weight;
    int64_t at = below(sum);
    size_t index = 0;
    for (int weight : weights) {
      if (at < weight)
        return index;
      at -= weight;
      ++index;
    }
    return 0;
  }

  template <typename T> void shuffle(std::vector<T> &values) {
    for (size_t i = values.size(); i > 1; --i)
      std::swap(values[i - 1], values[below(static_cast<int64_t>(i))]);
  }

private:
  std::mt19937_64 engine;
};

} // namespace seqmix::random

#endif // SEQMIX_LIB_RANDOM_CHOICE_H
