//===- InitAll.h - Registration of all dialects and passes ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a tool calls to know every dialect and pass of seqmix. A stage that is
// not in the source tree is left out.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_INITALL_H
#define SEQMIX_INITALL_H

namespace mlir {
class DialectRegistry;
}

namespace seqmix {

/// Adds the dialects of seqmix; upstream dialects are the caller's.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Registers the passes of every stage and target.
void registerAllPasses();

} // namespace seqmix

#endif // SEQMIX_INITALL_H
