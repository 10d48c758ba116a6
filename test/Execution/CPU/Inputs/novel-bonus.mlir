// Read before the write, with a bonus for the current token: o = (S + (u∘k) vᵀ)ᵀ r;  S ← diag(e^g) S + k vᵀ.
seq.operator @bonus params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%r: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %g: [B, T, H, K] {nonpositive}, %u: [H, K],
     %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%rt: [K] = %r : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [K] = %g : [B, T, H, K], %ut: [K] = %u : [H, K])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %uk = seq.mul %ut, %kt : [K], [K]
    %ukv = seq.mul %uk, %vt : [K], [V]
    %side = seq.add %S, %ukv : [K, V], [K, V]
    %y = seq.dot %side, %rt over ["K"] : [K, V], [K]
    %a = seq.exp %gt : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
