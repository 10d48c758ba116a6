//===- PipelineFuzzer.cpp - Any text through parser and pipeline ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles a spec up to the target's dialect; objects would take most of the
// time, and are LLVM's. It must not crash, and what it refuses it must refuse
// in the spec's terms: an error about an op that no user wrote, or none at all,
// is an error of the compiler.
//
//===----------------------------------------------------------------------===//

#include "Mutate.h"
#include "dialects/Seq/Seq.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "seqmix/Driver/Driver.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace seqmix;

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  registerMLIRContextCLOptions();
  const char *flags[] = {"fuzzer", "--mlir-disable-threading"};
  llvm::cl::ParseCommandLineOptions(2, flags);
  return 0;
}

/// Whether the text is a module that only says what the seq dialect can say,
/// small enough to be compiled in a moment.
static bool isSpec(StringRef text) {
  MLIRContext context;
  context.loadDialect<seq::SeqDialect>();
  ScopedDiagnosticHandler silent(&context,
                                 [](Diagnostic &) { return success(); });
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return false;
  bool small = true;
  module->walk([&](seq::OperatorOp op) {
    for (NamedAttribute param : op.getParams())
      if (auto integer = dyn_cast<IntegerAttr>(param.getValue()))
        small &= integer.getInt() <= 256;
  });
  return small;
}

static void fail(StringRef what, StringRef errors) {
  llvm::errs() << what << "\n" << errors;
  std::abort();
}

/// Whether an error names an op of a level below the user's.
static bool isInternal(StringRef error) {
  for (StringRef dialect :
       {"stream", "kernel", "linalg", "memref", "tensor", "scf", "arith",
        "math", "vector", "llvm", "gpu", "affine", "builtin", "nvvm"})
    if (error.contains(("error: '" + dialect + ".").str()))
      return true;
  return error.contains("error of the compiler") ||
         error.contains("failed to legalize");
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  // Options that a seed of the corpus keeps when it is compiled again.
  size_t choice = text.size() + std::count(text.begin(), text.end(), '\n');
  CompileOptions options;
  options.target = choice % 3 == 2 ? "cuda" : "cpu";
  if (options.target == "cpu")
    options.arch = choice % 2 ? "v3" : "v4";
  bool recurrence = text.find("seq.recurrence") != std::string::npos;
  if (choice % 4 == 3 && recurrence)
    options.form = "sequential";
  if (choice % 5 == 4)
    options.chunk = 16;
  options.stopAfter = Stage::Target;

  bool spec = isSpec(text);
  if (!spec)
    options.stopAfter = Stage::Seq;
  std::string errors;
  llvm::raw_string_ostream os(errors);
  auto compiled =
      compile(llvm::MemoryBuffer::getMemBufferCopy(text, "spec"), options, os);
  if (succeeded(compiled))
    return 0;
  if (errors.find("error:") == std::string::npos)
    fail("refused without a reason", errors);
  if (spec && isInternal(errors))
    fail("refused in terms that are not the user's", errors);
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t capacity, unsigned seed) {
  return fuzz::mutate(data, size, capacity, seed);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t *x, size_t xSize,
                                            const uint8_t *y, size_t ySize,
                                            uint8_t *out, size_t capacity,
                                            unsigned seed) {
  return fuzz::crossOver({reinterpret_cast<const char *>(x), xSize},
                         {reinterpret_cast<const char *>(y), ySize}, out,
                         capacity, seed);
}
