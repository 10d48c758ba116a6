//===- Broadcast.h - Broadcasting by axis name ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_BROADCAST_H
#define SEQMIX_DIALECTS_SEQ_BROADCAST_H

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/SmallVector.h"

namespace seqmix::seq {

/// The axes of an elementwise result: those of the operand that has all axes
/// of the other, in its order; else the first one's, then the second one's
/// that are new.
llvm::SmallVector<mlir::StringAttr>
broadcastAxes(llvm::ArrayRef<mlir::StringAttr> x,
              llvm::ArrayRef<mlir::StringAttr> y);

} // namespace seqmix::seq

#endif // SEQMIX_DIALECTS_SEQ_BROADCAST_H
