//===- StreamDialect.td - A stream of tiles with a carry -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_STREAM_STREAMDIALECT_TD
#define SEQMIX_DIALECTS_STREAM_STREAMDIALECT_TD

include "mlir/IR/OpBase.td"

def Stream_Dialect : Dialect {
  let name = "stream";
  let cppNamespace = "::seqmix::stream";
  let summary = "parallel axes, streamed tiles, and a carry from tile to tile";
  let description = [{
    Every sequence mixer reads tiles of a sequence in order and carries a value
    from tile to tile: attention carries (accumulator, max, sum) over key
    tiles, a linear recurrence its state over chunks of tokens, any other
    recurrence its state over single tokens. `stream.loop` is that and nothing
    else. Tile bodies are `linalg` on tensors of static shape with scalars of
    `arith` and `math`, plus the few tile ops here that an upstream op cannot say.

    No threads, no pointers and no instructions here.
  }];
}

#endif // SEQMIX_DIALECTS_STREAM_STREAMDIALECT_TD
