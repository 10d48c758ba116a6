//===- KernelDialect.td - One compiled entry -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_KERNEL_KERNELDIALECT_TD
#define SEQMIX_DIALECTS_KERNEL_KERNELDIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::seqmix::kernel";
  let summary = "one compiled entry: arguments, tasks, scratch, and moving tiles";
  let description = [{
    `kernel.entry` is the contract of one symbol: its sizes, arrays, form and
    workspace. The C header and the manifest are written from it alone.
    `kernel.parallel` is its independent tasks, with the scratch each needs;
    `kernel.load` and `kernel.store` move tiles between arrays and scratch.

    No op here computes: between the moves stand upstream dialects.
  }];
  let useDefaultAttributePrinterParser = 1;
}

def Kernel_MemoryKind : I32EnumAttr<"MemoryKind", "where a task's scratch lives", [
    I32EnumAttrCase<"Near", 0, "near">, I32EnumAttrCase<"Far", 1, "far">]> {
  let cppNamespace = "::seqmix::kernel";
  let genSpecializedAttr = 0;
}

def Kernel_Memory : EnumAttr<Kernel_Dialect, Kernel_MemoryKind, "memory"> {
  let summary = "the residency of a tile";
  let description = [{
    `#kernel.memory<near>` is what a task reaches fastest: L1/L2 scratch of a
    CPU worker, shared memory of a CUDA block. `#kernel.memory<far>` is
    ordinary memory: what did not fit near.
  }];
  let assemblyFormat = "`<` $value `>`";
}

#endif // SEQMIX_DIALECTS_KERNEL_KERNELDIALECT_TD
