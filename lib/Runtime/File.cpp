//===- File.cpp - Whole files ---------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "File.h"

#include <cerrno>
#include <cstring>
#include <sys/stat.h>

using namespace seqmix::runtime;

Error seqmix::runtime::openForReading(const std::string &path, FileHandle &file,
                                      int64_t &bytes) {
  // Ask before opening: opening a pipe without a writer would block.
  struct stat status;
  if (::stat(path.c_str(), &status) != 0)
    return Error::make(SEQMIX_STATUS_FILE, path,
                       ": cannot read: ", std::strerror(errno));
  if (!S_ISREG(status.st_mode))
    return Error::make(SEQMIX_STATUS_FILE, path,
                       ": cannot read: not a regular file");
  file.reset(std::fopen(path.c_str(), "rb"));
  if (!file)
    return Error::make(SEQMIX_STATUS_FILE, path,
                       ": cannot read: ", std::strerror(errno));
  bytes = status.st_size;
  return Error::success();
}

Error seqmix::runtime::readFile(const std::string &path, int64_t maxBytes,
                                std::string &contents) {
  FileHandle file;
  int64_t bytes = 0;
  if (Error error = openForReading(path, file, bytes))
    return error;
  if (bytes > maxBytes)
    return Error::make(SEQMIX_STATUS_FILE, path, ": expected at most ",
                       maxBytes, " bytes, found ", bytes);
  contents.resize(static_cast<size_t>(bytes));
  if (std::fread(contents.data(), 1, contents.size(), file.get()) !=
      contents.size())
    return Error::make(SEQMIX_STATUS_FILE, path, ": cannot read all of its ",
                       bytes, " bytes");
  return Error::success();
}
