//===- Execute.h - Running a compiled operator ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_CHECK_EXECUTE_H
#define SEQMIX_CHECK_EXECUTE_H

#include "seqmix/Reference/Signature.h"
#include "seqmix/runtime.h"
#include <string>
#include <vector>

namespace seqmix::check {

/// The bytes of arrays, contiguous, in the order of a signature.
using Buffers = std::vector<std::vector<char>>;

/// What one execution gave: results, or why there are none.
struct Execution {
  seqmix_status status = SEQMIX_STATUS_OK;
  std::string message;
  Buffers results;
};

/// An operator that was compiled and loaded, and the sizes to run it at.
struct Executable {
  seqmix_module *artifact;
  const reference::Signature &signature;
  const reference::Sizes &sizes;
  /// For their shapes.
  const std::vector<reference::Array> &operands, &results;
};

/// Runs an entry once.
Execution execute(const Executable &executable, const Buffers &operands,
                  const std::string &entry, int threads);

/// Runs the step once for each token of the axis `sequence`, its states in
/// place: each token's slices of operands and results are passed by strides.
Execution executeSteps(const Executable &executable, const Buffers &operands,
                       const std::string &sequence, int threads);

} // namespace seqmix::check

#endif // SEQMIX_CHECK_EXECUTE_H
