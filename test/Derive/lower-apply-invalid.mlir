// RUN: seqmix-opt %s --seqmix-derive -split-input-file -verify-diagnostics

// Buffers first.
seq.operator @decay params(K = 4) sizes(B, T, H) (%x: [B, T, H, K], %a: [B, T, H], %s0: [B, H, K])
    -> (y: [B, T, H, K], s: [B, H, K]) {
  %y, %s = seq.recurrence over "T" (%xt: [K] = %x : [B, T, H, K], %at: [] = %a : [B, T, H])
      carry(%S: [K] = %s0 : [B, H, K]) -> ([B, T, H, K], [B, H, K]) {
    %u = seq.mul %S, %at : [K], []
    %v = seq.add %u, %xt : [K], [K]
    seq.yield carry(%v : [K]) out(%v : [K])
  }
  seq.return %y, %s : [B, T, H, K], [B, H, K]
}

func.func @f(%x: tensor<1x8x2x4xf32>, %a: tensor<1x8x2xf32>, %s: tensor<1x2x4xf32>) -> tensor<1x8x2x4xf32> {
  // expected-error @+1 {{expected buffers where an operator is derived, found tensors; run one-shot-bufferize before}}
  %r:2 = seq.apply @decay ins(%x, %a, %s : tensor<1x8x2x4xf32>, tensor<1x8x2xf32>, tensor<1x2x4xf32>)
                          outs(%x, %s : tensor<1x8x2x4xf32>, tensor<1x2x4xf32>) -> tensor<1x8x2x4xf32>, tensor<1x2x4xf32>
  return %r#0 : tensor<1x8x2x4xf32>
}

// -----

// A size of no array has no value.
seq.operator @unused params(K = 4) sizes(B, T, H, N) (%x: [B, T, H, K], %a: [B, T, H], %s0: [B, H, K])
    -> (y: [B, T, H, K], s: [B, H, K]) {
  %y, %s = seq.recurrence over "T" (%xt: [K] = %x : [B, T, H, K], %at: [] = %a : [B, T, H])
      carry(%S: [K] = %s0 : [B, H, K]) -> ([B, T, H, K], [B, H, K]) {
    %u = seq.mul %S, %at : [K], []
    %v = seq.add %u, %xt : [K], [K]
    seq.yield carry(%v : [K]) out(%v : [K])
  }
  seq.return %y, %s : [B, T, H, K], [B, H, K]
}

func.func @f(%x: memref<1x8x2x4xf32>, %a: memref<1x8x2xf32>, %s: memref<1x2x4xf32>, %y: memref<1x8x2x4xf32>) {
  // expected-error @+1 {{expected each size of @unused to be that of some array, found none for N}}
  seq.apply @unused ins(%x, %a, %s : memref<1x8x2x4xf32>, memref<1x8x2xf32>, memref<1x2x4xf32>)
                    outs(%y, %s : memref<1x8x2x4xf32>, memref<1x2x4xf32>)
  return
}
