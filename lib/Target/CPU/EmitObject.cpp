//===- EmitObject.cpp - From the llvm dialect to an object
//-----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/EmitObject.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include <mutex>

using namespace mlir;

static constexpr llvm::StringLiteral kTriple = "x86_64-unknown-linux-gnu";

/// A code generator for any x86-64: functions say what more they may use.
static std::unique_ptr<llvm::TargetMachine> makeTargetMachine() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
  });
  std::string error;
  llvm::Triple triple(kTriple);
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Fast;
  // Comments in assembly text name what is spilled.
  options.MCOptions.AsmVerbose = true;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, "x86-64", "", options, llvm::Reloc::PIC_, llvm::CodeModel::Small,
      llvm::CodeGenOptLevel::Default));
}

/// Moves scalars of bf16 as integers. Code takes them apart as such
/// (ExpandMath); but where a move and what takes its value apart end up in two
/// blocks, the code generator would widen for the one and narrow for the other
/// by a call to the compiler's run-time library.
static void moveHalvesAsIntegers(llvm::Module &module) {
  llvm::SmallVector<llvm::LoadInst *> loads;
  llvm::SmallVector<llvm::StoreInst *> stores;
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction : llvm::instructions(function)) {
      if (auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction);
          load && load->getType()->isBFloatTy())
        loads.push_back(load);
      if (auto *store = llvm::dyn_cast<llvm::StoreInst>(&instruction);
          store && store->getValueOperand()->getType()->isBFloatTy())
        stores.push_back(store);
    }
  for (llvm::LoadInst *load : loads) {
    llvm::IRBuilder<> b(load);
    llvm::Value *bits = b.CreateAlignedLoad(
        b.getInt16Ty(), load->getPointerOperand(), load->getAlign());
    load->replaceAllUsesWith(b.CreateBitCast(bits, load->getType()));
    load->eraseFromParent();
  }
  for (llvm::StoreInst *store : stores) {
    llvm::IRBuilder<> b(store);
    llvm::Value *bits =
        b.CreateBitCast(store->getValueOperand(), b.getInt16Ty());
    b.CreateAlignedStore(bits, store->getPointerOperand(), store->getAlign());
    store->eraseFromParent();
  }
}

/// O2 without what we did ourselves: vectors and unrolling.
static void optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = false;
  tuning.SLPVectorization = false;
  tuning.LoopInterleaving = false;
  tuning.LoopUnrolling = false;
  llvm::PassBuilder builder(&machine, tuning);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager graphs;
  llvm::ModuleAnalysisManager modules;
  // No library is there to be called.
  llvm::TargetLibraryInfoImpl library(machine.getTargetTriple());
  library.disableAllFunctions();
  functions.registerPass([&] { return llvm::TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2)
      .run(module, modules);
}

FailureOr<std::string> seqmix::cpu::emitObject(ModuleOp module, bool assembly) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, "seqmix");
  if (!llvmModule)
    return module.emitError("cannot be translated to LLVM IR: expected the "
                            "llvm dialect only; run the CPU lowering first");
  std::unique_ptr<llvm::TargetMachine> machine = makeTargetMachine();
  if (!machine)
    return module.emitError("this LLVM has no code generator for x86-64");
  llvmModule->setTargetTriple(machine->getTargetTriple());
  llvmModule->setDataLayout(machine->createDataLayout());
  llvmModule->setPICLevel(llvm::PICLevel::BigPIC);
  moveHalvesAsIntegers(*llvmModule);
  optimize(*llvmModule, *machine);

  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager codegen;
  if (machine->addPassesToEmitFile(codegen, stream, nullptr,
                                   assembly
                                       ? llvm::CodeGenFileType::AssemblyFile
                                       : llvm::CodeGenFileType::ObjectFile))
    return module.emitError("this LLVM cannot write x86-64 objects");
  codegen.run(*llvmModule);
  return std::string(bytes.begin(), bytes.end());
}
