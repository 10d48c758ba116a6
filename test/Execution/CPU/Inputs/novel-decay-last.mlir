// The decay comes after the write: S ← diag(e^g) (S + k vᵀ);  o reads between the two, and after both.
seq.operator @decay_last params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %g: [B, T, H, K] {nonpositive}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, p: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %p, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [K] = %g : [B, T, H, K])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, T, H, V], [B, H, K, V]) {
    %kv = seq.mul %kt, %vt : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    %y = seq.dot %S1, %qt over ["K"] : [K, V], [K]
    %a = seq.exp %gt : [K]
    %S2 = seq.mul %S1, %a : [K, V], [K]
    %z = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y, %z : [V], [V])
  }
  seq.return %o, %p, %s : [B, T, H, V], [B, T, H, V], [B, H, K, V]
}
