//===- Edit.h - One change that makes a spec smaller ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_RANDOM_EDIT_H
#define SEQMIX_LIB_RANDOM_EDIT_H

#include "mlir/IR/MLIRContext.h"

#include <string>

namespace seqmix::random {

/// Whether there was an n-th edit, and it applied.
enum class Edited { Yes, No, NoMore };

class Editor {
public:
  Editor();
  /// Applies the n-th edit to a spec of one operator; what it leaves without a
  /// use goes too.
  Edited edit(const std::string &text, unsigned n, std::string &result);

private:
  mlir::MLIRContext context;
};

} // namespace seqmix::random

#endif // SEQMIX_LIB_RANDOM_EDIT_H
