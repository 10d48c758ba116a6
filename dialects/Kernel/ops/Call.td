//===- Call.td - Calling a compiled symbol from code around it -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_KERNEL_OPS_CALL_TD
#define SEQMIX_DIALECTS_KERNEL_OPS_CALL_TD

include "dialects/Kernel/ops/Base.td"

def Kernel_CallOp : Kernel_Op<"call", [AttrSizedOperandSegments, DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "calls a kernel.entry of this module from a function";
  let description = [{
    `sizes` and `arrays` are the entry's block arguments, in their order. The
    target makes of it what the ABI asks of a caller: the argument struct, the
    workspace, the call, and an end of the program with a message where the
    entry gives an error code.

    **Preconditions**
    - C1: the callee is a `kernel.entry` of the module.
    - C2: one size and one array as the entry has them; an array's rank, element type and static dimensions are the entry's.

    **Example**

    ```mlir
    kernel.call @seqmix_scale sizes(%T) arrays(%x, %y) : memref<?x16xf32>, memref<?x16xf32, strided<[32, 1], offset: ?>>
    ```

    Created by `seqmix-derive` from `seq.apply`, removed by the target.
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<Index>:$sizes, Variadic<AnyStridedMemRef>:$arrays);
  let assemblyFormat = "$callee `sizes` `(` $sizes `)` `arrays` `(` $arrays `)` attr-dict `:` type($arrays)";
}

#endif // SEQMIX_DIALECTS_KERNEL_OPS_CALL_TD
