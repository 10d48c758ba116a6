//===- Mutate.h - Changes of a text that know its words ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TEST_FUZZ_MUTATE_H
#define SEQMIX_TEST_FUZZ_MUTATE_H

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace seqmix::fuzz {

/// Changes a spec in place: words for words of their kind (values, ops, types,
/// axes, numbers), lines and words moved, copied or left out, bytes now and
/// then; or draws another spec (Random/Program.h). Gives its new size.
size_t mutate(uint8_t *data, size_t size, size_t capacity, unsigned seed);

/// Lines of one spec among those of another.
size_t crossOver(std::string_view x, std::string_view y, uint8_t *out,
                 size_t capacity, unsigned seed);

} // namespace seqmix::fuzz

#endif // SEQMIX_TEST_FUZZ_MUTATE_H
