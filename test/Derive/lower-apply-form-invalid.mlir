// RUN: seqmix-opt %s --seqmix-derive=form=step -verify-diagnostics

// Where only the step is asked for, nothing takes several tokens.
// expected-note @+1 {{the operator is here}}
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

func.func @f(%x: memref<1x8x2x4xf32>, %a: memref<1x8x2xf32>, %s: memref<1x2x4xf32>, %y: memref<1x8x2x4xf32>) {
  // expected-error @+1 {{expected a form for any sizes, found none that was derived; leave the form to the compiler}}
  seq.apply @decay ins(%x, %a, %s : memref<1x8x2x4xf32>, memref<1x8x2xf32>, memref<1x2x4xf32>)
                   outs(%y, %s : memref<1x8x2x4xf32>, memref<1x2x4xf32>)
  return
}
