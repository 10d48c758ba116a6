// The vector that erases is not the key: S ← e^g S;  S ← S + k β (v − Sᵀc)ᵀ;  o = Sᵀq.
seq.operator @erase_other params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E {unit = "K"}, %c: [B, T, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E,
     %g: [B, T, H] {nonpositive}, %beta: [B, T, H] {range = [0.0, 0.5]}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %ct: [K] = %c : [B, T, H, K] x E,
       %vt: [V] = %v : [B, T, H, V] x E, %gt: [] = %g : [B, T, H], %bt: [] = %beta : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %p = seq.dot %S1, %ct over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %w = seq.mul %e, %bt : [V], []
    %kw = seq.mul %kt, %w : [K], [V]
    %S2 = seq.add %S1, %kw : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
