//===- Attention.td - Scores, a mask and a normaliser over keys ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_OPS_ATTENTION_TD
#define SEQMIX_DIALECTS_SEQ_OPS_ATTENTION_TD

include "dialects/Seq/ops/Base.td"

def Seq_AttentionOp : Seq_Op<"attention", [RecursiveMemoryEffects]> {
  let summary = "each query reads all keys through a score, a mask and a normaliser";
  let description = [{
    For every index of the *parallel axes* (the run-time axes of the query
    other than the query sequence), every query i and key j:

    - s = Σ over the shared parameter axes of query · key;
    - the score region maps (s, index on each parallel axis, i, j) to a new s;
    - the mask region maps (index on each parallel axis, i, j) to whether the
      query may read the key; without it, it may;
    - the normaliser turns the scores of the allowed keys into weights, and the
      result is the weighted sum of the values.

    The mask is apart from the score so that it can be analysed: tiles where it
    never holds are skipped, tiles where it always holds pay nothing for it.
    Both regions may read operands of the operator through `seq.at`.

    A second result, if asked for, is the logarithm of the normaliser's
    denominator. A query without an allowed key gives 0, and −inf there.

    Normalisers are classes of their own (`lib/Derive/Normalisers`), known by
    name; they may take operands over the parallel axes.

    **Preconditions**
    - C1: the query has the query sequence, key and value the key sequence, and the two names differ.
    - C2: the parameter axes of query and key are the same; at least one. They and the value are real.
    - C3: run-time axes of key and value are, besides the sequence, axes of the query, or divide one.
    - C4: the score region takes a real and the positions, and yields a real; the mask region takes the positions and yields a truth value.
    - C5: the first result is over the parallel axes, the query sequence and the value's parameter axes; the second over the parallel axes and the query sequence; both are f32.
    - C6: operands of the normaliser are over parallel axes.

    **Example**

    ```mlir
    %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
        value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
      score(%s, %b, %h, %i, %j) {
        %n = seq.param "K"
        %c = seq.rsqrt %n : []
        %t = seq.mul %s, %c : [], []
        seq.yield out(%t : [])
      } mask(%b, %h, %i, %j) {
        %m = seq.le %j, %i : [] x index, [] x index
        seq.yield out(%m : [] x i1)
      }
    ```
  }];
  let arguments = (ins StrAttr:$query_sequence, StrAttr:$key_sequence, StrAttr:$normaliser,
    Seq_Array:$query, Seq_Array:$key, Seq_Array:$value, Variadic<Seq_Array>:$normaliser_operands);
  let results = (outs Variadic<Seq_Array>:$results);
  let regions = (region MaxSizedRegion<1>:$score, MaxSizedRegion<1>:$mask);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The run-time axes of the query other than its sequence.
    ::llvm::SmallVector<::mlir::StringAttr> getParallelAxes();
    /// The parameter axes that query and key share.
    ::llvm::SmallVector<::mlir::StringAttr> getContractedAxes();
    bool hasScore() { return !getScore().empty(); }
    bool hasMask() { return !getMask().empty(); }
  }];
}

#endif // SEQMIX_DIALECTS_SEQ_OPS_ATTENTION_TD
