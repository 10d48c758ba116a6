// No state goes in and none comes out: S starts at 0;  S ← e^g S + k vᵀ;  o = Sᵀq.
seq.operator @no_state params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %g: [B, T, H] {nonpositive})
    -> (o: [B, T, H, V] x E) {
  %zero = seq.constant 0.0 : [K, V]
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [] = %g : [B, T, H])
      carry(%S: [K, V] = %zero : [K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o : [B, T, H, V]
}
