//===- Header.h - The C header of an operator ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_EMIT_HEADER_H
#define SEQMIX_EMIT_HEADER_H

#include "mlir/Support/LLVM.h"

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace seqmix {

/// Writes the C99 header of the one operator whose entries the module holds,
/// as docs/ABI.md states it.
mlir::LogicalResult emitHeader(mlir::ModuleOp module, llvm::raw_ostream &os);

} // namespace seqmix

#endif // SEQMIX_EMIT_HEADER_H
