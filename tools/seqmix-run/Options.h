//===- Options.h - The command line of seqmix-run ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_TOOLS_SEQMIXRUN_OPTIONS_H
#define SEQMIX_TOOLS_SEQMIXRUN_OPTIONS_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace seqmix::run {

struct Options {
  bool help = false;
  bool version = false;
  std::string manifest;
  /// Names and files, in the order given.
  std::vector<std::pair<std::string, std::string>> inputs;
  std::vector<std::pair<std::string, std::string>> outputs;
  std::vector<std::pair<std::string, int64_t>> sizes;
  std::string entry = "main";
  /// 0: as many as OpenMP gives.
  int32_t threads = 0;
  bool bench = false;
  int32_t repeat = 20;
  uint64_t seed = 0;
};

/// The text of --help.
extern const char *const helpText;

/// Parses the command line. On failure returns false with a message.
bool parseOptions(int argc, char **argv, Options &options,
                  std::string &message);

} // namespace seqmix::run

#endif // SEQMIX_TOOLS_SEQMIXRUN_OPTIONS_H
