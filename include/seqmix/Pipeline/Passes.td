//===- Passes.td - Passes between stages ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_PIPELINE_PASSES_TD
#define SEQMIX_PIPELINE_PASSES_TD

include "mlir/Pass/PassBase.td"

def DescribeEntries : Pass<"seqmix-describe-entries", "::mlir::ModuleOp"> {
  let summary = "asks the target how each entry is launched";
  let description = [{
    Sets `launch` of every `kernel.entry`: the workspace as a formula of the
    sizes and, for a device, the launches. The header and the manifest are
    written from it. It comes after Tile, whose program the target reads, and
    before the lowering, which consumes the program.

    Before and after, for a CPU:

    ```mlir
    kernel.entry @seqmix_copy attributes {…} { … }
    kernel.entry @seqmix_copy attributes {launch = {workspace = {mul = [4096, "workers"]}}, …} { … }
    ```

    It does not change a body.
  }];
  let options = [
    Option<"target", "target", "std::string", "\"cpu\"", "The target's name">,
    Option<"arch", "arch", "std::string", "\"\"", "The target's architecture; empty means its default">,
  ];
}

#endif // SEQMIX_PIPELINE_PASSES_TD
