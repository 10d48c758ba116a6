// Three erases of the state before the token, one of them undecayed: S ← e^g S − ⅓ Σ k_r (S'ᵀk_r)ᵀ + k vᵀ;  o = S'ᵀq, read before.
seq.operator @together_three params(K = 16, V = 24, R = 3, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, R, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E,
     %g: [B, T, H] {nonpositive}, %s0: [B, H, K, V]) -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %third = seq.constant 0.3 : []
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [R, K] = %k : [B, T, R, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E, %gt: [] = %g : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %k0 = seq.slice %kt "R" at 0 : [R, K]
    %k1 = seq.slice %kt "R" at 1 : [R, K]
    %k2 = seq.slice %kt "R" at 2 : [R, K]
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %p0 = seq.dot %S1, %k0 over ["K"] : [K, V], [K]
    %p1 = seq.dot %S1, %k1 over ["K"] : [K, V], [K]
    %p2u = seq.dot %S, %k2 over ["K"] : [K, V], [K]
    %p2 = seq.mul %p2u, %a : [V], []
    %e0 = seq.mul %p0, %third : [V], []
    %e1 = seq.mul %p1, %third : [V], []
    %e2 = seq.mul %p2, %third : [V], []
    %w0 = seq.mul %k0, %e0 : [K], [V]
    %w1 = seq.mul %k1, %e1 : [K], [V]
    %w2 = seq.mul %k2, %e2 : [K], [V]
    %S2 = seq.sub %S1, %w0 : [K, V], [K, V]
    %S3 = seq.sub %S2, %w1 : [K, V], [K, V]
    %S4 = seq.sub %S3, %w2 : [K, V], [K, V]
    %kv = seq.mul %k0, %vt : [K], [V]
    %S5 = seq.add %S4, %kv : [K, V], [K, V]
    %y = seq.dot %S1, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S5 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
