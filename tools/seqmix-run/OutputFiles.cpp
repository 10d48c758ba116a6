//===- OutputFiles.cpp - All result files or none -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "OutputFiles.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

using namespace seqmix::run;

static std::string getTemporary(const std::string &path) {
  return path + ".tmp" + std::to_string(::getpid());
}

/// A rename would put a file in the place of a device or pipe.
static bool isReplaceable(const std::string &path) {
  struct stat status;
  return ::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
}

bool seqmix::run::writeOutputs(
    const seqmix_call *call,
    const std::vector<std::pair<std::string, std::string>> &outputs,
    std::string &message) {
  for (const auto &[name, path] : outputs)
    if (!isReplaceable(path)) {
      message = path + ": cannot write: it is not a regular file";
      return false;
    }
  for (size_t i = 0; i < outputs.size(); ++i) {
    const auto &[name, path] = outputs[i];
    seqmix_error error;
    if (seqmix_call_write_npy(call, name.c_str(), getTemporary(path).c_str(),
                              &error) == SEQMIX_STATUS_OK)
      continue;
    message = error.message;
    for (size_t j = 0; j < i; ++j)
      std::remove(getTemporary(outputs[j].second).c_str());
    return false;
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    const std::string &path = outputs[i].second;
    if (std::rename(getTemporary(path).c_str(), path.c_str()) == 0)
      continue;
    message = path + ": cannot write: " + std::strerror(errno);
    for (size_t j = 0; j < outputs.size(); ++j)
      std::remove((j < i ? outputs[j].second : getTemporary(outputs[j].second))
                      .c_str());
    return false;
  }
  return true;
}
