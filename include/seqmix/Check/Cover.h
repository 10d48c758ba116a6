//===- Cover.h - Choosing cases out of a product ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_CHECK_COVER_H
#define SEQMIX_CHECK_COVER_H

#include <cstddef>
#include <vector>

namespace seqmix::check {

/// For each case, which value of each factor; factor f has `counts[f]` values.
using Cases = std::vector<std::vector<size_t>>;

/// Every combination, the last factor fastest.
Cases product(const std::vector<size_t> &counts);

/// Few cases in which every pair of values of every two factors occurs. The
/// same counts give the same cases.
Cases pairwise(const std::vector<size_t> &counts);

} // namespace seqmix::check

#endif // SEQMIX_CHECK_COVER_H
