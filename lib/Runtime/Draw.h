//===- Draw.h - Operands drawn from their domains ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_DRAW_H
#define SEQMIX_LIB_RUNTIME_DRAW_H

#include "Executable.h"

#include <cstdint>

namespace seqmix::runtime {

/// Fills a contiguous array with numbers from its domain: normal if it has
/// none, or 0 for integers. MISMATCH if a bound cannot be computed or an
/// interval of integers is empty.
Error draw(const BoundArray &array, const Sizes &sizes, uint64_t seed);

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_DRAW_H
