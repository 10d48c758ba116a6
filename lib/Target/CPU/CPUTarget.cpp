//===- CPUTarget.cpp - The CPU target
//---------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/SizeExpression.h"
#include "lib/Target/CPU/EmitObject.h"
#include "lib/Target/CPU/Isa.h"
#include "lib/Target/CPU/Passes.h"
#include "lib/Target/CPU/Pipeline.h"
#include "lib/Target/CPU/Workspace.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "seqmix/Target/Target.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::cpu;

/// `x86-64-v4+avx512bf16`.
static std::string textOf(const Isa &isa) {
  return isa.cpu.str() + llvm::join(isa.features, "");
}

namespace {

class CPUTarget : public Target {
public:
  StringRef name() const override { return "cpu"; }

  StringRef description() const override {
    return "x86-64 objects: AVX2, AVX-512 and AMX in one, chosen at run time";
  }

  SmallVector<StringRef> archs() const override {
    SmallVector<StringRef> names{"all", "native"};
    for (const Isa &isa : allIsas())
      names.push_back(isa.name);
    return names;
  }

  SmallVector<StringRef> sanitizers() const override {
    return {"address", "thread"};
  }

  std::string archOf(const TargetOptions &options) const override {
    FailureOr<SmallVector<Isa>> isas = parseIsas(options.arch);
    std::string text;
    if (succeeded(isas))
      for (const Isa &isa : *isas)
        text += (text.empty() ? "" : ",") + textOf(isa);
    return text;
  }

  /// Half of the second-level cache of the smallest core in use.
  int64_t nearBytes(const TargetOptions &) const override { return 1 << 18; }

  /// Scores of a tile, 32 × 128 f32, take a third of the first-level cache;
  /// keys are loaded and packed once for 1024 queries, which with their sums
  /// take 768 KiB of the second level (bf16, K = V = 128).
  AttentionTiles attentionTiles() const override { return {32, 128, 32}; }
  bool worksByRows() const override { return true; }
  bool takesNarrowFactors() const override { return true; }

  void registerPasses() const override {
    registerCPUPasses();
    registerCPUPipeline();
  }

  void registerDialects(DialectRegistry &registry) const override {
    registry.insert<affine::AffineDialect, arith::ArithDialect,
                    cf::ControlFlowDialect, linalg::LinalgDialect,
                    LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect,
                    scf::SCFDialect, vector::VectorDialect>();
    registerBuiltinDialectTranslation(registry);
    registerLLVMDialectTranslation(registry);
  }

  LogicalResult describe(kernel::EntryOp entry,
                         const TargetOptions &) const override {
    Builder b(entry.getContext());
    Attribute product =
        b.getArrayAttr({b.getI64IntegerAttr(getWorkspaceSlice(entry)),
                        b.getStringAttr("workers")});
    Attribute workspace = b.getDictionaryAttr(b.getNamedAttr("mul", product));
    if (auto shared = kernel::WorkspaceOp::find(entry)) {
      FailureOr<Attribute> bytes =
          kernel::getExpression(entry, shared.getBytes());
      if (failed(bytes))
        return failure();
      workspace = kernel::makeCall("add", {*bytes, workspace});
    }
    entry.setLaunchAttr(
        b.getDictionaryAttr(b.getNamedAttr("workspace", workspace)));
    return success();
  }

  void addLowering(OpPassManager &pm,
                   const TargetOptions &options) const override {
    addCPULowering(pm, options.arch.empty() ? "all" : options.arch);
  }

  FailureOr<std::vector<Artifact>>
  emit(ModuleOp module, const TargetOptions &options) const override {
    FailureOr<std::string> object =
        emitObject(module, /*assembly=*/false, options);
    if (failed(object))
      return failure();
    std::vector<Artifact> artifacts{{"object", "o", *object}};
    if (!options.link)
      return artifacts;
    FailureOr<std::string> library = linkShared(module, *object);
    if (failed(library))
      return failure();
    artifacts.push_back({"library", "so", *library});
    return artifacts;
  }
};

} // namespace

namespace seqmix {
std::unique_ptr<Target> createCPUTarget() {
  return std::make_unique<CPUTarget>();
}
} // namespace seqmix
