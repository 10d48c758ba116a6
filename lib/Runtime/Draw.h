//===- Draw.h - Operands drawn from their domains ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_DRAW_H
#define SEQMIX_LIB_RUNTIME_DRAW_H

#include "Executable.h"

#include <cstdint>

namespace seqmix::runtime {

/// Fills a contiguous array with numbers from its domain: normal if it has
/// none, or 0 for integers; each times the element of `of` at its place, if the
/// domain names another operand. MISMATCH if a bound cannot be computed or an
/// interval of integers is empty.
Error draw(const BoundArray &array, const BoundArray *of, const Sizes &sizes,
           uint64_t seed);

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_DRAW_H
