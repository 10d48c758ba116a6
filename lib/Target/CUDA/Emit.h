//===- Emit.h - PTX and cubin
//------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CUDA_EMIT_H
#define SEQMIX_TARGET_CUDA_EMIT_H

#include "mlir/IR/BuiltinOps.h"
#include <optional>
#include <string>

namespace seqmix::cuda {

/// Compiles the gpu.module of a lowered module for `arch` (sm_80, sm_90).
mlir::FailureOr<std::string> emitPTX(mlir::ModuleOp module,
                                     llvm::StringRef arch);

/// The path of `ptxas`: on PATH, in the bin folder of CUDA_PATH or CUDA_HOME,
/// or in the CUDA packages of the active Python environment.
std::optional<std::string> findPtxas();

/// Assembles PTX; what ptxas says is the error's text.
mlir::FailureOr<std::string> assemble(mlir::Location loc, llvm::StringRef ptxas,
                                      llvm::StringRef ptx,
                                      llvm::StringRef arch);

} // namespace seqmix::cuda

#endif // SEQMIX_TARGET_CUDA_EMIT_H
