//===- Passes.h - The passes of the CUDA target
//------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CUDA_PASSES_H
#define SEQMIX_TARGET_CUDA_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class ModuleOp;
namespace gpu {
class GPUModuleOp;
} // namespace gpu
} // namespace mlir

namespace seqmix::cuda {

#define GEN_PASS_DECL
#include "lib/Target/CUDA/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lib/Target/CUDA/Passes.h.inc"

/// All passes from the tile program to LLVM dialect inside a gpu.module.
void addLoweringPasses(mlir::OpPassManager &pm, llvm::StringRef arch);

/// Registers that list as `seqmix-cuda-lower`.
void registerPipeline();

} // namespace seqmix::cuda

#endif // SEQMIX_TARGET_CUDA_PASSES_H
