//===- RandomInputs.h - Operands drawn from their domains -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_REFERENCE_RANDOMINPUTS_H
#define SEQMIX_REFERENCE_RANDOMINPUTS_H

#include "seqmix/Reference/Interpreter.h"

namespace seqmix::reference {

struct DrawOptions {
  uint64_t seed = 0;
  /// Draws what goes wrong first. Of nonpositive numbers: 0, −1e-6, −20, −100
  /// and −inf, mixed; of a range: its ends and the integers in it; of unit
  /// vectors: some that are zero; of integers: often the ends.
  bool extremes = false;
};

/// Draws the operands of an operator from the domains that they state (normal
/// of deviation 1 if none, and 0 if they are integers), rounded to the types
/// that store them. `sizes` gives the declared sizes. The same seed gives the
/// same numbers everywhere.
///
/// Nonpositive numbers are −|z| times a scale in [2^-10, 4) that depends on the
/// index on the last axis, so that weak and strong gates occur.
mlir::FailureOr<std::vector<Array>> drawOperands(seq::OperatorOp op,
                                                 const Sizes &sizes,
                                                 const DrawOptions &options);

/// The same for packed sequences, of which some are empty, some have one token,
/// and some are long.
mlir::FailureOr<std::vector<Array>>
drawPacked(seq::OperatorOp op, const Sizes &sizes, const DrawOptions &options);

} // namespace seqmix::reference

#endif // SEQMIX_REFERENCE_RANDOMINPUTS_H
