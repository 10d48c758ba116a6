//===- Passes.td - From what is computed to a stream of tiles --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DERIVE_PASSES_TD
#define SEQMIX_DERIVE_PASSES_TD

include "mlir/Pass/PassBase.td"

def SetParams : Pass<"seqmix-set-params", "::mlir::ModuleOp"> {
  let summary = "fixes the parameters of operators";
  let description = [{
    1. Gives each parameter named in `params` its value; the others keep the default of the spec.
    2. Resolves parameters that equal another one.
    3. Replaces type parameters by their type everywhere in the operator.

    A name that no operator has, a value that is not positive or not an element
    type are errors.

    Before `--seqmix-set-params="params=K=64,E=f32"`:

    ```mlir
    seq.operator @scale params(K = 128, E = bf16) sizes(T) (%x: [T, K] x E) -> (y: [T, K] x E) { … }
    ```

    After:

    ```mlir
    seq.operator @scale params(K = 64, E = f32) sizes(T) (%x: [T, K]) -> (y: [T, K]) { … }
    ```
  }];
  let options = [ListOption<"params", "params", "std::string", "Values, as NAME=VALUE">];
  let dependentDialects = ["::seqmix::seq::SeqDialect"];
}

def UnrollSubsteps : Pass<"seqmix-unroll-substeps", "::mlir::ModuleOp"> {
  let summary = "replaces sub-steps by one copy of their region each";
  let description = [{
    A `seq.substeps` over an axis of n elements becomes n copies of its region,
    each on the slices of the inputs at its index and on the states that the copy
    before left. Needs the parameters set.

    Before (R = 2):

    ```mlir
    %S2 = seq.substeps over "R" (%kr: [K] = %k : [R, K]) carry(%S: [K, V] = %S1 : [K, V]) -> ([K, V]) { f }
    ```

    After:

    ```mlir
    %k0 = seq.slice %k "R" at 0 : [R, K]
    f(%k0, %S1) giving %Sa
    %k1 = seq.slice %k "R" at 1 : [R, K]
    f(%k1, %Sa) giving %S2
    ```
  }];
  let dependentDialects = ["::seqmix::seq::SeqDialect"];
}

def AnalyzeStep : Pass<"seqmix-analyze-step", "::mlir::ModuleOp"> {
  let summary = "says of each recurrence which affine form its step has, or why it has none";
  let description = [{
    Emits a remark at each `seq.recurrence`; where the step is not affine, a
    note at the op that prevents it. Changes nothing.
  }];
}

def DeriveForms : Pass<"seqmix-derive", "::mlir::ModuleOp"> {
  let summary = "replaces each operator by its derived forms, one kernel.entry each";
  let description = [{
    For an operator with one `seq.recurrence`:
    - `seqmix_<name>`: the chunkwise form if the step is affine in its state,
      else the sequential form (`form` can ask for one; asking for `chunkwise` where there is none is an error);
    - `seqmix_<name>_step`: the step form, one token.

    For an operator with one `seq.attention`: `seqmix_<name>`, a stream over key tiles.

    Elementwise ops of the operator's body before or after the mixer go into the
    tiles that need them.

    Every `seq.apply` of an operator, which by then must stand on buffers, becomes
    a `kernel.call` of `seqmix_<name>`, or of `seqmix_<name>_step` where its arrays
    say that there is one token; sizes that have to agree and are not static are
    asserted before it. Afterwards no `seq` op is left.

    Before:

    ```mlir
    seq.apply @decay ins(%x, %a : memref<1x?x4x128xf32>, memref<1x?x4xf32>) outs(%y : memref<1x?x4x128xf32>)
    ```

    After:

    ```mlir
    cf.assert %same, "seq.apply @decay: a differs from x in the size T"
    kernel.call @seqmix_decay sizes(%c1, %T, %c4) arrays(%x, %a, %y) : memref<1x?x4x128xf32>, …
    ```

    With `packed` the sequence axis holds sequences of different lengths one after the other (docs/ABI.md): the batch is 1,
    arrays that have it without the sequence have the number of sequences instead, and an operand `cu_seqlens` says
    where each begins. The loop runs over segments. There is no step form then: one token a sequence is a case of the other.

    With `split` above 1 the keys of attention are cut into at most so many parts, of at least 256 keys each, a multiple of a
    tile. One loop streams over each part on its own and leaves the carry in memory (`memref.alloc`), a second one merges the
    carries of the parts in their order. Results do not depend on how many parts run at a time.

    A recurrence in its chunkwise form is cut into at most so many parts, of at least 256 tokens each, a multiple of a chunk. A
    loop runs each part from a state that holds nothing and leaves what the part writes and its map of the state; a second one
    streams over the parts and gives each the state it begins with; a third one runs each part from there. Carries that need
    other carries come in the first two loops of their own, after those. `value-tile` does not share out a split recurrence.
    With `packed` each sequence is cut by its own length. Another form than chunkwise, a map with a matrix for each value
    channel, and attention over packed sequences are errors.

    It does not fuse (`seqmix-fuse-elementwise`) and does not place tiles (Tile).
  }];
  let options = [
    Option<"form", "form", "std::string", "\"auto\"", "auto, chunkwise, sequential or step">,
    Option<"chunk", "chunk", "int64_t", "0",
      "tokens a chunk: 16 to 256, a multiple of 16; 0 takes the wish of the spec, or else 64">,
    Option<"packed", "packed", "bool", "false", "sequences are packed">,
    Option<"split", "split", "int64_t", "1", "parts of a sequence at most">,
    Option<"valueTile", "value-tile", "int64_t", "0", "value channels a task takes; 0 takes all">,
    Option<"queryTile", "query-tile", "int64_t", "64", "queries a tile">,
    Option<"queryGroup", "query-group", "int64_t", "1", "tiles of queries a task takes, past which keys are streamed once">,
    Option<"keyTile", "key-tile", "int64_t", "64", "keys a tile">
  ];
  let dependentDialects = ["::seqmix::kernel::KernelDialect", "::seqmix::stream::StreamDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect", "::mlir::memref::MemRefDialect",
    "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect", "::mlir::math::MathDialect"];
}

def FuseElementwise : Pass<"seqmix-fuse-elementwise", "::mlir::ModuleOp"> {
  let summary = "fuses elementwise work on tiles into what uses it";
  let description = [{
    Upstream's fusion of `linalg.generic` with this choice: a producer is fused
    into its consumer if that is its only one, or if what it gives is no number
    (positions, truth values), which is never worth a tile of its own. A
    function such as e^x stays out of a consumer with more axes, which would
    compute it again along each of them.

    A tile that is widened is sliced, padded and put into others before it is:
    what computes with a part then reads it narrow.

    Before:

    ```mlir
    %a = linalg.generic … ins(%g) { math.exp }
    %b = linalg.generic … ins(%a, %k) { arith.mulf }
    ```

    After:

    ```mlir
    %b = linalg.generic … ins(%g, %k) { math.exp; arith.mulf }
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def CountCosts : Pass<"seqmix-count-costs", "::seqmix::kernel::EntryOp"> {
  let summary = "says what an entry computes and moves, as formulas of the run-time sizes";
  let description = [{
    Adds two sentences to the `report` of an entry for each `stream.loop`: how many tasks there are, of how many steps, with what one step and
    one task compute; and what one task reads, writes and carries. All other numbers are products of these. `first(T)` is where the task's tile of T begins. An axis that is no size of the entry, such as that
    of parts, stands by its name, and a sentence says how long it is.

    - *Multiply-adds*: matrix products and sums of products. Of a triangle of scores the whole square counts, as matrix units compute
      it; of a `stream.solve` the substitution, C (C − 1) / 2 rows.
    - *Functions*: exponentials, roots, divisions and the like, by name. Gates on a tile op cost an exponential a pair of rows where a
      token has one gate, else two an element of the gates.
    - *Bytes* are those of whole tiles of operands and results: less at the end of an axis, and what tasks share is counted in each.

    Additions, comparisons and moves between tiles are not counted. Nothing else changes.

    Before:

    ```mlir
    kernel.entry @seqmix_f attributes {form = "chunkwise", report = ["affine in its state: …"], …}
    ```

    After:

    ```mlir
    kernel.entry @seqmix_f attributes {form = "chunkwise", report = ["affine in its state: …",
      "cost: B*H tasks of ceil(T/64) steps; a step: 4718592 multiply-adds, 129 exp",
      "memory: a task reads 65536 bytes and 768 for each of T, writes 65536 bytes and 256 for each of T; its carry takes 65536 bytes"], …}
    ```
  }];
}

#endif // SEQMIX_DERIVE_PASSES_TD
