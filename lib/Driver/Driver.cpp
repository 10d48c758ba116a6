//===- Driver.cpp - From a spec to files ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Driver/Driver.h"
#include "CheckSpec.h"
#include "DumpIR.h"
#include "Explain.h"
#include "dialects/Seq/Seq.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "seqmix/Emit/Contract.h"
#include "seqmix/Emit/Header.h"
#include "seqmix/Emit/Manifest.h"
#include "seqmix/InitAll.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

using namespace mlir;
using namespace seqmix;

namespace {

/// One compilation: the context, who hears its diagnostics, and its options.
class Compiler {
public:
  Compiler(std::unique_ptr<llvm::MemoryBuffer> spec,
           const CompileOptions &options, const PipelineOptions &pipeline,
           raw_ostream &errors)
      : options(options), pipeline(pipeline), errors(errors),
        digest(getDigest(spec->getBuffer())) {
    DialectRegistry registry;
    seqmix::registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    // A message shows the user's text, not the op as the compiler sees it.
    context.printOpOnDiagnostic(false);
    sources.AddNewSourceBuffer(std::move(spec), llvm::SMLoc());
    printer.emplace(sources, &context, errors);
    // Heard before the printer: whether a failure was explained.
    counter.emplace(&context, [this](Diagnostic &diagnostic) {
      hasError |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
      return failure();
    });
  }

  FailureOr<std::vector<CompiledOperator>> run();

private:
  FailureOr<CompiledOperator> compileOperator(seq::OperatorOp op);
  LogicalResult runStage(ModuleOp module, Stage stage);
  LogicalResult emitFiles(ModuleOp lowered, ModuleOp contract,
                          CompiledOperator &result);

  const CompileOptions &options;
  const PipelineOptions &pipeline;
  raw_ostream &errors;
  std::string digest;
  MLIRContext context;
  llvm::SourceMgr sources;
  std::optional<SourceMgrDiagnosticHandler> printer;
  std::optional<ScopedDiagnosticHandler> counter;
  std::optional<IRDumper> dumper;
  bool hasError = false;
};

} // namespace

/// Runs a stage's passes. A failure that no pass explained names the stage.
LogicalResult Compiler::runStage(ModuleOp module, Stage stage) {
  PassManager pm(&context, ModuleOp::getOperationName());
  addStage(pm, stage, pipeline);
  if (dumper)
    pm.addInstrumentation(dumper->makeInstrumentation());
  LogicalResult result = pm.run(module);
  if (failed(result) && !hasError)
    module.emitError() << "the stage '" << getStageName(stage)
                       << "' failed without saying why; this is an error of "
                          "the compiler";
  return result;
}

/// The target's artifacts, and the header and the manifest that state them. The
/// manifest without file names is what the artifact was compiled to, so its
/// digest goes into both.
LogicalResult Compiler::emitFiles(ModuleOp lowered, ModuleOp contract,
                                  CompiledOperator &result) {
  ManifestFacts facts;
  facts.digest = digest;
  facts.target = pipeline.target->name().str();
  facts.arch = pipeline.target->archOf(pipeline.targetOptions);
  std::string header, manifest;
  llvm::raw_string_ostream headerStream(header), manifestStream(manifest);
  if (failed(emitManifest(contract, facts, manifestStream)))
    return failure();
  facts.contract = getDigest(manifest);
  manifest.clear();

  TargetOptions targetOptions = pipeline.targetOptions;
  targetOptions.contractSymbol = "seqmix_" + result.name + "_contract";
  targetOptions.contract = facts.contract;
  FailureOr<std::vector<Artifact>> artifacts =
      pipeline.target->emit(lowered, targetOptions);
  if (failed(artifacts))
    return failure();
  for (Artifact &artifact : *artifacts) {
    std::string file = result.name + "." + artifact.suffix;
    facts.files.push_back({artifact.key, file});
    result.files.push_back({file, std::move(artifact.bytes)});
  }
  facts.files.push_back({"header", result.name + ".h"});
  if (failed(emitHeader(contract, headerStream)) ||
      failed(emitManifest(contract, facts, manifestStream)))
    return failure();
  result.files.push_back({result.name + ".h", std::move(header)});
  result.files.push_back({result.name + ".json", manifest + "\n"});
  return success();
}

FailureOr<CompiledOperator> Compiler::compileOperator(seq::OperatorOp op) {
  CompiledOperator result;
  result.name = op.getSymName().str();
  OwningOpRef<ModuleOp> module = ModuleOp::create(op.getLoc());
  module->push_back(op->clone());

  OwningOpRef<ModuleOp> contract;
  for (Stage stage :
       {Stage::Seq, Stage::Derive, Stage::Tile, Stage::Target, Stage::Emit}) {
    // The target consumes what the header and the manifest are written from.
    if (stage == Stage::Target)
      contract = copyContract(*module);
    if (stage == Stage::Emit) {
      if (failed(emitFiles(*module, *contract, result)))
        return failure();
    } else if (failed(runStage(*module, stage))) {
      return failure();
    }
    if (stage == Stage::Derive || stage == Stage::Tile)
      result.explanation = explain(*module);
    if (stage == options.stopAfter)
      break;
  }
  if (options.stopAfter != Stage::Emit) {
    llvm::raw_string_ostream os(result.ir);
    module->print(os);
  }
  return result;
}

FailureOr<std::vector<CompiledOperator>> Compiler::run() {
  if (!options.dumpDir.empty()) {
    dumper.emplace(options.dumpDir);
    dumper->makeFolder();
    // A dump prints the module, which no other thread may then change.
    context.disableMultithreading();
  }
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
  if (!module) {
    if (!hasError)
      errors << "error: expected a spec as MLIR text, found something else\n";
    return failure();
  }
  if (failed(checkSpec(*module)))
    return failure();
  if (dumper)
    dumper->dump("parse", *module);

  std::vector<CompiledOperator> results;
  for (auto op : module->getOps<seq::OperatorOp>()) {
    FailureOr<CompiledOperator> result = compileOperator(op);
    if (failed(result))
      return failure();
    results.push_back(std::move(*result));
  }
  if (dumper && !dumper->getError().empty()) {
    errors << "error: " << dumper->getError() << "\n";
    return failure();
  }
  return results;
}

//===----------------------------------------------------------------------===//
// Interface
//===----------------------------------------------------------------------===//

FailureOr<std::vector<CompiledOperator>>
seqmix::compile(std::unique_ptr<llvm::MemoryBuffer> spec,
                const CompileOptions &options, raw_ostream &errors) {
  llvm::Expected<PipelineOptions> pipeline = makePipelineOptions(options);
  if (!pipeline) {
    errors << "error: " << llvm::toString(pipeline.takeError()) << "\n";
    return failure();
  }
  return Compiler(std::move(spec), options, *pipeline, errors).run();
}

FailureOr<std::vector<CompiledOperator>>
seqmix::compileTo(StringRef folder, std::unique_ptr<llvm::MemoryBuffer> spec,
                  const CompileOptions &options, raw_ostream &errors) {
  FailureOr<std::vector<CompiledOperator>> operators =
      compile(std::move(spec), options, errors);
  if (failed(operators))
    return failure();
  std::vector<OutputFile> files;
  for (CompiledOperator &op : *operators)
    llvm::append_range(files, op.files);
  if (llvm::Error error = writeFiles(folder, files)) {
    errors << "error: " << llvm::toString(std::move(error)) << "\n";
    return failure();
  }
  return operators;
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
seqmix::readSpec(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/true);
  if (std::error_code code = buffer.getError())
    return llvm::createStringError(code, "cannot read the spec '" + path.str() +
                                             "': " + code.message());
  return std::move(*buffer);
}
