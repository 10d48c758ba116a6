//===- StepForm.h - What the analysis of a step found -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The step of a recurrence, written as an affine map of its state:
//
//   S_t = α_t ∘ S_{t−1} + Σ_r ± key_r ⊗ value_r
//
// where α is a product of positive factors, each over some axes of the state,
// a key is known without the state, and a value may depend on reads of the
// state, each the product of the state with a known vector over the key axis:
//
//   y = S'ᵀ c,   S' the state after some of the step's decays and writes.
//
// All of it is data that names values of the step. No layer has a name here.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_DERIVE_STEPFORM_H
#define SEQMIX_DERIVE_STEPFORM_H

#include "dialects/Seq/Seq.h"
#include "llvm/ADT/DenseSet.h"
#include <string>

namespace seqmix {

/// A factor of the decay: a value of the step and, where it is an exponential,
/// its exponent, so that no logarithm is ever taken of what underflowed.
struct DecayFactor {
  mlir::Value factor;
  mlir::Value logarithm; // null: take log(factor)
};

/// A write ± key ⊗ value, as products of values of the step.
struct Write {
  bool negative = false;
  llvm::SmallVector<mlir::Value> key;
  llvm::SmallVector<mlir::Value> value;
  /// The factor of `value` that depends on the state; null if none does.
  mlir::Value dependent;
  mlir::Location location;
};

/// A state as it is at some point of the step: the state before the step,
/// under the decays so far, plus the writes so far, each under the decays that
/// came after it.
struct StateVersion {
  struct Included {
    unsigned write;
    llvm::SmallVector<unsigned> decays;
  };
  llvm::SmallVector<unsigned> decays;
  llvm::SmallVector<Included> writes;
};

/// A read of the state.
struct Read {
  mutable seq::DotOp op; // op handles are not const-correct
  mlir::Value vector;
  StateVersion version;
  /// The state that is read is the one the step yields.
  bool after = false;
};

/// A step that is affine in its state, or why it is not.
struct StepForm {
  bool affine = false;
  /// The op that keeps the step from being affine, and what about it.
  mlir::Operation *obstacle = nullptr;
  std::string reason;

  mlir::StringAttr keyAxis, valueAxis;
  llvm::SmallVector<DecayFactor> decays;
  llvm::SmallVector<Write> writes;
  llvm::SmallVector<Read> reads;
  StateVersion final;
  /// Every value of the step that is computed from its state.
  llvm::DenseSet<mlir::Value> fromState;

  /// The writes whose value depends on the state. If there are several, each
  /// reads the state after all decays and exactly the writes before it: they
  /// are sub-steps of the token.
  llvm::SmallVector<unsigned> dependentWrites() const;
  const Read *findRead(mlir::Value value) const;
};

/// Analyses the step of a recurrence.
StepForm analyzeStep(seq::RecurrenceOp op);

/// One line for people: the form in words, or why there is none.
std::string describe(const StepForm &form);

} // namespace seqmix

#endif // SEQMIX_DERIVE_STEPFORM_H
