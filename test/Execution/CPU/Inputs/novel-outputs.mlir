// Outputs that are not linear in what was read, and one that reads nothing:
//   o = tanh(Sᵀq) ∘ Sᵀk;  p = v;  m = max(Sᵀq, v);  S ← e^g S + k vᵀ.
seq.operator @outputs params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %g: [B, T, H] {nonpositive}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, p: [B, T, H, V] x E, m: [B, T, H, V], s: [B, H, K, V]) {
  %o, %p, %m, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [] = %g : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, T, H, V], [B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %r = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    %t = seq.tanh %r : [V]
    %r2 = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    %y = seq.mul %t, %r2 : [V], [V]
    %max = seq.max %r, %vt : [V], [V]
    seq.yield carry(%S2 : [K, V]) out(%y, %vt, %max : [V], [V], [V])
  }
  seq.return %o, %p, %m, %s : [B, T, H, V], [B, T, H, V], [B, T, H, V], [B, H, K, V]
}
