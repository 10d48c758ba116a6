// A plain write, then a delta rule that reads it: S ← e^g S + k vᵀ;  S ← S + m β (u − Sᵀm)ᵀ;  o = Sᵀq.
seq.operator @two_writes params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %m: [B, T, H, K] x E {unit = "K"},
     %u: [B, T, H, V] x E, %g: [B, T, H] {nonpositive}, %beta: [B, T, H] {range = [0.0, 1.0]}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %mt: [K] = %m : [B, T, H, K] x E, %ut: [V] = %u : [B, T, H, V] x E, %gt: [] = %g : [B, T, H],
       %bt: [] = %beta : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %p = seq.dot %S2, %mt over ["K"] : [K, V], [K]
    %e = seq.sub %ut, %p : [V], [V]
    %w = seq.mul %e, %bt : [V], []
    %mw = seq.mul %mt, %w : [K], [V]
    %S3 = seq.add %S2, %mw : [K, V], [K, V]
    %y = seq.dot %S3, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S3 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
