//===- seqmix-random.cpp - Draws operators and checks them ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Random/Judge.h"
#include "seqmix/Random/Shrink.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

using namespace seqmix;
using namespace seqmix::random;
namespace cl = llvm::cl;

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  cl::OptionCategory category("Options of seqmix-random");
  cl::opt<std::string> kind(cl::Positional, cl::init("recurrence"),
                            cl::desc("recurrence|attention"),
                            cl::cat(category));
  cl::opt<uint64_t> first("first", cl::init(0), cl::value_desc("seed"),
                          cl::desc("The first seed (default 0)"),
                          cl::cat(category));
  cl::opt<unsigned> count("count", cl::init(1), cl::value_desc("N"),
                          cl::desc("How many programs (default 1)"),
                          cl::cat(category));
  cl::opt<std::string> arch("arch", cl::value_desc("name"),
                            cl::desc("An architecture for all"),
                            cl::cat(category));
  cl::opt<bool> print("print", cl::desc("Print the programs, check nothing"),
                      cl::cat(category));
  cl::opt<unsigned> budget("shrink", cl::init(200), cl::value_desc("N"),
                           cl::desc("Try N smaller programs for each kind of "
                                    "failure (default 200)"),
                           cl::cat(category));
  cl::ParseCommandLineOptions(
      argc, argv,
      "draws operators and checks what they compile to against the float64 "
      "interpreter; prints those that fail, made small\n");
  if (kind != "recurrence" && kind != "attention") {
    llvm::WithColor::error(llvm::errs(), "seqmix-random")
        << "expected recurrence or attention, found '" << kind << "'\n";
    return 1;
  }
  llvm::SmallString<128> folder;
  if (!print && llvm::sys::fs::createUniqueDirectory("seqmix-random", folder)) {
    llvm::WithColor::error(llvm::errs(), "seqmix-random")
        << "cannot make a folder for artifacts; set TMPDIR to one that can be "
           "written\n";
    return 1;
  }
  std::string artifacts = (folder + "/artifacts").str();

  Summary summary;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    Program program =
        kind == "attention" ? drawAttention(seed) : drawRecurrence(seed);
    if (!arch.empty())
      program.test.compile.arch = arch;
    if (print) {
      llvm::outs() << program.text << "// " << getCommand(program, "FILE")
                   << "\n";
      continue;
    }
    Verdict verdict = judge(program, artifacts);
    summary.add(verdict);
    bool failed = verdict.outcome == check::Outcome::Failed;
    llvm::outs() << kind << " " << seed << ": " << verdict.form << ": "
                 << check::describe(program.test) << ":" << verdict.text
                 << (failed ? " FAILED\n" : " ok\n");
    // One small program a kind of failure will do.
    if (failed && summary.kinds[verdict.kind] == 1) {
      auto fails = [&](const Program &candidate) {
        Verdict other = judge(candidate, artifacts);
        return other.outcome == check::Outcome::Failed &&
               other.kind == verdict.kind;
      };
      Program small = shrink(program, fails, budget);
      llvm::outs() << small.text << "// " << getCommand(small, "FILE") << "\n//"
                   << judge(small, artifacts).text << "\n";
    }
    llvm::outs().flush();
  }
  if (print)
    return 0;
  llvm::sys::fs::remove_directories(folder);
  summary.print(llvm::outs());
  return summary.counts[1] ? 1 : 0;
}
