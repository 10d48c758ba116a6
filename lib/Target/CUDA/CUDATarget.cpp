//===- CUDATarget.cpp - NVIDIA GPUs
//------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"
#include "lib/Target/CUDA/Emit.h"
#include "lib/Target/CUDA/Launch.h"
#include "lib/Target/CUDA/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "seqmix/Target/Target.h"

using namespace mlir;
using namespace seqmix;

namespace {
class CUDATarget : public Target {
public:
  StringRef name() const override { return "cuda"; }

  StringRef description() const override {
    return "NVIDIA GPUs from sm_80: PTX, and a cubin where ptxas is found";
  }

  SmallVector<StringRef> archs() const override { return {"sm_80", "sm_90"}; }

  std::string archOf(const TargetOptions &options) const override {
    return options.arch.empty() ? "sm_80" : options.arch;
  }

  /// Two blocks then fit a multiprocessor of sm_90, one of sm_80.
  int64_t nearBytes(const TargetOptions &options) const override {
    return 112 * 1024;
  }

  void registerPasses() const override {
    cuda::registerCUDAPasses();
    cuda::registerPipeline();
  }

  void registerDialects(DialectRegistry &registry) const override {
    registry
        .insert<affine::AffineDialect, arith::ArithDialect,
                cf::ControlFlowDialect, gpu::GPUDialect, linalg::LinalgDialect,
                LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect,
                NVVM::NVVMDialect, scf::SCFDialect, vector::VectorDialect>();
    registerBuiltinDialectTranslation(registry);
    registerGPUDialectTranslation(registry);
    registerLLVMDialectTranslation(registry);
    registerNVVMDialectTranslation(registry);
  }

  LogicalResult describe(kernel::EntryOp entry,
                         const TargetOptions &options) const override {
    FailureOr<DictionaryAttr> launch =
        cuda::describeLaunch(entry, archOf(options));
    if (failed(launch))
      return failure();
    entry.setLaunchAttr(*launch);
    return success();
  }

  void addLowering(OpPassManager &pm,
                   const TargetOptions &options) const override {
    cuda::addLoweringPasses(pm, archOf(options));
  }

  FailureOr<std::vector<Artifact>>
  emit(ModuleOp module, const TargetOptions &options) const override;
};
} // namespace

FailureOr<std::vector<Artifact>>
CUDATarget::emit(ModuleOp module, const TargetOptions &options) const {
  std::string arch = archOf(options);
  FailureOr<std::string> ptx = cuda::emitPTX(module, arch);
  if (failed(ptx))
    return failure();
  std::vector<Artifact> artifacts = {{"ptx", "ptx", *ptx}};
  if (!options.link)
    return artifacts;
  std::optional<std::string> ptxas = cuda::findPtxas();
  if (!ptxas) {
    module.emitRemark("no ptxas found on PATH or in CUDA_PATH: the driver will "
                      "compile the PTX when it is loaded");
    return artifacts;
  }
  FailureOr<std::string> cubin =
      cuda::assemble(module.getLoc(), *ptxas, *ptx, arch);
  if (failed(cubin))
    return failure();
  artifacts.push_back({"cubin", "cubin", *cubin});
  return artifacts;
}

namespace seqmix {
std::unique_ptr<Target> createCUDATarget() {
  return std::make_unique<CUDATarget>();
}
} // namespace seqmix
