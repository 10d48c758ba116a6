// Two delta rules a token, the second of which reads what the first wrote: one system of twice the rows.
seq.operator @two_dependent params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E, %m: [B, T, H, K] x E {unit = "K"},
     %u: [B, T, H, V] x E, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %mt: [K] = %m : [B, T, H, K] x E, %ut: [V] = %u : [B, T, H, V] x E)
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %p = seq.dot %S, %kt over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %ke = seq.mul %kt, %e : [K], [V]
    %S1 = seq.add %S, %ke : [K, V], [K, V]
    %p2 = seq.dot %S1, %mt over ["K"] : [K, V], [K]
    %e2 = seq.sub %ut, %p2 : [V], [V]
    %me = seq.mul %mt, %e2 : [K], [V]
    %S2 = seq.add %S1, %me : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
