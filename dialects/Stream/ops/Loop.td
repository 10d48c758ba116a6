//===- Loop.td - The stream with a carry -----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_STREAM_OPS_LOOP_TD
#define SEQMIX_DIALECTS_STREAM_OPS_LOOP_TD

include "dialects/Stream/ops/Base.td"

def Stream_LoopOp : Stream_Op<"loop", [AttrSizedOperandSegments, SingleBlock, NoTerminator,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "streams over one axis, in parallel over others";
  let description = [{
    For every tile of the parallel axes: `init` makes the carry from the
    resident tiles; `absorb` takes each tile of the stream axis in order, gives
    the next carry and a tile of each streamed result; `finish` gives a tile of each final result.

    **Axes.** `parallel_axes` with `parallel_tiles`, `stream_axis` with
    `stream_tile`, and the sizes as operands. An axis with tile 1 is a *point*: tiles have no
    dimension for it. An axis of an array that is none of these is whole and static.
    An axis that divides a parallel axis (`divides` of the enclosing entry) is a point, at that axis's index over the ratio.

    **Groups.** With `tile 32 group 8` a task takes 8 consecutive tiles of the axis: each has a carry of its own and is
    classified on its own, but what is streamed past them is loaded once for all. This is a schedule; it does not change what is computed.

    **Tiles.** A tile of an array has, in the array's order, its tiled and its
    whole axes, and the array's element type. Past the end of an axis a loaded
    tile is 0, and nothing is stored.

    **Segments.** With `segments (N of [T, S] at %offsets)` the axes in the list hold one sequence after the other, N of
    them, and each is streamed on its own: sequence n is at positions from offsets[n] to offsets[n + 1], both limited
    to the axis's size and not decreasing. For the tasks at n, tiles, positions and extents along these axes are
    relative to the sequence, and loads pad and stores clip at its end. A tile of a parallel axis of these
    belongs to one sequence. `stream.origin` is where the sequence begins.

    **Regions.** Block arguments:
    | region | arguments | yields |
    | --- | --- | --- |
    | `range` (may be empty) | – | first and end position of the stream axis that can matter |
    | `classify` (may be empty) | – | whether any element of the tile matters, whether all do |
    | `init` | resident tiles | the carry |
    | `absorb` | carry, resident tiles, streamed tiles | the carry, streamed result tiles |
    | `absorb_full` (may be empty) | as `absorb` | as `absorb`; used for tiles where all elements matter and which lie within all sizes |
    | `finish` | carry, resident tiles | final result tiles |

    **Preconditions**
    - C1: as many tiles and sizes as parallel axes; tiles are positive; no axis is named twice. There are no groups or
      one a parallel axis, of which at most one is above 1, on an axis with a tile above 1; none is below 1.
    - C2: `axes` has one list an array: resident, streamed, streamed results, final results, in that order; a list
      names each dimension, and a dimension that is whole is static.
    - C3: block arguments and yielded values have the types above; the carry's types are the same everywhere.
    - C4: streamed arrays and streamed results have the stream axis; resident arrays and final results do not.
    - C5: with `classify` there are no streamed results.
    - C6: `segments` names a parallel axis with tile 1, and then other axes of the loop, the stream axis and at most one more; no list
      of `axes` has the first beside one of the others; the offsets are a memref of rank 1 of i32.

    **Example**: docs/Tour.md shows real ones.

    Created by Derive; `seqmix-lower-stream` of Tile removes it.
  }];
  let arguments = (ins
    StrArrayAttr:$parallel_axes, DenseI64ArrayAttr:$parallel_tiles, StrAttr:$stream_axis, I64Attr:$stream_tile,
    ArrayAttr:$axes, OptionalAttr<DenseI64ArrayAttr>:$parallel_groups, OptionalAttr<StrAttr>:$segment_axis, OptionalAttr<StrArrayAttr>:$segmented_axes,
    Variadic<Index>:$parallel_sizes, Index:$stream_size,
    Variadic<AnyMemRef>:$resident, Variadic<AnyMemRef>:$streamed,
    Variadic<AnyMemRef>:$streamed_results, Variadic<AnyMemRef>:$final_results,
    Optional<AnyMemRef>:$offsets);
  let regions = (region MaxSizedRegion<1>:$range, MaxSizedRegion<1>:$classify, SizedRegion<1>:$init,
    SizedRegion<1>:$absorb, MaxSizedRegion<1>:$absorb_full, SizedRegion<1>:$finish);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The names of the axes of an array, by its position among resident, streamed, streamed results, final results.
    ::mlir::ArrayAttr getAxesOf(unsigned array);
    /// The tile of an axis: a parallel or the stream axis's tile, 1 for one that divides a parallel axis, 0 if it is whole.
    int64_t getTileOf(::llvm::StringRef axis);
    /// How many consecutive tiles of a parallel axis, by its number, a task takes.
    int64_t getGroup(unsigned parallelAxis);
    /// The parallel axis of which a task takes several tiles, if there is one.
    std::optional<unsigned> getGroupedAxis();
    /// Whether another position along an axis of the loop is another tile of an array.
    bool movesAlong(unsigned array, ::llvm::StringRef axis) { return movesAlong(getAxesOf(array), axis); }
    bool movesAlong(::mlir::ArrayAttr axes, ::llvm::StringRef axis);
    /// The type of the tile of an array.
    ::mlir::RankedTensorType getTileType(unsigned array);
    ::mlir::RankedTensorType getTileType(::mlir::MemRefType array, ::mlir::ArrayAttr axes);
    /// The array axes that are dimensions of its tile, in order.
    ::llvm::SmallVector<int64_t> getTileDims(unsigned array);
    ::llvm::SmallVector<int64_t> getTileDims(::mlir::ArrayAttr axes);
    /// All arrays, in the order of `axes`.
    ::llvm::SmallVector<::mlir::Value> getArrays();
    ::mlir::TypeRange getCarryTypes();
    /// Whether an axis, of the loop or of an array, holds sequences one after the other.
    bool isSegmented(::llvm::StringRef axis);
  }];
}

def Stream_YieldOp : Stream_Op<"yield", [Terminator, Pure, HasParent<"LoopOp">]> {
  let summary = "ends a region of a loop";
  let description = [{
    **Example**

    ```mlir
    stream.yield %S, %o : tensor<128x128xf32>, tensor<64x128xf32>
    ```
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

#endif // SEQMIX_DIALECTS_STREAM_OPS_LOOP_TD
