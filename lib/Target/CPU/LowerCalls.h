//===- LowerCalls.h - From kernel.call to the C ABI -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_LOWERCALLS_H
#define SEQMIX_TARGET_CPU_LOWERCALLS_H

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace seqmix::cpu {

/// Replaces every kernel.call by an argument struct, a workspace, a call of the
/// symbol that the entry becomes, and assertions on the code that it returns.
void lowerCalls(mlir::ModuleOp module);

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_LOWERCALLS_H
