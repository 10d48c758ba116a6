//===- Explain.h - What was derived, and why -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_DRIVER_EXPLAIN_H
#define SEQMIX_LIB_DRIVER_EXPLAIN_H

#include <string>

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace seqmix {

/// A paragraph for each entry: its form and what its `report` says.
std::string explain(mlir::ModuleOp module);

} // namespace seqmix

#endif // SEQMIX_LIB_DRIVER_EXPLAIN_H
