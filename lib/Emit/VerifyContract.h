//===- VerifyContract.h - Attributes that Emit can write -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_EMIT_VERIFYCONTRACT_H
#define SEQMIX_LIB_EMIT_VERIFYCONTRACT_H

#include "seqmix/Emit/Contract.h"

namespace seqmix {

/// Checks the inside of `domain`, `require` and `launch`; emits an error.
mlir::LogicalResult verifyContract(const Contract &contract);

} // namespace seqmix

#endif // SEQMIX_LIB_EMIT_VERIFYCONTRACT_H
