//===- Tile.td - Tile ops that no upstream op can say ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_STREAM_OPS_TILE_TD
#define SEQMIX_DIALECTS_STREAM_OPS_TILE_TD

include "dialects/Stream/ops/Base.td"

/// A tile op in destination style, on tensors (one result, tied to the destination) or on memrefs (no result).
class Stream_TileOp<string mnemonic, list<Trait> traits = []> : Stream_Op<mnemonic, !listconcat(traits, [DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>])> {
  let results = (outs Variadic<AnyRankedTensor>:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutMutable(); }
  }];
}

def Stream_PadOp : Stream_TileOp<"pad"> {
  let summary = "sets what lies past the end of an axis to a value";
  let description = [{
    Copies a tile; where dimension `dim`, plus the tile's position on `axis`, is
    at or past the axis's size, the result is `value`. Keeps tails exact: a gate, a
    key or a write past the end is an identity element.

    **Preconditions.** C1: `dim` is a dimension of the tile, `axis` a tiled axis of the enclosing loop (on tensors).
    C2: source and destination have one shape.

    On memrefs the number of valid elements is the operand `valid`.

    **Example**

    ```mlir
    %g1 = stream.pad ins(%g : tensor<64xf32>) outs(%e : tensor<64xf32>) dim 0 axis "T" value 0.0 -> tensor<64xf32>
    ```
  }];
  let arguments = (ins AnyShaped:$source, Optional<Index>:$valid, AnyShaped:$out, I64Attr:$dim, StrAttr:$axis, F64Attr:$value);
  let assemblyFormat = [{`ins` `(` $source `:` type($source) `)` (`valid` `(` $valid^ `)`)? `outs` `(` $out `:` type($out) `)` `dim` $dim `axis` $axis `value` $value attr-dict
    (`->` type($result)^)?}];
}

def Stream_CumsumOp : Stream_TileOp<"cumsum"> {
  let summary = "cumulative sum of log gates along dimension 0, in float64";
  let description = [{
    out[t] = Σ_{s ≤ t} max(source[s], floor), summed in float64, so that a
    difference of two sums has no more error than an f32 gate. The floor stands
    for −∞: it is −128 in compiled code (e^−128 is 0 in f32), −1000 in the interpreter.

    With `exclusive` the sum is over s < t.

    **Preconditions.** C1: source and destination have one shape; the destination is f64.

    **Example**

    ```mlir
    %G = stream.cumsum ins(%g : tensor<64x128xf32>) outs(%e : tensor<64x128xf64>) -> tensor<64x128xf64>
    ```
  }];
  let arguments = (ins AnyShaped:$source, AnyShaped:$out, UnitAttr:$exclusive);
  let assemblyFormat = "(`exclusive` $exclusive^)? `ins` `(` $source `:` type($source) `)` `outs` `(` $out `:` type($out) `)` attr-dict (`->` type($result)^)?";
}

def Stream_CummaxOp : Stream_TileOp<"cummax"> {
  let summary = "running maximum under addends along dimension 0";
  let description = [{
    out[t] = max(out[t − 1] + a[t], b[t]), where out[−1] is `init`: a composition of maps x ↦ max(x + a, b). −∞ stands for
    nothing yet.

    With `exclusive` the result at t is what it would be at t − 1.

    **Preconditions.** C1: a, b and the destination have one shape, of rank 1; `init` has rank 0; all are f32.

    **Example**

    ```mlir
    %m = stream.cummax ins(%a, %b : tensor<64xf32>, tensor<64xf32>) init(%m0 : tensor<f32>) outs(%e : tensor<64xf32>) -> tensor<64xf32>
    ```
  }];
  let arguments = (ins AnyShaped:$a, AnyShaped:$b, AnyShaped:$init, AnyShaped:$out, UnitAttr:$exclusive);
  let assemblyFormat = [{(`exclusive` $exclusive^)? `ins` `(` $a `,` $b `:` type($a) `,` type($b) `)` `init` `(` $init `:` type($init) `)`
    `outs` `(` $out `:` type($out) `)` attr-dict (`->` type($result)^)?}];
}

def Stream_ScoresOp : Stream_TileOp<"scores", [AttrSizedOperandSegments]> {
  let summary = "products of rows under the ratio of their gates, lower triangle";
  let description = [{
    out[t, s] = Σ_d x[t, d] y[s, d] e^(a[t, d] − b[s, d]) for s < t (and s = t if
    `diagonal`), else 0. The cumulative log gates a and b, both or neither given, are C × D (a gate a
    channel) or C (a gate a token) and such that the exponents used are ≤ 0. An exponent above the diagonal is never evaluated.
    This is ⟨x, y⟩_{A,B} of docs/Algebra.md.

    With `group` R each R rows are one token's, which do not see each other: s < R ⌊t / R⌋ counts. `negative` gives −out.

    The factors, if given, are each ratio's parts: x[t, d] e^a[t, d] and y[s, d] e^−b[s, d], whose product out is wherever both are finite, or with a
    gate a token e^a[t] and e^−b[s], which scale the product of x and y. They say nothing new, but others may read them too; an expansion takes them
    where no gate comes near the limits of the type. `seqmix-factor-gates` adds them.

    **Preconditions.** C1: x and y are C × D, the destination is C × C. C2: gates are both or neither given, f64, C or C × D.
    C3: the group is a power of two up to 16 and goes without `diagonal`. C4: factors are both or neither given, and of the shape of the gates.

    **Example**

    ```mlir
    %P = stream.scores diagonal ins(%q, %k : tensor<64x128xf32>, tensor<64x128xf32>)
        gates(%G, %G : tensor<64xf64>, tensor<64xf64>) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    ```
  }];
  let arguments = (ins AnyShaped:$x, AnyShaped:$y, Variadic<AnyShaped>:$gates, Variadic<AnyShaped>:$factors, AnyShaped:$out,
    UnitAttr:$diagonal, DefaultValuedAttr<I64Attr, "1">:$group, UnitAttr:$negative);
  let assemblyFormat = [{(`negative` $negative^)? (`diagonal` $diagonal^)? (`group` $group^)? `ins` `(` $x `,` $y `:` type($x) `,` type($y) `)`
    (`gates` `(` $gates^ `:` type($gates) `)`)? (`factors` `(` $factors^ `:` type($factors) `)`)?
    `outs` `(` $out `:` type($out) `)` attr-dict (`->` type($result)^)?}];
}

def Stream_ApplyOp : Stream_TileOp<"apply"> {
  let summary = "a lower triangular matrix times rows, under the ratio of gates on the rows' columns";
  let description = [{
    out[t, v] += Σ_{s ≤ t} p[t, s] e^(a[t, v] − b[s, v]) x[s, v], with p lower triangular (entries above the diagonal are 0 and
    their exponents never evaluated). This is P ⊛ X of docs/Algebra.md. Without gates a matrix product says it.

    **Preconditions.** C1: p is C × C, x and the destination are C × V. C2: two gates, f64, C × V.

    **Example**

    ```mlir
    %O = stream.apply ins(%P, %W : tensor<64x64xf32>, tensor<64x128xf32>)
        gates(%H, %H : tensor<64x128xf64>, tensor<64x128xf64>) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
    ```
  }];
  let arguments = (ins AnyShaped:$p, AnyShaped:$x, Variadic<AnyShaped>:$gates, AnyShaped:$out);
  let assemblyFormat = [{`ins` `(` $p `,` $x `:` type($p) `,` type($x) `)` `gates` `(` $gates `:` type($gates) `)`
    `outs` `(` $out `:` type($out) `)` attr-dict (`->` type($result)^)?}];
}

def Stream_SolveOp : Stream_TileOp<"solve"> {
  let summary = "solves a unit lower triangular system";
  let description = [{
    out = (I + N)⁻¹ R, with N strictly lower triangular (other entries are not
    read), by substitution: out[t] = R[t] − Σ_{s < t} N[t, s] out[s]. With gates a
    and b (C × V, exponents used ≤ 0) the sum is Σ N[t, s] e^(a[t, v] − b[s, v]) out[s, v].

    The destination may be the right-hand side's buffer.

    **Preconditions.** C1: N is C × C, R and the destination are C × V. C2: gates are both or neither given, f64, C × V.

    **Example**

    ```mlir
    %W = stream.solve ins(%N, %R : tensor<64x64xf32>, tensor<64x128xf32>) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
    ```
  }];
  let arguments = (ins AnyShaped:$n, AnyShaped:$r, Variadic<AnyShaped>:$gates, AnyShaped:$out);
  let assemblyFormat = [{`ins` `(` $n `,` $r `:` type($n) `,` type($r) `)` (`gates` `(` $gates^ `:` type($gates) `)`)?
    `outs` `(` $out `:` type($out) `)` attr-dict (`->` type($result)^)?}];
}

#endif // SEQMIX_DIALECTS_STREAM_OPS_TILE_TD
