//===- Layer.h - Calling the compiled layer ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef LAYER_H
#define LAYER_H

#include <cstdint>

/// How MLIR passes a memref of rank N to a function with a C interface.
template <int N> struct Buffer {
  float *allocated;
  float *data;
  int64_t offset;
  int64_t sizes[N];
  int64_t strides[N];
};

/// @layer of layer.mlir: x, the five matrices, the state, the result.
using LayerFunction = void(Buffer<2> *x, Buffer<2> *wq, Buffer<2> *wk,
                           Buffer<2> *wv, Buffer<2> *wg, Buffer<2> *wo,
                           Buffer<4> *state, Buffer<2> *out);

/// Runs the layer on some tokens, in one piece and in two that carry the state
/// on, and compares with loops in double. 0 if all agree.
int compareWithLoops(LayerFunction *layer);

#endif // LAYER_H
