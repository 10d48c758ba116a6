//===- ArtifactWriter.h - All files, or none -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_EMIT_ARTIFACTWRITER_H
#define SEQMIX_EMIT_ARTIFACTWRITER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace seqmix {

/// A file to write: a name without a folder, and its content.
struct OutputFile {
  std::string name;
  std::string bytes;
};

/// Writes all files into the folder, which is made if it is not there. Either
/// all of them are in place, or the folder is as it was, and the error says
/// what failed and what to do.
///
/// Files are written beside their places under names of their own and moved
/// when all are complete, so that no reader ever sees half a file.
llvm::Error writeFiles(llvm::StringRef folder,
                       llvm::ArrayRef<OutputFile> files);

} // namespace seqmix

#endif // SEQMIX_EMIT_ARTIFACTWRITER_H
