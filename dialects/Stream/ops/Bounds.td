//===- Bounds.td - Between what the elements of a tile lie -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_STREAM_OPS_BOUNDS_TD
#define SEQMIX_DIALECTS_STREAM_OPS_BOUNDS_TD

include "dialects/Stream/ops/Base.td"

def Stream_BoundsOp : Stream_Op<"bounds", [AllTypesMatch<["low", "high"]>]> {
  let summary = "the least and the greatest element of a tile";
  let description = [{
    Of the tile of an array at the loop's current positions, as `axes` says how the array lies (see stream.loop). Elements
    past the end of an axis of the loop do not count. If one of the others is NaN, both results are. Without any element
    the results are not specified.

    What `range` and `classify` know of data: intervals of it, as positions give intervals of tokens.

    **Preconditions**
    - C1: inside `range` or `classify` of a stream.loop; inside `range` without the stream axis.
    - C2: `axes` names each dimension of the array, and a dimension that is whole is static.
    - C3: the results are of index where elements are i32, of f32 where they are floats.

    **Example**

    ```mlir
    %low, %high = stream.bounds %doc ["B", "S"] : memref<?x?xi32, strided<[?, 1]>> -> index
    ```

    Created by Derive; `seqmix-lower-stream` of Tile removes it.
  }];
  let arguments = (ins Arg<AnyMemRef, "", [MemRead]>:$array, StrArrayAttr:$axes);
  let results = (outs AnyTypeOf<[Index, F32]>:$low, AnyTypeOf<[Index, F32]>:$high);
  let assemblyFormat = "$array $axes attr-dict `:` type($array) `->` type($low)";
  let hasVerifier = 1;
}

#endif // SEQMIX_DIALECTS_STREAM_OPS_BOUNDS_TD
