// Not in a form that is solved: a gate on the value channels comes after the delta rule.
//   S ← (S + k β (v − Sᵀk)ᵀ) diag(e^h);  o = Sᵀq.
seq.operator @late_gate params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E, %h: [B, T, H, V] {range = [-0.5, 0.0]},
     %beta: [B, T, H] {range = [0.0, 0.5]}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %ht: [V] = %h : [B, T, H, V], %bt: [] = %beta : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %p = seq.dot %S, %kt over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %w = seq.mul %e, %bt : [V], []
    %kw = seq.mul %kt, %w : [K], [V]
    %S1 = seq.add %S, %kw : [K, V], [K, V]
    %a = seq.exp %ht : [V]
    %S2 = seq.mul %S1, %a : [K, V], [V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
