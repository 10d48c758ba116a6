//===- Run.h - Running and measuring an operator ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_TOOLS_SEQMIXRUN_RUN_H
#define SEQMIX_TOOLS_SEQMIXRUN_RUN_H

#include "Options.h"

namespace seqmix::run {

/// Does what the options ask for. Returns false with a message.
bool run(const Options &options, std::string &message);

} // namespace seqmix::run

#endif // SEQMIX_TOOLS_SEQMIXRUN_RUN_H
