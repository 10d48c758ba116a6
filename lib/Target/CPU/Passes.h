//===- Passes.h - Passes of the CPU target
//---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_PASSES_H
#define SEQMIX_TARGET_CPU_PASSES_H

#include "mlir/Pass/Pass.h"

namespace seqmix::cpu {

#define GEN_PASS_DECL
#include "lib/Target/CPU/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lib/Target/CPU/Passes.h.inc"

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_PASSES_H
