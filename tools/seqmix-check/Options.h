//===- Options.h - What to check -------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TOOLS_SEQMIX_CHECK_OPTIONS_H
#define SEQMIX_TOOLS_SEQMIX_CHECK_OPTIONS_H

#include "seqmix/Check/Check.h"
#include "llvm/Support/CommandLine.h"

namespace seqmix::check {

/// The flags of seqmix-check; one whose value is a list takes every value in
/// turn.
class Flags {
public:
  Flags();
  /// The cases that the flags ask for.
  llvm::Expected<std::vector<Case>> makeCases() const;
  Bounds getBounds() const;

  llvm::cl::opt<std::string> input;
  llvm::cl::opt<std::string> write;

private:
  llvm::cl::opt<std::string> target, arch, elem, form, chunk, entry, cover,
      inputs, split;
  llvm::cl::list<std::string> set, size, sizes, variant;
  llvm::cl::opt<uint64_t> seed;
  llvm::cl::list<int> threads;
  llvm::cl::opt<int> repeat;
  llvm::cl::opt<bool> extremes, packed;
  llvm::cl::opt<double> bound;
};

} // namespace seqmix::check

#endif // SEQMIX_TOOLS_SEQMIX_CHECK_OPTIONS_H
