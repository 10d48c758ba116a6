//===- Parallel.td - Independent tasks -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_KERNEL_OPS_PARALLEL_TD
#define SEQMIX_DIALECTS_KERNEL_OPS_PARALLEL_TD

include "dialects/Kernel/ops/Base.td"

def Kernel_ParallelOp : Kernel_Op<"parallel", [SingleBlock, NoTerminator, RecursiveMemoryEffects,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "tasks that run in any order, each with its own scratch";
  let description = [{
    The body runs once at each point of the grid. Its block has one `index`
    argument a grid dimension, then the scratch: `memref<Nxi8, #kernel.memory<near>>` and
    `memref<Mxi8, #kernel.memory<far>>` (N or M may be 0). Scratch holds nothing at
    the start of a task. A CPU target runs tasks through the caller's
    parallel-for, scratch by worker; CUDA runs one block a task.

    **Preconditions.** C1: the block's arguments are as many indices as grid
    dimensions, then the two scratch arrays.

    **Example**

    ```mlir
    kernel.parallel grid(%B, %H) {
    ^bb0(%b: index, %h: index, %near: memref<4096xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    }
    ```

    Created by `seqmix-lower-stream`, removed by the targets.
  }];
  let arguments = (ins Variadic<Index>:$grid);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`grid` `(` $grid `)` attr-dict-with-keyword $body";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::BlockArgument> getIndices() { return getBody().getArguments().take_front(getGrid().size()); }
    ::mlir::BlockArgument getNear() { return getBody().getArgument(getGrid().size()); }
    ::mlir::BlockArgument getFar() { return getBody().getArgument(getGrid().size() + 1); }
  }];
}

#endif // SEQMIX_DIALECTS_KERNEL_OPS_PARALLEL_TD
