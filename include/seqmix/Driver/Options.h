//===- Options.h - What a user chooses -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DRIVER_OPTIONS_H
#define SEQMIX_DRIVER_OPTIONS_H

#include "seqmix/Pipeline/Pipeline.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace seqmix {

/// What one compilation is asked to do. Strings are as on the command line.
struct CompileOptions {
  std::string target = "cpu";
  /// Empty means the target's default.
  std::string arch;
  /// Each "NAME=VALUE".
  std::vector<std::string> params;
  /// The value of the parameter E, or empty.
  std::string elem;
  std::string form = "auto";
  /// Tokens a chunk; none leaves the choice to the compiler.
  std::optional<int64_t> chunk;
  /// Tiles of attention, "32x128x16", or empty, which leaves the choice to the
  /// compiler.
  std::string tiles;
  /// Sequences lie packed, one after the other, in a batch of 1.
  bool packed = false;
  /// Parts that a sequence is split into, at most.
  int64_t split = 1;
  Stage stopAfter = Stage::Emit;
  /// A folder for the IR after each pass, or empty.
  std::string dumpDir;
  /// Also make what needs an outside tool: the shared library, the cubin.
  bool link = true;
  /// A tool that the compiled code is instrumented for, or empty.
  std::string sanitizer;
};

/// Checks every option, and makes of them what the stages read. The error says
/// what was expected and found.
llvm::Expected<PipelineOptions> makePipelineOptions(const CompileOptions &);

/// The flags that programs which compile share. Make one after
/// llvm::cl::ResetCommandLineParser, which forgets the options of LLVM's own,
/// and before llvm::cl::ParseCommandLineOptions.
class CompileFlags {
public:
  explicit CompileFlags(llvm::cl::OptionCategory &category);

  CompileOptions get() const;

private:
  llvm::cl::opt<std::string> target;
  llvm::cl::opt<std::string> arch;
  llvm::cl::list<std::string> params;
  llvm::cl::opt<std::string> elem;
  llvm::cl::opt<std::string> form;
  llvm::cl::opt<int64_t> chunk;
  llvm::cl::opt<std::string> tiles;
  llvm::cl::opt<std::string> sanitizer;
  llvm::cl::opt<bool> packed;
  llvm::cl::opt<int64_t> split;
};

} // namespace seqmix

#endif // SEQMIX_DRIVER_OPTIONS_H
