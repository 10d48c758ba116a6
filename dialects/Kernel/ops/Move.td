//===- Move.td - Moving tiles between arrays and scratch -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_KERNEL_OPS_MOVE_TD
#define SEQMIX_DIALECTS_KERNEL_OPS_MOVE_TD

include "dialects/Kernel/ops/Base.td"
include "mlir/IR/BuiltinTypeInterfaces.td"

def Kernel_LoadOp : Kernel_Op<"load"> {
  let summary = "copies a tile of an array into scratch, padding with zero";
  let description = [{
    Tile dimension d lies along array axis `dims[d]`. Element (i…) of the tile is
    the array's element at `offsets`, plus i_d along `dims[d]`; it is 0 where
    that lies at or past the array's size. An offset on an axis that is no tile dimension is in range.
    The tile's element type may be wider than the array's (bf16 → f32, i32 → index is not done: i32 stays i32).

    **Preconditions**
    - C1: one offset an array axis; one entry of `dims` a tile dimension, ascending, in range.
    - C2: element types are equal, or the array's is a narrower float than the tile's.
    - C3: the tile's shape is static.

    **Example**

    ```mlir
    kernel.load %q[%b, %t, %h, %c0] dims [1, 3] into %tile
        : memref<?x?x?x128xbf16, strided<[?, ?, ?, 1]>>, memref<64x128xf32, #kernel.memory<near>>
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "", [MemRead]>:$array, Variadic<Index>:$offsets, Arg<AnyMemRef, "", [MemWrite]>:$tile, DenseI64ArrayAttr:$dims);
  let assemblyFormat = "$array `[` $offsets `]` `dims` $dims `into` $tile attr-dict `:` type($array) `,` type($tile)";
  let hasVerifier = 1;
}

def Kernel_StoreOp : Kernel_Op<"store"> {
  let summary = "copies a tile from scratch into an array, clipped to the array";
  let description = [{
    The reverse of `kernel.load`: elements at or past the array's size are not
    written; a wider tile element rounds to nearest even.

    **Preconditions.** As for `kernel.load`.

    **Example**

    ```mlir
    kernel.store %tile into %o[%b, %t, %h, %c0] dims [1, 3]
        : memref<64x128xf32, #kernel.memory<near>>, memref<?x?x?x128xbf16, strided<[?, ?, ?, 1]>>
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "", [MemRead]>:$tile, Arg<AnyMemRef, "", [MemWrite]>:$array, Variadic<Index>:$offsets, DenseI64ArrayAttr:$dims);
  let assemblyFormat = "$tile `into` $array `[` $offsets `]` `dims` $dims attr-dict `:` type($tile) `,` type($array)";
  let hasVerifier = 1;
}

def Kernel_PrefetchOp : Kernel_Op<"prefetch", [
    MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "asks for a tile of an array ahead of its load";
  let description = [{
    Computes nothing: a target may bring what `kernel.load` of a tile of this shape would read nearer to the core, or do nothing. What lies
    past the end of the array is not touched.

    **Preconditions.** As for `kernel.load`, of a tile of `shape`.

    **Example**

    ```mlir
    kernel.prefetch %q[%b, %t, %h, %c0] dims [1, 3] shape [16, 128] : memref<?x?x?x128xbf16, strided<[?, ?, ?, 1]>>
    ```
  }];
  let arguments = (ins AnyMemRef:$array, Variadic<Index>:$offsets, DenseI64ArrayAttr:$dims, DenseI64ArrayAttr:$shape);
  let assemblyFormat = "$array `[` $offsets `]` `dims` $dims `shape` $shape attr-dict `:` type($array)";
  let hasVerifier = 1;
}

#endif // SEQMIX_DIALECTS_KERNEL_OPS_MOVE_TD
