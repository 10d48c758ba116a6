//===- Pipeline.cpp - All passes of the CPU target, in order
//---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/Pipeline.h"
#include "lib/Target/CPU/Passes.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace seqmix::cpu;

void seqmix::cpu::addCPULowering(OpPassManager &pm, StringRef isa) {
  LowerEntriesOptions entries;
  entries.isa = isa.str();
  pm.addPass(createLowerEntries(entries));
  pm.nest<LLVM::LLVMFuncOp>().addPass(createSinkFills());
  pm.nest<LLVM::LLVMFuncOp>().addPass(createSharePacks());
  pm.addPass(createShareTiles());
  // From here to the llvm dialect function by function, so in parallel.
  OpPassManager &functions = pm.nest<LLVM::LLVMFuncOp>();
  functions.addPass(createVectorize());
  functions.addPass(createNarrowComparisons());
  functions.addPass(createCanonicalizerPass());
  functions.addPass(createCSEPass());
  functions.addPass(createExpandMath());

  // Upstream's ways.
  functions.addPass(memref::createExpandStridedMetadataPass());
  functions.addPass(createLowerAffinePass());
  functions.addPass(createConvertVectorToLLVMPass());
  functions.addPass(createSCFToControlFlowPass());
  functions.addPass(createConvertMathToLLVMPass());
  functions.addPass(createArithToLLVMConversionPass());
  functions.addPass(createToLLVM());
  functions.addPass(createReconcileUnrealizedCastsPass());
}

namespace {
struct LoweringOptions : public PassPipelineOptions<LoweringOptions> {
  Option<std::string> isa{
      *this, "isa",
      llvm::cl::desc("v3, v4, bf16, amx, native or all: the instruction sets "
                     "to compile for"),
      llvm::cl::init("all")};
};
} // namespace

void seqmix::cpu::registerCPUPipeline() {
  PassPipelineRegistration<LoweringOptions>(
      "seqmix-cpu-lowering", "From a tile program to the llvm dialect",
      [](OpPassManager &pm, const LoweringOptions &options) {
        addCPULowering(pm, options.isa);
      });
}
