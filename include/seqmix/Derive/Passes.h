//===- Passes.h - The passes of Derive --------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DERIVE_PASSES_H
#define SEQMIX_DERIVE_PASSES_H

#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassRegistry.h"

namespace seqmix {

#define GEN_PASS_DECL
#include "seqmix/Derive/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "seqmix/Derive/Passes.h.inc"

} // namespace seqmix

#endif // SEQMIX_DERIVE_PASSES_H
