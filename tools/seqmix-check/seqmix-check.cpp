//===- seqmix-check.cpp - Compiles, draws, runs, compares ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Options.h"
#include "seqmix/Driver/Driver.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

using namespace seqmix;
using namespace seqmix::check;
namespace cl = llvm::cl;

static int fail(const llvm::Twine &message) {
  llvm::WithColor::error(llvm::errs(), "seqmix-check") << message << "\n";
  return 1;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Flags flags;
  cl::ParseCommandLineOptions(
      argc, argv,
      "compiles an operator, runs it on drawn inputs and compares it with the "
      "float64 interpreter\n\nA flag that takes a list checks every value; "
      "see --cover.\n");
  if (flags.input.empty())
    return fail("expected a spec; see seqmix-check --help");
  auto spec = readSpec(flags.input);
  if (!spec)
    return fail(llvm::toString(spec.takeError()));
  llvm::Expected<std::vector<Case>> cases = flags.makeCases();
  if (!cases)
    return fail(llvm::toString(cases.takeError()));
  llvm::SmallString<128> folder;
  if (llvm::sys::fs::createUniqueDirectory("seqmix-check", folder))
    return fail("cannot make a folder for artifacts; set TMPDIR to one that "
                "can be written");

  unsigned counts[3] = {0, 0, 0};
  {
    Checker checker(flags.input, (*spec)->getBuffer().str(), folder.str().str());
    for (auto [i, c] : llvm::enumerate(*cases)) {
      if (!flags.write.empty()) {
        std::string to = flags.write + "/case-" + std::to_string(i);
        counts[checker.write(c, to, llvm::outs()) ? 0 : 1]++;
      } else {
        counts[int(checker.run(c, flags.getBounds(), llvm::outs()))]++;
      }
      llvm::outs().flush();
    }
  }
  llvm::sys::fs::remove_directories(folder);
  llvm::outs() << flags.input << ": " << counts[0] << " ok, " << counts[1]
               << " failed, " << counts[2] << " skipped\n";
  return counts[1] ? 1 : 0;
}
