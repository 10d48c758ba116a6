// One sequence, no batch and no heads; the gate is a function of the key.  S ← diag(1 / (1 + e^{k})) S + k vᵀ.
seq.operator @no_heads params(K = 24, V = 40, E = f32) sizes(T)
    (%q: [T, K] x E, %k: [T, K] x E, %v: [T, V] x E, %s0: [K, V]) -> (o: [T, V] x E, s: [K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [T, K] x E, %kt: [K] = %k : [T, K] x E, %vt: [V] = %v : [T, V] x E)
      carry(%S: [K, V] = %s0 : [K, V]) -> ([T, V], [K, V]) {
    %n = seq.neg %kt : [K]
    %a = seq.sigmoid %n : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [T, V], [K, V]
}
