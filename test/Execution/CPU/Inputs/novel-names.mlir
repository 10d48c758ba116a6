// Names that something inside might take for its own.  S ← e^g S;  S ← S + k (v − Sᵀk)ᵀ;  o = Sᵀq.
seq.operator @names params(s = 24, t = 40, E = f32) sizes(B, row, S)
    (%q: [B, row, S, s] x E, %k: [B, row, S, s] x E {unit = "s"}, %v: [B, row, S, t] x E, %T: [B, row, S] {nonpositive}, %s0: [B, S, s, t])
    -> (o: [B, row, S, t] x E, last: [B, S, s, t]) {
  %o, %s = seq.recurrence over "row"
      (%qt: [s] = %q : [B, row, S, s] x E, %kt: [s] = %k : [B, row, S, s] x E, %vt: [t] = %v : [B, row, S, t] x E,
       %gt: [] = %T : [B, row, S])
      carry(%S: [s, t] = %s0 : [B, S, s, t]) -> ([B, row, S, t], [B, S, s, t]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [s, t], []
    %p = seq.dot %S1, %kt over ["s"] : [s, t], [s]
    %e = seq.sub %vt, %p : [t], [t]
    %ke = seq.mul %kt, %e : [s], [t]
    %S2 = seq.add %S1, %ke : [s, t], [s, t]
    %y = seq.dot %S2, %qt over ["s"] : [s, t], [s]
    seq.yield carry(%S2 : [s, t]) out(%y : [t])
  }
  seq.return %o, %s : [B, row, S, t], [B, S, s, t]
}
