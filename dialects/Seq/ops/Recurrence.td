//===- Recurrence.td - A state carried from token to token -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_OPS_RECURRENCE_TD
#define SEQMIX_DIALECTS_SEQ_OPS_RECURRENCE_TD

include "dialects/Seq/ops/Base.td"

def Seq_RecurrenceOp : Seq_Op<"recurrence", [AttrSizedOperandSegments, SingleBlock, RecursiveMemoryEffects,
    ]> {
  let summary = "a step that is applied token by token, carrying a state";
  let description = [{
    The region is the step. It sees one token of every input and the state
    before it, and yields the state after it and the outputs of the token.

    It is applied separately at every index of the *parallel axes*: the
    run-time sizes, other than the sequence, that an input or a state has. What
    is left of an input inside the step are its axes that are parameters. Where
    `HK divides H` and H is a parallel axis, an input over HK is shared.

    Results: the outputs over the whole sequence, then the final states.

    `chunk = 64` in the attributes is a wish about the schedule and no part of the meaning.

    **Preconditions**
    - C1: the sequence axis is a size of the operator, and some input has it.
    - C2: no state has the sequence axis.
    - C3: the region has one argument an input, then one a state, each of the
      axes that are parameters; a real input gives f32, an i32 one positions.
    - C4: the step yields each state with the axes and kind of its argument.
    - C5: result types are parallel axes, the sequence (outputs only) and the axes of the yielded value, in any order;
      their element type is that of the yielded value.
    - C6: the sequence has one name: no operand has an axis that a rule like `S = T` makes the same.
    - C7: a wish for a chunk is a multiple of 16 from 16 to 256.

    **Example**

    ```mlir
    %o, %s = seq.recurrence over "T" (%kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E)
        carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
      %w = seq.mul %kt, %vt : [K], [V]
      %S1 = seq.add %S, %w : [K, V], [K, V]
      %y = seq.dot %S1, %kt over ["K"] : [K, V], [K]
      seq.yield carry(%S1 : [K, V]) out(%y : [V])
    }
    ```
  }];
  let arguments = (ins StrAttr:$sequence, Variadic<Seq_Array>:$inputs, Variadic<Seq_Array>:$initial);
  let results = (outs Variadic<Seq_Array>:$results);
  let regions = (region SizedRegion<1>:$step);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The run-time axes the step is applied in parallel over, groups resolved (HK counts as H).
    ::llvm::SmallVector<::mlir::StringAttr> getParallelAxes();
    ::mlir::Block &getBody() { return getStep().front(); }
    unsigned getNumOutputs() { return getNumResults() - getInitial().size(); }
    ::mlir::ValueRange getOutputs() { return getResults().take_front(getNumOutputs()); }
    ::mlir::ValueRange getFinal() { return getResults().drop_front(getNumOutputs()); }
    ::llvm::ArrayRef<::mlir::BlockArgument> getInputArgs() { return getBody().getArguments().take_front(getInputs().size()); }
    ::llvm::ArrayRef<::mlir::BlockArgument> getStateArgs() { return getBody().getArguments().drop_front(getInputs().size()); }
    YieldOp getYield();
  }];
}

def Seq_SubstepsOp : Seq_Op<"substeps", [AttrSizedOperandSegments, SingleBlock, RecursiveMemoryEffects]> {
  let summary = "several updates of a state within one token";
  let description = [{
    Applies its region for each index of a parameter axis in order: the region
    sees the inputs at that index and the state that the sub-step before left.
    The results are the states after the last.

    `seqmix-unroll-substeps` replaces it by one copy of the region an index.

    **Preconditions**
    - C1: the axis is an integer parameter, and some input has it; no state has it.
    - C2: the region has one argument an input, without the axis, then one a state.
    - C3: it yields each state with the axes and kind of its argument, and no outputs; results have the states' types.

    **Example**

    ```mlir
    %S2 = seq.substeps over "R" (%kr: [K] = %k : [R, K], %vr: [V] = %v : [R, V]) carry(%S: [K, V] = %S1 : [K, V]) -> ([K, V]) {
      %kv = seq.mul %kr, %vr : [K], [V]
      %n = seq.add %S, %kv : [K, V], [K, V]
      seq.yield carry(%n : [K, V])
    }
    ```
  }];
  let arguments = (ins StrAttr:$axis, Variadic<Seq_Array>:$inputs, Variadic<Seq_Array>:$initial);
  let results = (outs Variadic<Seq_Array>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
}

def Seq_YieldOp : Seq_Op<"yield", [Terminator, Pure, AttrSizedOperandSegments,
    ParentOneOf<["RecurrenceOp", "SubstepsOp", "AttentionOp"]>]> {
  let summary = "ends a region: next states, then outputs";
  let description = [{
    Score and mask regions yield one output and no state.

    **Example**

    ```mlir
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
    ```
  }];
  let arguments = (ins Variadic<Seq_Array>:$states, Variadic<Seq_Array>:$outputs);
  let builders = [OpBuilder<(ins), [{ }]>];
  let assemblyFormat = [{
    (`carry` `(` $states^ `:` custom<ShortTypes>(type($states)) `)`)?
    (`out` `(` $outputs^ `:` custom<ShortTypes>(type($outputs)) `)`)? attr-dict
  }];
}

#endif // SEQMIX_DIALECTS_SEQ_OPS_RECURRENCE_TD
