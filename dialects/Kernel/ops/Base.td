//===- Base.td - What all ops of the kernel dialect share ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_KERNEL_OPS_BASE_TD
#define SEQMIX_DIALECTS_KERNEL_OPS_BASE_TD

include "dialects/Kernel/KernelDialect.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Kernel_Op<string mnemonic, list<Trait> traits = []> : Op<Kernel_Dialect, mnemonic, traits>;

#endif // SEQMIX_DIALECTS_KERNEL_OPS_BASE_TD
