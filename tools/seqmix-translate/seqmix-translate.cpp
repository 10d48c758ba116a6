//===- seqmix-translate.cpp - Entries to header or manifest ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --emit-header and --emit-manifest show what seqmixc writes for the entries of
// a module, without compiling them.
//
//===----------------------------------------------------------------------===//

#include "seqmix/Emit/Header.h"
#include "seqmix/Emit/Manifest.h"
#include "seqmix/InitAll.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/CommandLine.h"

namespace cl = llvm::cl;

static cl::opt<std::string> target("manifest-target", cl::init("cpu"),
                                   cl::desc("The manifest's `target`"));
static cl::opt<std::string> arch("manifest-arch", cl::init("x86-64-v3"),
                                 cl::desc("The manifest's `arch`"));
static cl::opt<std::string> spec("manifest-spec",
                                 cl::desc("The text to give the digest of"));
static cl::list<std::string> files("manifest-file",
                                   cl::desc("A file that the manifest names"),
                                   cl::value_desc("key=name"));

static void registerDialects(mlir::DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  seqmix::registerAllDialects(registry);
}

static mlir::LogicalResult emitManifest(mlir::ModuleOp module,
                                        llvm::raw_ostream &os) {
  seqmix::ManifestFacts facts{seqmix::getDigest(spec), target, arch, {}, {}};
  for (llvm::StringRef file : files) {
    auto [key, name] = file.split('=');
    facts.files.push_back({key.str(), name.str()});
  }
  return seqmix::emitManifest(module, facts, os);
}

int main(int argc, char **argv) {
  mlir::TranslateFromMLIRRegistration header(
      "emit-header", "the C header of an operator's entries",
      [](mlir::ModuleOp module, llvm::raw_ostream &os) {
        return seqmix::emitHeader(module, os);
      },
      registerDialects);
  mlir::TranslateFromMLIRRegistration manifest(
      "emit-manifest", "the JSON manifest of an operator's entries",
      emitManifest, registerDialects);
  return failed(
      mlir::mlirTranslateMain(argc, argv, "seqmix translation driver\n"));
}
