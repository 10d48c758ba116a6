//===- Shrink.h - A small operator that fails like a large one --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_RANDOM_SHRINK_H
#define SEQMIX_RANDOM_SHRINK_H

#include "seqmix/Random/Program.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace seqmix::random {

/// Makes a program smaller as long as it still fails: smaller sizes, fewer
/// results, states and operands, ops replaced by what they are given or by
/// constants. Domains stay: without them a step may blow up. Asks `fails` at
/// most `budget` times.
Program shrink(Program program, llvm::function_ref<bool(const Program &)> fails,
               unsigned budget);

} // namespace seqmix::random

#endif // SEQMIX_RANDOM_SHRINK_H
