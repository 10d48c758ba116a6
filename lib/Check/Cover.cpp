//===- Cover.cpp - Choosing cases out of a product -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Check/Cover.h"
#include <set>
#include <tuple>

using namespace seqmix::check;

Cases seqmix::check::product(const std::vector<size_t> &counts) {
  Cases cases = {{}};
  for (size_t count : counts) {
    Cases longer;
    for (const std::vector<size_t> &prefix : cases)
      for (size_t value = 0; value < count; ++value) {
        longer.push_back(prefix);
        longer.back().push_back(value);
      }
    cases = std::move(longer);
  }
  return cases;
}

// Greedy: each case starts from the first pair not yet seen, then gives every
// other factor the value that adds most new pairs.
Cases seqmix::check::pairwise(const std::vector<size_t> &counts) {
  size_t n = counts.size();
  if (n < 2)
    return product(counts);
  using Pair = std::tuple<size_t, size_t, size_t, size_t>;
  std::set<Pair> open;
  for (size_t f = 0; f < n; ++f)
    for (size_t g = f + 1; g < n; ++g)
      for (size_t a = 0; a < counts[f]; ++a)
        for (size_t b = 0; b < counts[g]; ++b)
          open.insert({f, g, a, b});
  auto pairOf = [](size_t f, size_t a, size_t g, size_t b) {
    return f < g ? Pair{f, g, a, b} : Pair{g, f, b, a};
  };
  constexpr size_t unset = ~size_t(0);
  Cases cases;
  while (!open.empty()) {
    std::vector<size_t> values(n, unset);
    auto [f0, g0, a0, b0] = *open.begin();
    values[f0] = a0;
    values[g0] = b0;
    for (size_t f = 0; f < n; ++f) {
      if (values[f] != unset)
        continue;
      size_t best = 0, bestGain = 0;
      for (size_t k = 0; k < counts[f]; ++k) {
        // Start at another value for each case, so that ties spread.
        size_t a = (k + cases.size()) % counts[f], gain = 1;
        for (size_t g = 0; g < n; ++g)
          if (values[g] != unset && open.count(pairOf(f, a, g, values[g])))
            ++gain;
        if (gain > bestGain)
          best = a, bestGain = gain;
      }
      values[f] = best;
    }
    for (size_t f = 0; f < n; ++f)
      for (size_t g = f + 1; g < n; ++g)
        open.erase({f, g, values[f], values[g]});
    cases.push_back(std::move(values));
  }
  return cases;
}
