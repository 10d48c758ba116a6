// Work on the operands before the mixer: k of norm 1, q through silu, gates from softplus, β from a sigmoid.
//   S ← e^{−softplus(d + b_h)} S;  S ← S + k̂ β (v − Sᵀk̂)ᵀ;  o = Sᵀ silu(q).
seq.operator @prologue params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %d: [B, T, H] x E, %bias: [H], %x: [B, T, H] x E,
     %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %k2 = seq.mul %k, %k : [B, T, H, K] x E, [B, T, H, K] x E
  %n2 = seq.sum %k2 over ["K"] : [B, T, H, K]
  %eps = seq.constant 1.0e-6 : []
  %n2e = seq.add %n2, %eps : [B, T, H], []
  %inv = seq.rsqrt %n2e : [B, T, H]
  %kn = seq.mul %k, %inv : [B, T, H, K] x E, [B, T, H]
  %sq = seq.sigmoid %q : [B, T, H, K] x E
  %qs = seq.mul %q, %sq : [B, T, H, K] x E, [B, T, H, K]
  %db = seq.add %d, %bias : [B, T, H] x E, [H]
  %sp = seq.softplus %db : [B, T, H]
  %g = seq.neg %sp : [B, T, H]
  %beta = seq.sigmoid %x : [B, T, H] x E
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %qs : [B, T, H, K], %kt: [K] = %kn : [B, T, H, K], %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [] = %g : [B, T, H], %bt: [] = %beta : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %p = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %w = seq.mul %e, %bt : [V], []
    %kw = seq.mul %kt, %w : [K], [V]
    %S2 = seq.add %S1, %kw : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
