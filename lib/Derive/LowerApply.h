//===- LowerApply.h - From seq.apply to a call of an entry ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_DERIVE_LOWERAPPLY_H
#define SEQMIX_LIB_DERIVE_LOWERAPPLY_H

#include "dialects/Kernel/Kernel.h"
#include "dialects/Seq/Seq.h"

namespace seqmix {

/// Replaces every seq.apply of an operator by a kernel.call of one of the
/// entries that were derived from it.
mlir::LogicalResult lowerApplies(seq::OperatorOp op,
                                 llvm::ArrayRef<kernel::EntryOp> entries);

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_LOWERAPPLY_H
