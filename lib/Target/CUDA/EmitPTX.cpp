//===- EmitPTX.cpp - LLVM dialect to PTX text
//--------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CUDA/Emit.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"
#include <mutex>

using namespace mlir;

extern "C" {
void LLVMInitializeNVPTXTargetInfo();
void LLVMInitializeNVPTXTarget();
void LLVMInitializeNVPTXTargetMC();
void LLVMInitializeNVPTXAsmPrinter();
}

static void initializeNVPTX() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
}

static std::unique_ptr<llvm::TargetMachine>
createMachine(const llvm::Triple &triple, StringRef arch, std::string &error) {
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  // PTX ISA 8.0 (CUDA 12.0) is the first that knows all of both architectures.
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, arch, "+ptx80", llvm::TargetOptions(), std::nullopt, std::nullopt,
      llvm::CodeGenOptLevel::Aggressive));
}

/// All lanes of a warp must take part in an mma, which LLVM does not say of the
/// intrinsics: without this it may move one into a branch that some lanes take.
static void markConvergent(llvm::Module &module) {
  for (llvm::Function &function : module)
    if (function.getName().starts_with("llvm.nvvm.mma."))
      for (llvm::User *user : function.users())
        if (auto *call = dyn_cast<llvm::CallBase>(user))
          call->addFnAttr(llvm::Attribute::Convergent);
}

/// The default pipeline without vectorizers: threads are the vector.
static void optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager lam;
  llvm::FunctionAnalysisManager fam;
  llvm::CGSCCAnalysisManager cgam;
  llvm::ModuleAnalysisManager mam;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = false;
  tuning.SLPVectorization = false;
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(mam);
  builder.registerCGSCCAnalyses(cgam);
  builder.registerFunctionAnalyses(fam);
  builder.registerLoopAnalyses(lam);
  builder.crossRegisterProxies(lam, fam, cgam, mam);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2)
      .run(module, mam);
}

FailureOr<std::string> seqmix::cuda::emitPTX(ModuleOp module, StringRef arch) {
  auto modules = module.getOps<gpu::GPUModuleOp>();
  if (modules.empty() || std::next(modules.begin()) != modules.end())
    return module.emitError("expected one gpu.module, as seqmix-cuda-lower "
                            "makes it, found ")
           << std::distance(modules.begin(), modules.end());
  gpu::GPUModuleOp kernels = *modules.begin();

  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(kernels, context, "seqmix");
  if (!llvmModule)
    return kernels.emitError("cannot be translated to LLVM IR");

  initializeNVPTX();
  llvm::Triple triple("nvptx64-nvidia-cuda");
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine =
      createMachine(triple, arch, error);
  if (!machine)
    return kernels.emitError("LLVM cannot compile for ")
           << triple.str() << ": " << error;
  llvmModule->setTargetTriple(triple);
  llvmModule->setDataLayout(machine->createDataLayout());
  markConvergent(*llvmModule);
  optimize(*llvmModule, *machine);

  SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager codegen;
  if (machine->addPassesToEmitFile(codegen, stream, nullptr,
                                   llvm::CodeGenFileType::AssemblyFile))
    return kernels.emitError("LLVM cannot write assembly for ") << triple.str();
  codegen.run(*llvmModule);
  return text.str().str();
}
