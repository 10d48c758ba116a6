//===- Position.td - Where a tile lies -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_STREAM_OPS_POSITION_TD
#define SEQMIX_DIALECTS_STREAM_OPS_POSITION_TD

include "dialects/Stream/ops/Base.td"

def Stream_PositionOp : Stream_Op<"position", [Pure]> {
  let summary = "the position of the tile's first element along an axis of the loop";
  let description = [{
    **Preconditions.** C1: a parallel axis of the enclosing loop, or its stream axis inside `classify` and `absorb`.

    **Example**

    ```mlir
    %i = stream.position "T"
    ```
  }];
  let arguments = (ins StrAttr:$axis);
  let results = (outs Index:$result);
  let assemblyFormat = "$axis attr-dict";
  let hasVerifier = 1;
}

def Stream_ExtentOp : Stream_Op<"extent", [Pure]> {
  let summary = "the size of an axis of the loop";
  let description = [{
    **Preconditions.** C1: a parallel axis or the stream axis of the enclosing loop.

    **Example**

    ```mlir
    %n = stream.extent "S"
    ```
  }];
  let arguments = (ins StrAttr:$axis);
  let results = (outs Index:$result);
  let assemblyFormat = "$axis attr-dict";
  let hasVerifier = 1;
}

def Stream_OriginOp : Stream_Op<"origin", [Pure]> {
  let summary = "where the sequence at hand begins in arrays";
  let description = [{
    Tiles are loaded relative to it; who reads a single element of an array adds it.

    **Preconditions.** C1: inside a stream.loop with `segments`.

    **Example**

    ```mlir
    %first = stream.origin
    ```
  }];
  let results = (outs Index:$result);
  let assemblyFormat = "attr-dict";
  let hasVerifier = 1;
}

#endif // SEQMIX_DIALECTS_STREAM_OPS_POSITION_TD
