// Numbers that are none: √v is NaN where v < 0, and stays so through the larger and the smaller, but not through a choice.
seq.operator @nan params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %g: [B, T, H] {nonpositive}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, p: [B, T, H, V] x E, r: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %p, %r, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [] = %g : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, T, H, V], [B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    %root = seq.sqrt %vt : [V]
    %max = seq.max %root, %y : [V], [V]
    %min = seq.min %y, %root : [V], [V]
    %zero = seq.constant 0.0 : []
    %positive = seq.gt %vt, %zero : [V], []
    %choice = seq.select %positive, %root, %y : [V] x i1, [V], [V]
    seq.yield carry(%S2 : [K, V]) out(%max, %min, %choice : [V], [V], [V])
  }
  seq.return %o, %p, %r, %s : [B, T, H, V], [B, T, H, V], [B, T, H, V], [B, H, K, V]
}
