//===- seqmix-interp.cpp - The meaning of a program in float64 ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Interpret.h"
#include "seqmix/InitAll.h"

#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;

static cl::OptionCategory category("Options of seqmix-interp");
static cl::opt<std::string> spec(cl::Positional, cl::Required,
                                 cl::desc("SPEC.mlir"), cl::cat(category));
static cl::opt<std::string> name("op", cl::desc("which operator of the file"),
                                 cl::value_desc("NAME"), cl::cat(category));
static cl::list<std::string> params("set", cl::desc("a parameter"),
                                    cl::value_desc("NAME=VALUE"),
                                    cl::cat(category));
static cl::opt<std::string>
    element("elem", cl::desc("the element type: f32, bf16 or f16"),
            cl::value_desc("TYPE"), cl::cat(category));
enum class Level { Seq, Stream };
static cl::opt<Level>
    level("level", cl::desc("what to interpret"),
          cl::values(clEnumValN(Level::Seq, "seq", "the operator (default)"),
                     clEnumValN(Level::Stream, "stream",
                                "the entry derived from it")),
          cl::cat(category));
static cl::opt<std::string>
    derivation("derive",
               cl::desc("options of the derivation, with --level stream"),
               cl::value_desc("form=… chunk=…"), cl::cat(category));
static cl::opt<bool>
    packed("packed",
           cl::desc("sequences lie packed; one more operand, cu_seqlens, says "
                    "where each begins"),
           cl::cat(category));
static cl::list<std::string> inputs("in", cl::desc("an operand"),
                                    cl::value_desc("NAME=FILE.npy"),
                                    cl::cat(category));
static cl::list<std::string> outputs("out", cl::desc("a result to write"),
                                     cl::value_desc("NAME=FILE.npy"),
                                     cl::cat(category));

static bool splitFiles(const cl::list<std::string> &list,
                       std::map<std::string, std::string> &files) {
  for (const std::string &entry : list) {
    auto [name, path] = StringRef(entry).split('=');
    if (name.empty() || path.empty() ||
        !files.try_emplace(name.str(), path.str()).second) {
      errs() << "seqmix-interp: error: --" << list.ArgStr
             << ": expected NAME=FILE.npy, each name once, found '" << entry
             << "'\n";
      return false;
    }
  }
  return true;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "the float64 meaning of a program\n");
  seqmix::interp::Request request;
  request.name = name;
  request.atStream = level == Level::Stream;
  request.derivation = derivation;
  request.packed = packed;
  request.params.assign(params.begin(), params.end());
  request.element = element;
  if (!splitFiles(inputs, request.inputs) ||
      !splitFiles(outputs, request.outputs))
    return 1;

  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  seqmix::registerAllDialects(registry);
  seqmix::registerAllPasses();
  mlir::MLIRContext context(registry);
  SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler handler(sources, &context);
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::parseSourceFile<mlir::ModuleOp>(spec, sources, &context);
  return !module || failed(seqmix::interp::interpret(*module, request));
}
