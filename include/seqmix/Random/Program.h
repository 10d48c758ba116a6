//===- Program.h - Operators drawn at random --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Draws operators that nobody wrote from the vocabulary of the seq dialect, as
// text, each with sizes, types and options to compile and run it with. A seed
// gives the same program with every library and on every machine.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_RANDOM_PROGRAM_H
#define SEQMIX_RANDOM_PROGRAM_H

#include "seqmix/Check/Check.h"

#include <cstdint>
#include <string>

namespace seqmix::random {

struct Program {
  std::string text;
  /// How to compile it, sizes and the seed of its inputs.
  check::Case test;
  /// Whether an error stays small by construction: the step does not expand
  /// what it carries, and outputs depend smoothly on what was read. Of others
  /// an f32 run token by token shows how far they are off in any form.
  bool bounded = true;
};

/// A step whose state stays bounded, with whatever stands around it.
Program drawRecurrence(uint64_t seed);

/// A score, a mask and a normaliser, with whatever stands around them.
Program drawAttention(uint64_t seed);

} // namespace seqmix::random

#endif // SEQMIX_RANDOM_PROGRAM_H
