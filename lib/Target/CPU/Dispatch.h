//===- Dispatch.h - Asking the processor what it has
//-----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_DISPATCH_H
#define SEQMIX_TARGET_CPU_DISPATCH_H

#include "llvm/ADT/StringRef.h"

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace seqmix::cpu {

/// The symbol of a private function `() -> i32` that gives the highest `level`
/// of Isa.h that the processor and the system support, or 0.
constexpr llvm::StringLiteral kLevelFunction = "seqmix.level";

/// Adds that function, and what it needs, to a module that lacks it.
void addLevelFunction(mlir::ModuleOp module);

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_DISPATCH_H
