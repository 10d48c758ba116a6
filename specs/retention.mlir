// Retention (Sun et al., 2023; arXiv 2307.08621, eq. 6): one constant decay a head.
//   S ← e^g S + k vᵀ;  o = K^-1/2 Sᵀq
seq.operator @retention params(K = 128, V = 128, E = bf16) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E,
     %g: [H] {nonpositive}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %n = seq.param "K"
  %c = seq.rsqrt %n : []
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [] = %g : [H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %r = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    %y = seq.mul %r, %c : [V], []
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
