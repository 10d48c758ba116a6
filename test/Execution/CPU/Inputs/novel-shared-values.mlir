// Heads share values, and groups of another size share keys and the gate: head h reads v of h / (H/HV), k of h / (H/HK).
seq.operator @shared_values params(K = 24, V = 40, E = f32) sizes(B, T, H, HV divides H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, T, HK, K] x E, %v: [B, T, HV, V] x E, %g: [B, T, HK, K] {nonpositive}, %s0: [B, HV, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, HK, K] x E, %vt: [V] = %v : [B, T, HV, V] x E,
       %gt: [K] = %g : [B, T, HK, K])
      carry(%S: [K, V] = %s0 : [B, HV, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
