//===- SizeExpression.h - Arithmetic on sizes as the manifest says it
//------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Grids and workspaces are computed by arith ops on the sizes of an entry. The
// manifest says them as expressions over the names of sizes (docs/ABI.md).
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_DIALECTS_KERNEL_SIZEEXPRESSION_H
#define SEQMIX_DIALECTS_KERNEL_SIZEEXPRESSION_H

#include "dialects/Kernel/Kernel.h"

namespace seqmix::kernel {

/// `{"name": [arguments]}`.
mlir::Attribute makeCall(llvm::StringRef name,
                         llvm::ArrayRef<mlir::Attribute> arguments);

/// The product of expressions: products among them opened, integers folded.
mlir::Attribute makeProduct(mlir::MLIRContext *context,
                            llvm::ArrayRef<mlir::Attribute> factors);

/// The expression of a value computed in an entry's body.
mlir::FailureOr<mlir::Attribute> getExpression(EntryOp entry,
                                               mlir::Value value);

} // namespace seqmix::kernel

#endif // SEQMIX_DIALECTS_KERNEL_SIZEEXPRESSION_H
