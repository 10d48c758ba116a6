// Gates that are sigmoids: S ← diag(σ(f)) S + k vᵀ;  o = σ(z) ∘ Sᵀq.
seq.operator @sigmoid_gates params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %f: [B, T, H, K] x E {normal = [0.0, 20.0]},
     %z: [B, T, H, V] x E, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %ft: [K] = %f : [B, T, H, K] x E, %zt: [V] = %z : [B, T, H, V] x E)
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.sigmoid %ft : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %r = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    %gate = seq.sigmoid %zt : [V]
    %y = seq.mul %r, %gate : [V], [V]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
