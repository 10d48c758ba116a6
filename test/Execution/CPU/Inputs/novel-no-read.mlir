// Nothing reads the state but its end: y = v;  S ← diag(e^g) S + k vᵀ.
seq.operator @no_read params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %g: [B, T, H, K] {nonpositive}, %s0: [B, H, K, V])
    -> (y: [B, T, H, V] x E, s: [B, H, K, V]) {
  %y, %s = seq.recurrence over "T"
      (%kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E, %gt: [K] = %g : [B, T, H, K])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    seq.yield carry(%S2 : [K, V]) out(%vt : [V])
  }
  seq.return %y, %s : [B, T, H, V], [B, H, K, V]
}
