//===- MatrixStep.h - A step over matrices in the making --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_RANDOM_MATRIXSTEP_H
#define SEQMIX_LIB_RANDOM_MATRIXSTEP_H

#include "Step.h"

namespace seqmix::random {

/// One matrix that a step carries. Every version of it is the state before
/// under a map of norm at most 1, plus what was written.
class Matrix {
public:
  /// Reads sum over `key` and give a vector over `value`.
  Matrix(Step &step, std::string key, std::string value);

  /// Multiplies by gates.
  void decay();
  void decay(const Value &factor) { set(body.mul({now, factor})); }
  /// Adds a vector times a vector, both known.
  void write();
  /// Takes away what a key of norm 1 reads, and writes there.
  void erase();
  /// Takes away at one key what another read, of this version or an older one.
  void eraseOther();
  /// Several updates, one after the other.
  void substeps();
  /// Adds key ⊗ (another vector over `value`).
  void feed(const Value &vector);
  /// What has no chunkwise form, or none that is known today.
  void bend();
  /// A vector over `value`: a read of this version, an older one, or this one
  /// and a write that is not kept.
  Value read();
  Value read(const Value &vector) { return body.dot(now, vector, {key}); }
  void finish() { step.setNext(state, now); }

  std::string key, value;
  Value state, now;

private:
  void set(Value version) {
    now = std::move(version);
    versions.push_back(now);
  }
  void expands();
  void bendSmoothly();
  void bendWithReads();

  Step &step;
  Choice &choice;
  Writer &body;
  std::vector<Value> versions;
};

} // namespace seqmix::random

#endif // SEQMIX_LIB_RANDOM_MATRIXSTEP_H
