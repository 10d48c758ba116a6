//===- EmitObject.h - From the llvm dialect to bytes
//-----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_EMITOBJECT_H
#define SEQMIX_TARGET_CPU_EMITOBJECT_H

#include "mlir/IR/BuiltinOps.h"
#include "seqmix/Target/Target.h"
#include <string>

namespace seqmix::cpu {

/// Compiles a module of the llvm dialect to a position-independent x86-64 ELF
/// object, or to assembly text.
mlir::FailureOr<std::string> emitObject(mlir::ModuleOp module,
                                        bool assembly = false,
                                        const TargetOptions &options = {});

/// Links an object to a shared library with the first linker on PATH.
mlir::FailureOr<std::string> linkShared(mlir::ModuleOp module,
                                        llvm::StringRef object);

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_EMITOBJECT_H
