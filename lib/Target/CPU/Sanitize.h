//===- Sanitize.h - Instrumenting compiled code -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_SANITIZE_H
#define SEQMIX_TARGET_CPU_SANITIZE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/PassManager.h"

namespace llvm {
class Module;
} // namespace llvm

namespace seqmix::cpu {

/// Instruments every function of an optimised module for LLVM's
/// AddressSanitizer
/// (`address`) or ThreadSanitizer (`thread`); an empty word does nothing. The
/// object then calls the sanitizer's runtime, which the program that it is
/// linked into must bring.
void sanitize(llvm::Module &module, llvm::ModuleAnalysisManager &analyses,
              llvm::StringRef sanitizer);

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_SANITIZE_H
