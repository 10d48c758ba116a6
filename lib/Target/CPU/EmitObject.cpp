//===- EmitObject.cpp - From the llvm dialect to an object
//-----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/EmitObject.h"
#include "lib/Target/CPU/Sanitize.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include <mutex>

using namespace mlir;
using namespace seqmix;
using namespace seqmix::cpu;

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

/// The integers that hold bf16 numbers; null for other types.
static llvm::Type *getBits(llvm::Type *type) {
  if (!type->getScalarType()->isBFloatTy())
    return nullptr;
  return type->getWithNewType(llvm::Type::getInt16Ty(type->getContext()));
}

/// Makes an access of bf16 one of integers; false if it is none.
static bool moveAsIntegers(llvm::Instruction &instruction) {
  llvm::IRBuilder<> b(&instruction);
  llvm::Value *moved = nullptr;
  if (auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) {
    if (llvm::Type *bits = getBits(load->getType()))
      moved = b.CreateAlignedLoad(bits, load->getPointerOperand(),
                                  load->getAlign());
  } else if (auto *store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) {
    llvm::Value *value = store->getValueOperand();
    if (llvm::Type *bits = getBits(value->getType()))
      moved =
          b.CreateAlignedStore(b.CreateBitCast(value, bits),
                               store->getPointerOperand(), store->getAlign());
  } else if (auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction)) {
    bool isLoad = call->getIntrinsicID() == llvm::Intrinsic::masked_load;
    if (!isLoad && call->getIntrinsicID() != llvm::Intrinsic::masked_store)
      return false;
    llvm::Value *pointer = call->getArgOperand(isLoad ? 0 : 1);
    llvm::Value *value = call->getArgOperand(isLoad ? 2 : 0);
    llvm::Value *mask = call->getArgOperand(isLoad ? 1 : 2);
    llvm::Align align = call->getParamAlign(isLoad ? 0 : 1).valueOrOne();
    if (llvm::Type *bits = getBits(value->getType())) {
      value = b.CreateBitCast(value, bits);
      moved = isLoad ? b.CreateMaskedLoad(bits, pointer, align, mask, value)
                     : b.CreateMaskedStore(value, pointer, align, mask);
    }
  }
  if (!moved)
    return false;
  if (!instruction.getType()->isVoidTy())
    instruction.replaceAllUsesWith(
        b.CreateBitCast(moved, instruction.getType()));
  return true;
}

/// Moves bf16 as integers. Code takes it apart as such (ExpandMath); but where
/// a move and what takes its value apart end up in two blocks, the code
/// generator would widen for the one and narrow for the other by a call to the
/// compiler's run-time library.
static void moveHalvesAsIntegers(llvm::Module &module) {
  llvm::SmallVector<llvm::Instruction *> done;
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction : llvm::instructions(function))
      if (moveAsIntegers(instruction))
        done.push_back(&instruction);
  for (llvm::Instruction *instruction : done)
    instruction->eraseFromParent();
}

/// What the code needs after its own passes: addresses simplified, computed
/// once and out of loops. Loops are as they should be, so nothing asks how long
/// they run, which takes most of the time of a default pipeline.
static constexpr llvm::StringLiteral cleanUp =
    "function(sroa,early-cse<memssa>,simplifycfg,"
    "instcombine<no-verify-fixpoint>,loop-mssa(licm),early-cse<memssa>,"
    "instcombine<no-verify-fixpoint>,loop-mssa(licm),adce,simplifycfg),"
    "globaldce";

/// O1 without what we did ourselves: vectors and unrolling. Then what was asked
/// for is instrumented, so that what is checked is what would run.
static void optimize(llvm::Module &module, llvm::TargetMachine &machine,
                     StringRef sanitizer) {
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
  llvm::ModulePassManager passes;
  llvm::cantFail(builder.parsePassPipeline(passes, cleanUp));
  passes.run(module, modules);
  sanitize(module, modules, sanitizer);
}

static void addContract(llvm::Module &module, const TargetOptions &options) {
  llvm::Constant *text = llvm::ConstantDataArray::getString(
      module.getContext(), options.contract, /*AddNull=*/true);
  new llvm::GlobalVariable(module, text->getType(), /*isConstant=*/true,
                           llvm::GlobalValue::ExternalLinkage, text,
                           options.contractSymbol);
}

FailureOr<std::string> seqmix::cpu::emitObject(ModuleOp module, bool assembly,
                                               const TargetOptions &options) {
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
  if (!options.contract.empty())
    addContract(*llvmModule, options);
  optimize(*llvmModule, *machine, options.sanitizer);

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
