//===- seqmixc.cpp - The compiler's command line --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Driver/Driver.h"
#include "seqmix/Emit/Manifest.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Support/raw_ostream.h"

using namespace seqmix;
namespace cl = llvm::cl;

namespace {

struct Flags {
  cl::OptionCategory category{"seqmixc options"};
  CompileFlags compile{category};
  cl::opt<std::string> input{cl::Positional, cl::desc("SPEC"),
                             cl::cat(category)};
  cl::opt<std::string> output{"o", cl::desc("Where the files go"),
                              cl::value_desc("DIR"), cl::cat(category)};
  cl::opt<std::string> stopAfter{
      "stop-after", cl::desc("Print the IR after seq, derive, tile or target"),
      cl::value_desc("stage"), cl::init("emit"), cl::cat(category)};
  cl::opt<std::string> dumpDir{
      "dump-ir", cl::desc("Write the IR after each pass, numbered"),
      cl::value_desc("DIR"), cl::cat(category)};
  cl::opt<bool> explain{"explain",
                        cl::desc("Say which form each entry has, and why"),
                        cl::cat(category)};
};

} // namespace

static int fail(const llvm::Twine &message) {
  llvm::errs() << "seqmixc: error: " << message << "\n";
  return 1;
}

static int run(const Flags &flags) {
  CompileOptions options = flags.compile.get();
  std::optional<Stage> stage = parseStage(flags.stopAfter);
  if (!stage)
    return fail("--stop-after: expected seq, derive, tile, target or emit, "
                "found '" +
                flags.stopAfter + "'");
  options.stopAfter = *stage;
  options.dumpDir = flags.dumpDir;
  if (flags.input.empty())
    return fail("expected a spec: a file, or - for standard input; see "
                "seqmixc --help");
  bool writes = *stage == Stage::Emit;
  if (writes && flags.output.empty())
    return fail("expected -o DIR, where the files go; or --stop-after");

  auto spec = readSpec(flags.input);
  if (!spec)
    return fail(llvm::toString(spec.takeError()));
  auto operators =
      writes ? compileTo(flags.output, std::move(*spec), options, llvm::errs())
             : compile(std::move(*spec), options, llvm::errs());
  if (failed(operators))
    return 1;
  for (const CompiledOperator &op : *operators) {
    // Beside IR the explanation is a comment, so that all of it parses.
    if (flags.explain)
      for (llvm::StringRef line : llvm::split(op.explanation, '\n'))
        if (!line.empty())
          llvm::outs() << (writes ? "" : "// ") << line << "\n";
    llvm::outs() << op.ir;
  }
  llvm::outs().flush();
  if (std::error_code error = llvm::outs().error()) {
    // Else LLVM ends the program with words of its own.
    llvm::outs().clear_error();
    return fail("cannot write to standard output: " + error.message());
  }
  return 0;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // LLVM's own options would take names like --stop-after.
  cl::ResetCommandLineParser();
  Flags flags;
  cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "seqmixc " << getVersion() << " (LLVM " LLVM_VERSION_STRING ")\n";
  });
  cl::ParseCommandLineOptions(
      argc, argv, "compiles a sequence-mixing operator ahead of time\n");

  llvm::setBugReportMsg("This is an error of the compiler.\n");
  // Whatever goes wrong, no file is half written and the exit code says so.
  int code = 1;
  llvm::CrashRecoveryContext::Enable();
  llvm::CrashRecoveryContext recovery;
  recovery.DumpStackAndCleanupOnFailure = true;
  if (!recovery.RunSafelyOnThread([&] { code = run(flags); }, 64u << 20))
    return fail("internal error; please report it with the spec and the "
                "options. No file was written");
  return code;
}
