//===- Pipeline.cpp - The CUDA target's passes in order
//----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CUDA/Passes.h"
#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace seqmix;

void cuda::addLoweringPasses(OpPassManager &pm, StringRef arch) {
  MapBlocksOptions options;
  options.arch = arch.str();
  pm.addPass(createMapBlocks(options));
  OpPassManager &nested = pm.nest<gpu::GPUModuleOp>();
  nested.addPass(createDistribute());
  nested.addPass(createCanonicalizerPass());
  nested.addPass(createCSEPass());
  nested.addPass(createExpandMath());
  nested.addPass(createAssignMemory());
  nested.addPass(memref::createExpandStridedMetadataPass());
  nested.addPass(createLowerAffinePass());
  nested.addPass(createSCFToControlFlowPass());
  nested.addPass(createToNVVM());
  nested.addPass(createReconcileUnrealizedCastsPass());
  nested.addPass(createCanonicalizerPass());
  nested.addPass(createCSEPass());
}

void cuda::registerPipeline() {
  PassPipelineRegistration<> lower(
      "seqmix-cuda-lower",
      "Lowers a tile program to CUDA kernels in LLVM and NVVM dialect",
      [](OpPassManager &pm) { addLoweringPasses(pm, "sm_80"); });
}
