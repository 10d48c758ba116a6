//===- File.h - Whole files -------------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_FILE_H
#define SEQMIX_LIB_RUNTIME_FILE_H

#include "Error.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace seqmix::runtime {

struct FileCloser {
  void operator()(std::FILE *file) const { std::fclose(file); }
};

using FileHandle = std::unique_ptr<std::FILE, FileCloser>;

/// Opens a regular file for reading and gives its length. FILE.
Error openForReading(const std::string &path, FileHandle &file, int64_t &bytes);

/// Reads a regular file of at most `maxBytes`. FILE.
Error readFile(const std::string &path, int64_t maxBytes,
               std::string &contents);

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_FILE_H
