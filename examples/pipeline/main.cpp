//===- main.cpp - A module with a mixer, lowered and run ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A project of its own that finds seqmix as a package: it registers seqmix's
// dialects beside upstream's, lowers layer.mlir by upstream's passes and ours,
// runs it, and compares with the same layer as plain loops in double.
//
//   pipeline layer.mlir            run and compare
//   pipeline layer.mlir --print    print the module in the llvm dialect
//
//===----------------------------------------------------------------------===//

#include "Layer.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "seqmix/InitAll.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

/// Upstream's passes take the functions to buffers and loops. seqmix-pipeline
/// derives, tiles and lowers each operator, and makes a call of each place
/// where it is applied. Upstream's passes take the functions on to the llvm
/// dialect.
static constexpr llvm::StringLiteral kPipeline =
    "one-shot-bufferize{bufferize-function-boundaries "
    "function-boundary-type-conversion=identity-layout-map},"
    "buffer-deallocation-pipeline,"
    "func.func(convert-linalg-to-loops),"
    "seqmix-pipeline{target=cpu},"
    "convert-scf-to-cf,expand-strided-metadata,lower-affine,"
    "finalize-memref-to-llvm,convert-math-to-llvm,convert-arith-to-llvm,"
    "convert-func-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts";

static LogicalResult lower(ModuleOp module) {
  PassManager pm(module.getContext());
  if (failed(parsePassPipeline(kPipeline, pm)))
    return failure();
  return pm.run(module);
}

/// Compiles the lowered module in this process and compares it with loops.
static int run(ModuleOp module) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  llvm::InitializeNativeTargetAsmParser();
  auto engine = ExecutionEngine::create(module);
  if (!engine) {
    llvm::errs() << llvm::toString(engine.takeError()) << "\n";
    return 1;
  }
  auto symbol = (*engine)->lookup("_mlir_ciface_layer");
  if (!symbol) {
    llvm::errs() << llvm::toString(symbol.takeError()) << "\n";
    return 1;
  }
  return compareWithLoops(reinterpret_cast<LayerFunction *>(*symbol));
}

int main(int argc, char **argv) {
  if (argc < 2) {
    llvm::errs() << "usage: pipeline MODULE [--print]\n";
    return 2;
  }
  DialectRegistry registry;
  mlir::registerAllDialects(registry);
  seqmix::registerAllDialects(registry);
  mlir::registerAllPasses();
  seqmix::registerAllPasses();
  MLIRContext context(registry);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(argv[1], sources, ParserConfig(&context));
  if (!module || failed(lower(*module)))
    return 1;
  if (argc > 2 && llvm::StringRef(argv[2]) == "--print") {
    module->print(llvm::outs());
    return 0;
  }
  return run(*module);
}
