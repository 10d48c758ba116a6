// Two erases a token, both of the decayed state before either: S ← e^g S;  S ← S + k₁ (v₁ − Sᵀk₁)ᵀ / 2 + k₂ (v₂ − Sᵀk₂)ᵀ / 2 of one S;  o = Sᵀq.
seq.operator @together params(K = 16, V = 24, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E {unit = "K"}, %l: [B, T, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E, %w: [B, T, H, V] x E,
     %g: [B, T, H, K] {nonpositive}, %s0: [B, H, K, V]) -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %half = seq.constant 0.5 : []
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %lt: [K] = %l : [B, T, H, K] x E,
       %vt: [V] = %v : [B, T, H, V] x E, %wt: [V] = %w : [B, T, H, V] x E, %gt: [K] = %g : [B, T, H, K])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %pk = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    %pl = seq.dot %S1, %lt over ["K"] : [K, V], [K]
    %ek = seq.sub %vt, %pk : [V], [V]
    %el = seq.sub %wt, %pl : [V], [V]
    %hk = seq.mul %ek, %half : [V], []
    %hl = seq.mul %el, %half : [V], []
    %wk = seq.mul %kt, %hk : [K], [V]
    %wl = seq.mul %lt, %hl : [K], [V]
    %S2 = seq.add %S1, %wk : [K, V], [K, V]
    %S3 = seq.add %S2, %wl : [K, V], [K, V]
    %y = seq.dot %S3, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S3 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
