// RUN: seqmix-opt %s | seqmix-opt | FileCheck %s
// RUN: seqmix-opt %s --mlir-print-op-generic | seqmix-opt | FileCheck %s
// RUN: seqmix-opt %s --one-shot-bufferize=bufferize-function-boundaries | FileCheck %s --check-prefix=BUFFERS

// Sizes of arrays may be static or not; parameters are static; the element type is the parameter's value.
seq.operator @sum params(K = 4, E = bf16) sizes(B, T, H, HK divides H)
    (%x: [B, T, HK, K] x E, %a: [B, T, H], %s0: [B, H, K]) -> (y: [B, T, H, K] x E, s: [B, H, K]) {
  %y, %s = seq.recurrence over "T" (%xt: [K] = %x : [B, T, HK, K] x E, %at: [] = %a : [B, T, H])
      carry(%S: [K] = %s0 : [B, H, K]) -> ([B, T, H, K], [B, H, K]) {
    %u = seq.mul %S, %at : [K], []
    %v = seq.add %u, %xt : [K], [K]
    seq.yield carry(%v : [K]) out(%v : [K])
  }
  seq.return %y, %s : [B, T, H, K], [B, H, K]
}

// CHECK-LABEL: func.func @tensors
// CHECK: seq.apply @sum ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<2x?x1x4xbf16>, tensor<2x?x3xf32>, tensor<?x3x4xf32>)
// CHECK-SAME: outs(%{{.*}}, %{{.*}} : tensor<2x?x3x4xbf16>, tensor<2x3x4xf32>) -> tensor<2x?x3x4xbf16>, tensor<2x3x4xf32>
// BUFFERS-LABEL: func.func @tensors
// BUFFERS: seq.apply @sum ins(%{{.*}} : memref<2x?x1x4xbf16, strided<[?, ?, ?, ?], offset: ?>>,
func.func @tensors(%x: tensor<2x?x1x4xbf16>, %a: tensor<2x?x3xf32>, %s0: tensor<?x3x4xf32>,
                   %y: tensor<2x?x3x4xbf16>, %s: tensor<2x3x4xf32>) -> (tensor<2x?x3x4xbf16>, tensor<2x3x4xf32>) {
  %r:2 = seq.apply @sum ins(%x, %a, %s0 : tensor<2x?x1x4xbf16>, tensor<2x?x3xf32>, tensor<?x3x4xf32>)
                        outs(%y, %s : tensor<2x?x3x4xbf16>, tensor<2x3x4xf32>) -> tensor<2x?x3x4xbf16>, tensor<2x3x4xf32>
  return %r#0, %r#1 : tensor<2x?x3x4xbf16>, tensor<2x3x4xf32>
}

// CHECK-LABEL: func.func @buffers
// CHECK: seq.apply @sum
func.func @buffers(%x: memref<1x?x1x4xbf16>, %a: memref<1x?x1xf32, strided<[?, ?, 1], offset: ?>>, %s: memref<1x1x4xf32>,
                   %y: memref<1x?x1x4xbf16>) {
  seq.apply @sum ins(%x, %a, %s : memref<1x?x1x4xbf16>, memref<1x?x1xf32, strided<[?, ?, 1], offset: ?>>, memref<1x1x4xf32>)
                 outs(%y, %s : memref<1x?x1x4xbf16>, memref<1x1x4xf32>)
  return
}

// An output that is an initial state stays in its buffer: no other buffer, no copy.
// BUFFERS-LABEL: func.func @in_place
// BUFFERS-SAME: %[[STATE:[a-z0-9]*]]: memref<1x1x4xf32
// BUFFERS-NOT: memref.alloc
// BUFFERS-NOT: memref.copy
// BUFFERS: seq.apply @sum ins(%{{.*}}, %{{.*}}, %[[STATE]] :{{.*}} outs(%{{.*}}, %[[STATE]] :
func.func @in_place(%state: tensor<1x1x4xf32> {bufferization.writable = true}, %x: tensor<1x8x1x4xbf16>, %a: tensor<1x8x1xf32>,
                    %y: tensor<1x8x1x4xbf16> {bufferization.writable = true}) -> (tensor<1x8x1x4xbf16>, tensor<1x1x4xf32>) {
  %r:2 = seq.apply @sum ins(%x, %a, %state : tensor<1x8x1x4xbf16>, tensor<1x8x1xf32>, tensor<1x1x4xf32>)
                        outs(%y, %state : tensor<1x8x1x4xbf16>, tensor<1x1x4xf32>) -> tensor<1x8x1x4xbf16>, tensor<1x1x4xf32>
  return %r#0, %r#1 : tensor<1x8x1x4xbf16>, tensor<1x1x4xf32>
}

// Unless it is needed afterwards.
// BUFFERS-LABEL: func.func @needed
// BUFFERS-SAME: %[[STATE:[a-z0-9]*]]: memref<1x1x4xf32
// BUFFERS: %[[OTHER:.*]] = memref.alloc() {{.*}}memref<1x1x4xf32>
// BUFFERS-NOT: memref.copy
// BUFFERS: seq.apply @sum ins(%{{.*}}, %{{.*}}, %[[STATE]] :{{.*}} outs(%{{.*}}, %[[OTHER]] :
func.func @needed(%state: tensor<1x1x4xf32> {bufferization.writable = true}, %x: tensor<1x8x1x4xbf16>, %a: tensor<1x8x1xf32>,
                  %y: tensor<1x8x1x4xbf16> {bufferization.writable = true}, %i: index)
    -> (tensor<1x8x1x4xbf16>, tensor<1x1x4xf32>, f32) {
  %r:2 = seq.apply @sum ins(%x, %a, %state : tensor<1x8x1x4xbf16>, tensor<1x8x1xf32>, tensor<1x1x4xf32>)
                        outs(%y, %state : tensor<1x8x1x4xbf16>, tensor<1x1x4xf32>) -> tensor<1x8x1x4xbf16>, tensor<1x1x4xf32>
  %old = tensor.extract %state[%i, %i, %i] : tensor<1x1x4xf32>
  return %r#0, %r#1, %old : tensor<1x8x1x4xbf16>, tensor<1x1x4xf32>, f32
}

// Any other operand that is an output too is read from a buffer of its own.
// BUFFERS-LABEL: func.func @not_a_state
// BUFFERS-SAME: %{{.*}}: memref<1x1x4xf32{{[^,]*}},{{.*}}%[[X:[a-z0-9]*]]: memref<1x8x1x4xbf16
// BUFFERS: %[[OTHER:.*]] = memref.alloc() {{.*}}memref<1x8x1x4xbf16>
// BUFFERS: seq.apply @sum ins(%[[X]], {{.*}} outs(%[[OTHER]],
func.func @not_a_state(%state: tensor<1x1x4xf32> {bufferization.writable = true}, %a: tensor<1x8x1xf32>,
                       %x: tensor<1x8x1x4xbf16> {bufferization.writable = true})
    -> (tensor<1x8x1x4xbf16>, tensor<1x1x4xf32>) {
  %r:2 = seq.apply @sum ins(%x, %a, %state : tensor<1x8x1x4xbf16>, tensor<1x8x1xf32>, tensor<1x1x4xf32>)
                        outs(%x, %state : tensor<1x8x1x4xbf16>, tensor<1x1x4xf32>) -> tensor<1x8x1x4xbf16>, tensor<1x1x4xf32>
  return %r#0, %r#1 : tensor<1x8x1x4xbf16>, tensor<1x1x4xf32>
}
