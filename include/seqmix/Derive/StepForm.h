//===- StepForm.h - What the analysis of a step found -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The step of a recurrence, written as maps of its carries that compose. The
// carries are put in an order in which each depends on itself and on the ones
// before it only; what those give at each token is then known, and the carry is
// one of
//
//   affine:   S_t = α_t ∘ S_{t−1} + Σ_r ± key_r ⊗ value_r
//   maximum:  m_t = max(m_{t−1} + a_t, b_t)        (one number)
//
// In an affine carry α is a product of positive factors, each over some axes of
// the state, a key is known without the state, and a value may depend on reads
// of the state, each the product of the state with a known vector over the key
// axis:
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
#include <vector>

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
  /// The sum is over the value axis, not the key axis.
  bool across = false;
  StateVersion version;
  /// The state that is read is the one the step yields.
  bool after = false;
};

/// A value added to a number, or subtracted from it.
struct Addend {
  mlir::Value value;
  bool negative = false;
};

/// One carry of a step.
struct CarryForm {
  enum class Kind { Affine, Maximum };
  /// Its number among the states.
  unsigned state = 0;
  Kind kind = Kind::Affine;

  // Affine. A state that is a vector has no value axis.
  mlir::StringAttr keyAxis, valueAxis;
  llvm::SmallVector<DecayFactor> decays;
  llvm::SmallVector<Write> writes;
  llvm::SmallVector<Read> reads;
  StateVersion final;
  /// The writes whose value depends on the state. If there are several, each
  /// reads the state after all decays and exactly the writes before it (they
  /// are sub-steps of the token), or all read it without any (`together`).
  llvm::SmallVector<unsigned> dependentWrites() const;
  bool together = false;
  const Read *findRead(mlir::Value value) const;
  /// Whether a decay varies along the value axis.
  bool isOnValue(const DecayFactor &decay) const;
  /// Whether a write is in the next state; one that is not is only read.
  bool isKept(unsigned write) const;

  // Maximum: what is added to the state, and what the sum is compared with.
  llvm::SmallVector<Addend> addends;
  llvm::SmallVector<mlir::Value> floors;

  /// The values that make the next carry from the last, and with `reads` those
  /// that reads for the outputs see besides, but for the vectors they read
  /// with.
  llvm::SmallVector<mlir::Value> getFactors(bool reads) const;

  /// Every value of the step that is computed from this state.
  llvm::DenseSet<mlir::Value> fromState;
};

/// A step all of whose carries have a form, or why one has none.
struct StepForm {
  bool affine = false;
  /// The op that keeps the step from being affine, and what about it.
  mlir::Operation *obstacle = nullptr;
  std::string reason;

  /// The carries, each after those that it depends on.
  std::vector<CarryForm> carries;
  const Read *findRead(mlir::Value value) const;
};

/// Analyses the step of a recurrence.
StepForm analyzeStep(seq::RecurrenceOp op);

/// One line for people: the form in words, or why there is none.
std::string describe(const StepForm &form);

} // namespace seqmix

#endif // SEQMIX_DERIVE_STEPFORM_H
