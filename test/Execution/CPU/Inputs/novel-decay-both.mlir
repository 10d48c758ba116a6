// Gates on both sides: S ← diag(e^g) S diag(e^h) + k vᵀ;  o = Sᵀq.
seq.operator @decay_both params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %g: [B, T, H, K] {nonpositive},
     %h: [B, T, H, V] {nonpositive}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [K] = %g : [B, T, H, K], %ht: [V] = %h : [B, T, H, V])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : [K]
    %b = seq.exp %ht : [V]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %S2 = seq.mul %b, %S1 : [V], [K, V]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S3 = seq.add %kv, %S2 : [K, V], [K, V]
    %y = seq.dot %S3, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S3 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
