// One write from two reads, before and after the decay: S ← diag(e^g) S + k (v − β Sᵀc − γ (diag(e^g) S)ᵀd)ᵀ.
seq.operator @two_reads params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E {unit = "K"}, %c: [B, T, H, K] x E {unit = "K"},
     %d: [B, T, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E, %g: [B, T, H, K] {range = [-1.0, -0.2]},
     %beta: [B, T, H] {range = [0.0, 0.5]}, %gamma: [B, T, H] {range = [0.0, 0.5]}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %ct: [K] = %c : [B, T, H, K] x E,
       %dt: [K] = %d : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E, %gt: [K] = %g : [B, T, H, K],
       %bt: [] = %beta : [B, T, H], %yt: [] = %gamma : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %p = seq.dot %S, %ct over ["K"] : [K, V], [K]
    %pb = seq.mul %p, %bt : [V], []
    %a = seq.exp %gt : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %r = seq.dot %S1, %dt over ["K"] : [K, V], [K]
    %ry = seq.mul %yt, %r : [], [V]
    %both = seq.add %pb, %ry : [V], [V]
    %w = seq.sub %vt, %both : [V], [V]
    %kw = seq.mul %kt, %w : [K], [V]
    %S2 = seq.add %S1, %kw : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
