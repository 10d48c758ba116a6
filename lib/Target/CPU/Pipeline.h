//===- Pipeline.h - All passes of the CPU target, in order
//-----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_PIPELINE_H
#define SEQMIX_TARGET_CPU_PIPELINE_H

#include "llvm/ADT/StringRef.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace seqmix::cpu {

/// From the tile program to the llvm dialect, for the sets of instructions that
/// `isa` names.
void addCPULowering(mlir::OpPassManager &pm, llvm::StringRef isa);

/// Makes the same known as `seqmix-cpu-lowering`.
void registerCPUPipeline();

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_PIPELINE_H
