//===- CheckSpec.h - What a compiled spec must be --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_DRIVER_CHECKSPEC_H
#define SEQMIX_LIB_DRIVER_CHECKSPEC_H

#include "mlir/Support/LLVM.h"

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace seqmix {

/// Checks what the seq dialect leaves open and an artifact needs: the module
/// holds operators, at least one and nothing else, and their names can be those
/// of symbols, fields and files. Emits errors.
mlir::LogicalResult checkSpec(mlir::ModuleOp module);

} // namespace seqmix

#endif // SEQMIX_LIB_DRIVER_CHECKSPEC_H
