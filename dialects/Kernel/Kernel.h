//===- Kernel.h - The kernel dialect ----------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one header to include for the kernel dialect.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_DIALECTS_KERNEL_KERNEL_H
#define SEQMIX_DIALECTS_KERNEL_KERNEL_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/Kernel/KernelDialect.h.inc"
#include "dialects/Kernel/KernelEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Kernel/KernelAttrs.h.inc"

namespace seqmix::kernel {

/// An axis of an array of an entry: the size or parameter that it names, and
/// how many elements more it has. "N + 1" is N and 1.
std::pair<llvm::StringRef, int64_t> splitAxis(llvm::StringRef axis);

} // namespace seqmix::kernel

#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.h.inc"

#endif // SEQMIX_DIALECTS_KERNEL_KERNEL_H
