//===- OutputFiles.h - All result files or none -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_TOOLS_SEQMIXRUN_OUTPUTFILES_H
#define SEQMIX_TOOLS_SEQMIXRUN_OUTPUTFILES_H

#include "seqmix/runtime.h"

#include <string>
#include <utility>
#include <vector>

namespace seqmix::run {

/// Writes the results of `call` to files (names and paths). Each goes to a
/// temporary file in the same folder; only when all are complete do they get
/// their names. On failure no file has changed, unless a rename itself failed:
/// then those renamed before are removed. Returns false with a message.
bool writeOutputs(
    const seqmix_call *call,
    const std::vector<std::pair<std::string, std::string>> &outputs,
    std::string &message);

} // namespace seqmix::run

#endif // SEQMIX_TOOLS_SEQMIXRUN_OUTPUTFILES_H
