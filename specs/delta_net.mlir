// DeltaNet (Schlag, Irie, Schmidhuber, 2021; arXiv 2102.11174, eq. 23; chunkwise in arXiv 2406.06484).
//   S ← S + k β (v − Sᵀk)ᵀ;  o = K^-1/2 Sᵀq
seq.operator @delta_net params(K = 128, V = 128, E = bf16) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E,
     %beta: [B, T, H] {range = [0.0, 1.0]}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %n = seq.param "K"
  %c = seq.rsqrt %n : []
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %bt: [] = %beta : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %p = seq.dot %S, %kt over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %w = seq.mul %e, %bt : [V], []
    %kw = seq.mul %kt, %w : [K], [V]
    %S2 = seq.add %S, %kw : [K, V], [K, V]
    %r = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    %y = seq.mul %r, %c : [V], []
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
