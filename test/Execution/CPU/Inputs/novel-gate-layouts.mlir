// Gates on both sides, stored with the sequence last, under a delta rule.
//   S ← diag(e^g) S diag(e^h);  S ← S + k (v − Sᵀk)ᵀ.
seq.operator @gate_layouts params(K = 24, V = 40, E = f32) sizes(B, T)
    (%k: [B, T, K] x E {unit = "K"}, %v: [V, T, B] x E, %g: [B, K, T] {nonpositive}, %h: [V, T, B] {nonpositive},
     %s0: [K, V])
    -> (s: [B, K, V]) {
  %s = seq.recurrence over "T"
      (%kt: [K] = %k : [B, T, K] x E, %vt: [V] = %v : [V, T, B] x E, %gt: [K] = %g : [B, K, T], %ht: [V] = %h : [V, T, B])
      carry(%S: [K, V] = %s0 : [K, V]) -> ([B, K, V]) {
    %a = seq.exp %gt : [K]
    %b = seq.exp %ht : [V]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %S2 = seq.mul %S1, %b : [K, V], [V]
    %p = seq.dot %S2, %kt over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %ke = seq.mul %kt, %e : [K], [V]
    %S3 = seq.add %S2, %ke : [K, V], [K, V]
    seq.yield carry(%S3 : [K, V])
  }
  seq.return %s : [B, K, V]
}
