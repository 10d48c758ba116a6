//===- Workspace.td - Memory that tasks of different loops share -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_KERNEL_OPS_WORKSPACE_TD
#define SEQMIX_DIALECTS_KERNEL_OPS_WORKSPACE_TD

include "dialects/Kernel/ops/Base.td"

def Kernel_WorkspaceOp : Kernel_Op<"workspace", [Pure, HasParent<"EntryOp">]> {
  let summary = "memory that all tasks of an entry share";
  let description = [{
    What the tasks of one `kernel.parallel` write for those of a later one. It comes before the tasks' own scratch in the
    caller's workspace, on 64 bytes; its size is a term of the workspace's formula.

    **Preconditions.** C1: the only one of its entry.

    **Example**

    ```mlir
    %shared = kernel.workspace %bytes : memref<?xi8>
    %sums = memref.view %shared[%c0][%parts, %T] : memref<?xi8> to memref<?x?x128xf32>
    ```

    Created by `seqmix-place-workspace`, removed by the targets.
  }];
  let arguments = (ins Index:$bytes);
  let results = (outs MemRefRankOf<[I8], [1]>:$result);
  let assemblyFormat = "$bytes attr-dict `:` type($result)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The entry's, or null.
    static WorkspaceOp find(EntryOp entry);
  }];
}

#endif // SEQMIX_DIALECTS_KERNEL_OPS_WORKSPACE_TD
