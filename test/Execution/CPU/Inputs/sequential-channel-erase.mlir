// Affine, but not in a form that is solved: how much is erased varies along the value channels.  S ← S + k (b ∘ (v − Sᵀk))ᵀ.
seq.operator @channel_erase params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E, %b: [B, T, H, V] x E {range = [0.0, 1.0]},
     %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %bt: [V] = %b : [B, T, H, V] x E)
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %p = seq.dot %S, %kt over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %w = seq.mul %e, %bt : [V], [V]
    %kw = seq.mul %kt, %w : [K], [V]
    %S1 = seq.add %S, %kw : [K, V], [K, V]
    %y = seq.dot %S1, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
