// A layer of a model as one module: projections, a mixer, a projection back and a residual.
// Two heads of 32 channels; any number of tokens.

// The mixer is an operator like those in specs/. Its state decays and is corrected by the delta rule:
//   S ← e^g S;  S ← S + k (v − Sᵀk)ᵀ;  o = Sᵀq
seq.operator @mixer params(K = 32, V = 32) sizes(B, T, H)
    (%q: [B, T, H, K], %k: [B, T, H, K], %v: [B, T, H, V], %g: [B, T, H], %s0: [B, H, K, V])
    -> (o: [B, T, H, V], s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K], %kt: [K] = %k : [B, T, H, K], %vt: [V] = %v : [B, T, H, V], %gt: [] = %g : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %p = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %w = seq.mul %kt, %e : [K], [V]
    %S2 = seq.add %S1, %w : [K, V], [K, V]
    %r = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%r : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}

// A projection to heads: [T, 64] times [64, 64], as [1, T, 2, 32].
func.func private @project(%x: tensor<?x64xf32>, %w: tensor<64x64xf32>) -> tensor<1x?x2x32xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %T = tensor.dim %x, %c0 : tensor<?x64xf32>
  %empty = tensor.empty(%T) : tensor<?x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x64xf32>) -> tensor<?x64xf32>
  %y = linalg.matmul ins(%x, %w : tensor<?x64xf32>, tensor<64x64xf32>) outs(%init : tensor<?x64xf32>) -> tensor<?x64xf32>
  %heads = tensor.expand_shape %y [[0, 1], [2, 3]] output_shape [1, %T, 2, 32] : tensor<?x64xf32> into tensor<1x?x2x32xf32>
  return %heads : tensor<1x?x2x32xf32>
}

// out = x + mixer(x Wq, x Wk, x Wv, −|x Wg|, state) Wo; the state of the mixer is carried on in its buffer.
func.func @layer(%x_buffer: memref<?x64xf32>, %wq_buffer: memref<64x64xf32>, %wk_buffer: memref<64x64xf32>,
                 %wv_buffer: memref<64x64xf32>, %wg_buffer: memref<64x2xf32>, %wo_buffer: memref<64x64xf32>,
                 %state_buffer: memref<1x2x32x32xf32>, %out_buffer: memref<?x64xf32>)
    attributes {llvm.emit_c_interface} {
  %x = bufferization.to_tensor %x_buffer restrict : memref<?x64xf32> to tensor<?x64xf32>
  %wq = bufferization.to_tensor %wq_buffer restrict : memref<64x64xf32> to tensor<64x64xf32>
  %wk = bufferization.to_tensor %wk_buffer restrict : memref<64x64xf32> to tensor<64x64xf32>
  %wv = bufferization.to_tensor %wv_buffer restrict : memref<64x64xf32> to tensor<64x64xf32>
  %wg = bufferization.to_tensor %wg_buffer restrict : memref<64x2xf32> to tensor<64x2xf32>
  %wo = bufferization.to_tensor %wo_buffer restrict : memref<64x64xf32> to tensor<64x64xf32>
  %state = bufferization.to_tensor %state_buffer restrict writable : memref<1x2x32x32xf32> to tensor<1x2x32x32xf32>

  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %T = tensor.dim %x, %c0 : tensor<?x64xf32>

  %q = call @project(%x, %wq) : (tensor<?x64xf32>, tensor<64x64xf32>) -> tensor<1x?x2x32xf32>
  %k = call @project(%x, %wk) : (tensor<?x64xf32>, tensor<64x64xf32>) -> tensor<1x?x2x32xf32>
  %v = call @project(%x, %wv) : (tensor<?x64xf32>, tensor<64x64xf32>) -> tensor<1x?x2x32xf32>

  // A log gate a head, at most 0.
  %gate_empty = tensor.empty(%T) : tensor<?x2xf32>
  %gate_init = linalg.fill ins(%zero : f32) outs(%gate_empty : tensor<?x2xf32>) -> tensor<?x2xf32>
  %logits = linalg.matmul ins(%x, %wg : tensor<?x64xf32>, tensor<64x2xf32>) outs(%gate_init : tensor<?x2xf32>) -> tensor<?x2xf32>
  %gates = linalg.generic {indexing_maps = [affine_map<(t, h) -> (t, h)>, affine_map<(t, h) -> (t, h)>],
                           iterator_types = ["parallel", "parallel"]}
      ins(%logits : tensor<?x2xf32>) outs(%gate_empty : tensor<?x2xf32>) {
  ^bb0(%logit: f32, %unused: f32):
    %size = math.absf %logit : f32
    %gate = arith.negf %size : f32
    linalg.yield %gate : f32
  } -> tensor<?x2xf32>
  %g = tensor.expand_shape %gates [[0, 1], [2]] output_shape [1, %T, 2] : tensor<?x2xf32> into tensor<1x?x2xf32>

  // The mixer. Its final state is given the buffer of its initial state.
  %o_init = tensor.empty(%T) : tensor<1x?x2x32xf32>
  %o, %s = seq.apply @mixer
      ins(%q, %k, %v, %g, %state : tensor<1x?x2x32xf32>, tensor<1x?x2x32xf32>, tensor<1x?x2x32xf32>, tensor<1x?x2xf32>,
                                   tensor<1x2x32x32xf32>)
      outs(%o_init, %state : tensor<1x?x2x32xf32>, tensor<1x2x32x32xf32>)
      -> tensor<1x?x2x32xf32>, tensor<1x2x32x32xf32>

  // Back to the model's channels, on top of x.
  %mixed = tensor.collapse_shape %o [[0, 1], [2, 3]] : tensor<1x?x2x32xf32> into tensor<?x64xf32>
  %out = linalg.matmul ins(%mixed, %wo : tensor<?x64xf32>, tensor<64x64xf32>) outs(%x : tensor<?x64xf32>) -> tensor<?x64xf32>

  bufferization.materialize_in_destination %s in restrict writable %state_buffer : (tensor<1x2x32x32xf32>, memref<1x2x32x32xf32>) -> ()
  bufferization.materialize_in_destination %out in restrict writable %out_buffer : (tensor<?x64xf32>, memref<?x64xf32>) -> ()
  return
}
