//===- ArrayFiles.h - Operands and results as .npy files --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TOOLS_SEQMIX_INTERP_ARRAYFILES_H
#define SEQMIX_TOOLS_SEQMIX_INTERP_ARRAYFILES_H

#include "seqmix/Reference/Signature.h"
#include "llvm/Support/Error.h"

namespace seqmix::interp {

/// Reads an operand from a file with elements of its type: `<f4`, `<f2`, `<i4`,
/// or the bit patterns of bf16 as `<u2` or `|V2`.
llvm::Expected<reference::Array>
readOperand(const reference::ArrayDeclaration &declaration,
            const std::string &path);

/// An array to be written, and where.
struct OutputFile {
  const reference::Array *array;
  std::string path;
};

/// Writes arrays as `<f8`: all of them, or none.
llvm::Error writeResults(llvm::ArrayRef<OutputFile> files);

} // namespace seqmix::interp

#endif // SEQMIX_TOOLS_SEQMIX_INTERP_ARRAYFILES_H
