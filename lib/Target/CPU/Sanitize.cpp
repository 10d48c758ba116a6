//===- Sanitize.cpp - Instrumenting compiled code -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LLVM's passes do most of it. ThreadSanitizer knows accesses of up to 16 bytes
// and passes over wider and masked ones without a word, which are nearly all of
// ours: those are reported as ranges of bytes.
//
//===----------------------------------------------------------------------===//

#include "lib/Target/CPU/Sanitize.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Instrumentation/AddressSanitizer.h"
#include "llvm/Transforms/Instrumentation/ThreadSanitizer.h"
#include <optional>

namespace {

/// A read or a write that ThreadSanitizer's pass does not see.
struct Access {
  llvm::Instruction *at;
  llvm::Value *pointer;
  llvm::Type *type;
  llvm::Value *mask; ///< Null if all lanes are accessed.
  bool isWrite;
};

} // namespace

static bool isWide(llvm::Type *type, const llvm::DataLayout &layout) {
  return layout.getTypeStoreSize(type).getFixedValue() > 16;
}

static std::optional<Access> findAccess(llvm::Instruction &instruction,
                                        const llvm::DataLayout &layout) {
  if (auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction))
    if (isWide(load->getType(), layout))
      return Access{load, load->getPointerOperand(), load->getType(), nullptr,
                    false};
  if (auto *store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) {
    llvm::Type *type = store->getValueOperand()->getType();
    if (isWide(type, layout))
      return Access{store, store->getPointerOperand(), type, nullptr, true};
  }
  auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
  if (!call)
    return std::nullopt;
  if (call->getIntrinsicID() == llvm::Intrinsic::masked_load)
    return Access{call, call->getArgOperand(0), call->getType(),
                  call->getArgOperand(1), false};
  if (call->getIntrinsicID() == llvm::Intrinsic::masked_store)
    return Access{call, call->getArgOperand(1),
                  call->getArgOperand(0)->getType(), call->getArgOperand(2),
                  true};
  return std::nullopt;
}

/// The bytes of an access. A mask of ours enables the first lanes (Vectors.h).
static llvm::Value *countBytes(const Access &access, llvm::IRBuilder<> &b,
                               const llvm::DataLayout &layout) {
  uint64_t bytes = layout.getTypeStoreSize(access.type).getFixedValue();
  if (!access.mask)
    return b.getInt64(bytes);
  unsigned lanes =
      llvm::cast<llvm::FixedVectorType>(access.type)->getNumElements();
  llvm::Value *bits = b.CreateBitCast(access.mask, b.getIntNTy(lanes));
  llvm::Value *off = b.CreateNot(b.CreateZExt(bits, b.getInt64Ty()));
  llvm::Value *enabled =
      b.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, off, b.getFalse());
  return b.CreateMul(enabled, b.getInt64(bytes / lanes));
}

static void reportRanges(llvm::Module &module) {
  const llvm::DataLayout &layout = module.getDataLayout();
  llvm::SmallVector<Access> accesses;
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction : llvm::instructions(function))
      if (std::optional<Access> access = findAccess(instruction, layout))
        accesses.push_back(*access);
  llvm::IRBuilder<> b(module.getContext());
  llvm::FunctionCallee read = module.getOrInsertFunction(
      "__tsan_read_range", b.getVoidTy(), b.getPtrTy(), b.getInt64Ty());
  llvm::FunctionCallee write = module.getOrInsertFunction(
      "__tsan_write_range", b.getVoidTy(), b.getPtrTy(), b.getInt64Ty());
  for (const Access &access : accesses) {
    b.SetInsertPoint(access.at);
    b.CreateCall(access.isWrite ? write : read,
                 {access.pointer, countBytes(access, b, layout)});
  }
}

void seqmix::cpu::sanitize(llvm::Module &module,
                           llvm::ModuleAnalysisManager &analyses,
                           llvm::StringRef sanitizer) {
  if (sanitizer.empty())
    return;
  bool isAddress = sanitizer == "address";
  for (llvm::Function &function : module)
    if (!function.isDeclaration())
      function.addFnAttr(isAddress ? llvm::Attribute::SanitizeAddress
                                   : llvm::Attribute::SanitizeThread);
  llvm::ModulePassManager passes;
  if (isAddress) {
    passes.addPass(llvm::AddressSanitizerPass(llvm::AddressSanitizerOptions()));
  } else {
    reportRanges(module);
    passes.addPass(llvm::ModuleThreadSanitizerPass());
    passes.addPass(
        llvm::createModuleToFunctionPassAdaptor(llvm::ThreadSanitizerPass()));
  }
  passes.run(module, analyses);
}
