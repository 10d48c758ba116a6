//===- Passes.td - Passes from streams to tile programs --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TILE_PASSES_TD
#define SEQMIX_TILE_PASSES_TD

include "mlir/Pass/PassBase.td"

// In the order in which they run.

def RepeatElementwise : Pass<"seqmix-repeat-elementwise", "::seqmix::kernel::EntryOp"> {
  let summary = "computes what is cheap where it is read, rather than keep it";
  let description = [{
    An elementwise op of one or two additions or products that reads one tile as
    large as its result moves into each op that reads the result: they
    read the one tile instead of the other, and nobody writes it. So a state
    that decays before it is read and written is read where it lies.

    Before:

    ```mlir
    %decayed = linalg.generic … ins(%state, %a) outs(%empty) { arith.mulf }
    %read = linalg.generic … ins(%decayed, %key) outs(%zero) { arith.mulf, arith.addf }
    %next = linalg.generic … ins(%decayed, %key, %value) outs(%empty) { arith.mulf, arith.addf }
    ```

    After:

    ```mlir
    %read = linalg.generic … ins(%state, %a, %key) outs(%zero) { arith.mulf, arith.mulf, arith.addf }
    %next = linalg.generic … ins(%state, %a, %key, %value) outs(%empty) { arith.mulf, arith.mulf, arith.addf }
    ```

    A result that anything but a `linalg.generic` reads stays.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def FuseReductions : Pass<"seqmix-fuse-reductions", "::seqmix::kernel::EntryOp"> {
  let summary = "reduces elements where they are computed";
  let description = [{
    For targets that work on a tile row by row: an elementwise op and the first
    op that reduces its result become one op with both results, so that a row is
    reduced while it is in registers.

    Before:

    ```mlir
    %e = linalg.generic … iterator_types = ["parallel", "parallel"] ins(%s) outs(%empty) { math.exp }
    %sum = linalg.generic … iterator_types = ["parallel", "reduction"] ins(%e) outs(%zero) { arith.addf }
    ```

    After:

    ```mlir
    %e, %sum = linalg.generic … iterator_types = ["parallel", "reduction"] ins(%s) outs(%empty, %zero) { math.exp, arith.addf }
    ```

    The elements are an output along the reduction too: each point writes its
    own. The reduction may have its loops in another order: it takes the
    elements'. An elementwise result that is read before the reduction stays as it is.
  }];
}

def FactorGates : Pass<"seqmix-factor-gates", "::seqmix::kernel::EntryOp"> {
  let summary = "gives scores the factors that their gates fall into";
  let description = [{
    For targets on which exponentials cost more than products. The ratio in a
    `stream.scores` with gates falls into e^a on the rows of x and e^−b on those
    of y. Both become tiles of their own, operands `factors` of the op: the
    scaled rows, or with a gate a token the exponentials alone, which the product
    of the rows is scaled by.

    ```mlir
    %P = stream.scores ins(%q, %k : …) gates(%G, %G : tensor<64x128xf64>, …) outs(%e : …) -> tensor<64x64xf32>
    // becomes
    %qa = linalg.generic … ins(%q, %G) outs(…) { arith.truncf, math.exp, arith.mulf }
    %kb = linalg.generic … ins(%k, %G) outs(…) { arith.truncf, arith.negf, arith.minimumf, math.exp, arith.mulf }
    %P = stream.scores ins(%q, %k : …) gates(%G, %G : …) factors(%qa, %kb : tensor<64x128xf32>, …) outs(%e : …) -> tensor<64x64xf32>
    ```

    Rows that several scores share have one such tile, and x e^a is as often as
    not what the state is read with, so that common subexpressions are one (run
    `cse` after it). e^−b is limited to e^64; the expansion of an op whose gates
    reach further does without factors. Exponentials that rows of several tiles
    need become a tile, those of one are formed where they are used.

    A sum that decays its factors by e^(last − G), last the last row of G, takes
    those of the scores where they have the same rows. These are then e^(r − G)
    on y, with a reference r a channel: 0 where all gates are in reach of the
    factors, so that nothing changes for scores that use them; else the last
    row, which gives the sum the factor that it had.

    ```mlir
    %sum = linalg.contract … ins(%kd, %w : …) outs(%start : …)   // %kd = k e^(last − G)
    // becomes
    %own = linalg.contract … ins(%kb, %w : …) outs(%zeros : …)   // %kb = k e^(r − G)
    %sum = linalg.generic … { start + e^(last − r) own }
    ```

    Nothing changes where `product_type` is f32: the factors of a ratio near 1
    would cost it digits.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"];
}

def NarrowProducts : Pass<"seqmix-narrow-products", "::seqmix::kernel::EntryOp"> {
  let summary = "gives matrix products their factors in a narrow type";
  let description = [{
    For targets whose matrix units take bf16 or f16:
    - a tile that is widened for products (and `stream.scores`) alone goes to
      them as it is: they multiply exactly and add in f32 either way;
    - an elementwise result in f32 that only products read (or `stream.scores` as
      a factor of its gates) is rounded to bf16 where it is computed, if that is `product_type`: the product may do it
      anyway. f16 lacks the range of f32, which ratios of gates need.

    Tiles get half the size and are converted once. Run it before
    `seqmix-lower-stream`, on tensors.

    Before, with `product_type = bf16`:

    ```mlir
    %k1 = linalg.generic … ins(%k : tensor<64x128xbf16>) { arith.extf }
    %p = linalg.contract … ins(%q1, %k1 : tensor<64x128xf32>, tensor<64x128xf32>)
    ```

    After:

    ```mlir
    %p = linalg.contract … ins(%q, %k : tensor<64x128xbf16>, tensor<64x128xbf16>)
    ```

    It leaves alone what anything else reads too.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

def LowerStream : Pass<"seqmix-lower-stream", "::seqmix::kernel::EntryOp"> {
  let summary = "turns each stream.loop into tasks over tiles in memory";
  let description = [{
    1. The parallel axes become the grid of a `kernel.parallel`:
       ceil(size / tile) tasks along each. An axis that divides a parallel axis
       is read at that axis's index over the ratio.
    2. Resident tiles are loaded once, before `init` (or before `finish`, where
       only that reads them). The stream axis becomes an `scf.for` from the
       first position of `range`, rounded down to a tile, to its end; streamed
       tiles are loaded and streamed results stored in each iteration.
       `classify` becomes an `scf.if`; `absorb_full` is taken for tiles that it
       allows and that lie within all sizes.
    3. Tensors become memrefs. Bodies are straight-line, so this is a walk: a
       result takes the buffer of its destination if nothing reads that later,
       an elementwise result the buffer of an operand that dies there, and a
       value that is to be the next carry is written where the carry lives as
       soon as the old one is dead. Where none of that holds there is a copy.
       Slices are views.
    4. Conversions at the edge fold into the moves: a tile that is only ever
       widened is loaded wide, a result that is narrowed last is stored wide.
       A `stream.pad` with 0 of a loaded tile is what the load did already.

    A product that has scores as a factor is marked `kernel.lower`: the loops of
    their rows and columns. They are 0 where the second is past the first.

    Each buffer is a `memref.alloc` in the innermost region that uses it, its
    rows padded to 16 elements (the tile is a subview then). Scratch has size 0 until `seqmix-place-scratch`.

    Before:

    ```mlir
    stream.loop
        parallel (B tile 1 size %B) stream (T tile 8 size %T)
        streamed (%x [B, T, D] : memref<?x?x16xf32, strided<[?, ?, 1]>>)
        results (%y [B, T, D] : memref<?x?x16xf32, strided<[?, ?, 1]>>)
        …
    ```

    After:

    ```mlir
    kernel.parallel grid(%B) {
    ^bb0(%b: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
      scf.for %t = %c0 to %T step %c8 {
        %tile = memref.alloc() : memref<8x16xf32>
        kernel.load %x[%b, %t, %c0] dims [1, 2] into %tile : …
        …
        kernel.store %tile into %y[%b, %t, %c0] dims [1, 2] : …
      }
    }
    ```

    It does not fuse, does not choose tiles and does not expand tile ops.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def FixSizes : Pass<"seqmix-fix-sizes", "::seqmix::kernel::EntryOp"> {
  let summary = "puts the sizes that an entry requires in their place";
  let description = [{
    An entry for one token has `require = {T = 1}`, which it checks before
    anything else: uses of the size become the number, and an `scf.for` that then
    turns once is its body.

    Before: `scf.for %t = %c0 to %T step %c1 { … }`. After: the body, with 0 for `%t`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def ExpandTileOps : Pass<"seqmix-expand-tile-ops"> {
  let summary = "writes the tile ops of stream on memrefs as loops of linalg";
  let description = [{
    `stream.pad`, `cumsum`, `scores`, `apply` and `solve` on memrefs become
    scf.for over blocks of 16 rows and linalg on static views; code size does
    not depend on the tile. lib/Tile/Expand has one file an op, with its algebra.

    No exponent of a masked pair is evaluated. Differences of cumulative gates
    are formed in f64 and rounded to f32 before `math.exp`. With a gate a
    channel, the whole tile is factored around a midpoint where its gates span
    less than 80; else blocks are factored at reference rows such that every
    exponent is ≤ 0, and a diagonal block is a midpoint product where that
    block's gates span less than 80, else a sum over exponentials of differences.

    Products of scores are marked `kernel.lower = array<i64: ROWS, COLUMNS>`, two
    of their loops: nothing is needed where the second is past the first.

    A solve of a narrow `product_type` forms its products from factors split in
    two numbers of that type; what amplifies errors, the inverses of its
    diagonal blocks, is f32 always.

    Scratch that an expansion needs is a `memref.alloc` beside it, placed by
    `seqmix-place-scratch` like any other.
  }];
  let options = [
    ListOption<"keep", "keep", "std::string", "names of tile ops to leave to the target, e.g. stream.cumsum">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def ViewArrays : Pass<"seqmix-view-arrays", "::seqmix::kernel::EntryOp"> {
  let summary = "works on arrays where they lie, rather than on copies";
  let description = [{
    For targets whose arrays are memory like any other:
    1. A tile that is loaded and only read until it is overwritten becomes a
       view of the array, if it lies within the array and has the array's
       element type. Whatever overwrites it gets a buffer of its own.
    2. A tile that is stored in the end, all of it, is computed in the array. The array may be
       the same as an operand (`may_alias`), so no op may read that operand
       once the first has written the tile; that one may, elements where it writes them. A state is
       then updated in place, read once and written once.
    3. Where the last axis of an array is one of run-time size, tasks whose tiles lie within it get code of
       their own, under an `scf.if`; the others keep their copies, which pad. Where a tile is 256 wide or more and
       each of its columns is worked on alone, the others take 128 columns at a time, as many as there are, and do
       the same with those.
    4. A tile that is stored and lives on, or is stored in a narrower type, is written to the
       array by the op that computes it.

    Before:

    ```mlir
    %tile = memref.alloc() : memref<128x128xf32>
    kernel.load %s0[%b, %h, %c0, %c0] dims [2, 3] into %tile : …
    linalg.generic … ins(%tile) outs(%tile) { arith.mulf }
    kernel.store %tile into %s[%b, %h, %c0, %c0] dims [2, 3] : …
    ```

    After:

    ```mlir
    %from = memref.subview %s0[%b, %h, 0, 0] [1, 1, 128, 128] [1, 1, 1, 1] : …
    %to = memref.subview %s[%b, %h, 0, 0] [1, 1, 128, 128] [1, 1, 1, 1] : …
    linalg.generic … ins(%from) outs(%to) { arith.mulf }
    ```

    Run it on `memref.alloc`, before `seqmix-place-scratch`. Tiles with padded rows stay copies.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def BlockRows : Pass<"seqmix-block-rows", "::seqmix::kernel::EntryOp"> {
  let summary = "does consecutive ops on tiles some rows at a time";
  let description = [{
    For targets with caches: consecutive linalg ops, a product among them, each
    of which computes a row from the same row of what those before it computed
    (and from what none of them writes), become one loop over blocks of `rows`
    rows. What passes between them stays in the nearest cache, and a buffer that
    serves them alone shrinks to a block.

    Before:

    ```mlir
    %s = memref.alloc() : memref<128x64xf32>
    linalg.contract … ins(%q, %k : memref<128x128xbf16>, memref<64x128xbf16>) outs(%s : memref<128x64xf32>)
    linalg.generic … ins(%s : memref<128x64xf32>) outs(%m : memref<128xf32>) { arith.maximumf }
    ```

    After:

    ```mlir
    scf.for %row = %c0 to %c128 step %c32 {
      %q1 = memref.subview %q[%row, 0] [32, 128] [1, 1] : …
      %m1 = memref.subview %m[%row] [32] [1] : …
      %s1 = memref.alloc() : memref<32x64xf32>
      linalg.contract … ins(%q1, %k : …) outs(%s1 : memref<32x64xf32>)
      linalg.generic … ins(%s1 : memref<32x64xf32>) outs(%m1 : …) { arith.maximumf }
    }
    ```

    The loop is marked `kernel.rows`. A product of a lower triangle,
    `kernel.lower`, stays whole, as a block has no diagonal. Fewer than four blocks stay as they are. A
    target may prepare what all blocks of such a loop share, such as
    the factor %k, before the loop. Run it before `seqmix-place-scratch`.
  }];
  let options = [
    Option<"rows", "rows", "int64_t", "32", "rows of a block">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def PairTiles : Pass<"seqmix-pair-tiles", "::seqmix::kernel::EntryOp"> {
  let summary = "works on two tiles at a time, so that products of one stand beside arithmetic of the other";
  let description = [{
    For targets with a unit for matrices that works while vectors do. In a loop
    over tiles (`kernel.rows`), none of which needs what another one does, the
    list of ops of a tile with nothing masked has a product, arithmetic, and
    another product, each of which waits for the one before. Two such tiles in a
    row are done together, the second one behind:

    ```mlir
    scf.for %i = %c0 to %n step %c1 {
      scf.if %whole { contract A; generic E; contract B } else { … }
    }
    // becomes
    scf.for %i = %c0 to %n step %c2 {
      scf.if %both {
        contract A(i)
        contract A(i + 1); generic E(i)     // beside each other
        contract B(i); generic E(i + 1)     // and these
        contract B(i + 1)
      } else {
        scf.for %j = %i to %min step %c1 { … as before … }
      }
    }
    ```

    The attribute `kernel.beside` on a contraction says that it does not depend on
    the next op, nor that on it. Run it before `seqmix-place-scratch`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def PlaceWorkspace : Pass<"seqmix-place-workspace", "::seqmix::kernel::EntryOp"> {
  let summary = "gives each buffer between loops its place in the workspace";
  let description = [{
    A `memref.alloc` in the body of an entry holds what the tasks of one loop leave for those of the next. They become views
    of one `kernel.workspace`, one after the other, each on 64 bytes.

    Before:

    ```mlir
    %0 = memref.alloc(%parts, %T) : memref<?x?xf32>
    ```

    After:

    ```mlir
    %shared = kernel.workspace %bytes : memref<?xi8>
    %0 = memref.view %shared[%c0][%parts, %T] : memref<?xi8> to memref<?x?xf32>
    ```

    It reuses no memory: all of it lives as long as the entry runs. Buffers of tasks are `seqmix-place-scratch`'s.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"];
}

def PlaceScratch : Pass<"seqmix-place-scratch", "::seqmix::kernel::EntryOp"> {
  let summary = "gives each buffer of a task its place in scratch";
  let description = [{
    Numbers the ops of a `kernel.parallel`, finds the interval in which each
    `memref.alloc` is live (all of a loop, if it is allocated outside and used
    inside) and gives it the lowest offset, a multiple of 64 bytes, that no
    buffer alive at the same time covers. Buffers go to near scratch until that
    would exceed `near-bytes`, those used most often a byte first; the rest
    goes to far scratch. The scratch arguments get their sizes.

    Before: `%0 = memref.alloc() : memref<8x48xf32>`. After:

    ```mlir
    %0 = memref.view %near[%c64][] : memref<1600xi8, #kernel.memory<near>> to memref<8x48xf32, #kernel.memory<near>>
    ```

    It moves no op and knows no alias but views.
  }];
  let options = [
    Option<"nearBytes", "near-bytes", "int64_t", /*default=*/"1048576", "bytes of near scratch a task may use">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"];
}

#endif // SEQMIX_TILE_PASSES_TD
