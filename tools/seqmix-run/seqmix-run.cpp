//===- seqmix-run.cpp - Run compiled operators on .npy files --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "Run.h"
#include "seqmix/runtime.h"

#include <cstdio>

int main(int argc, char **argv) {
  seqmix::run::Options options;
  std::string message;
  bool succeeded = seqmix::run::parseOptions(argc, argv, options, message);
  if (succeeded && options.help)
    std::fputs(seqmix::run::helpText, stdout);
  else if (succeeded && options.version)
    std::printf("seqmix-run %s\n", seqmix_runtime_version());
  else if (succeeded)
    succeeded = seqmix::run::run(options, message);
  if (succeeded)
    return 0;
  std::fprintf(stderr, "seqmix-run: error: %s\n", message.c_str());
  return 1;
}
