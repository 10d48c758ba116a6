//===- Passes.h - Passes between stages ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_PIPELINE_PASSES_H
#define SEQMIX_PIPELINE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace seqmix {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "seqmix/Pipeline/Passes.h.inc"

} // namespace seqmix

#endif // SEQMIX_PIPELINE_PASSES_H
