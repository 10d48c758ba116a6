// LSTM (Hochreiter and Schmidhuber, 1997; gates as in Gers, Schmidhuber, Cummins, 2000): x holds the input's part of the four gates.
//   p = x + r h (i, f, g, o);  c ← σ(f) c + σ(i) tanh(g);  h ← σ(o) tanh(c);  y = h
// J is D under a second name: r maps the D of the state before to the D of each gate.
seq.operator @lstm params(D = 128, J = D, GATES = 4, E = bf16) sizes(B, T)
    (%x: [B, T, GATES, D] x E, %r: [GATES, D, J] x E {fan_in = "J"}, %h0: [B, D], %c0: [B, D])
    -> (y: [B, T, D] x E, h: [B, D], c: [B, D]) {
  %y, %hn, %cn = seq.recurrence over "T"
      (%xt: [GATES, D] = %x : [B, T, GATES, D] x E, %w: [GATES, D, J] = %r : [GATES, D, J] x E)
      carry(%h: [D] = %h0 : [B, D], %c: [D] = %c0 : [B, D]) -> ([B, T, D], [B, D], [B, D]) {
    %hj = seq.rename %h "D" to "J" : [D]
    %rh = seq.dot %w, %hj over ["J"] : [GATES, D, J], [J]
    %p = seq.add %xt, %rh : [GATES, D], [GATES, D]
    %pi = seq.slice %p "GATES" at 0 : [GATES, D]
    %pf = seq.slice %p "GATES" at 1 : [GATES, D]
    %pg = seq.slice %p "GATES" at 2 : [GATES, D]
    %po = seq.slice %p "GATES" at 3 : [GATES, D]
    %i = seq.sigmoid %pi : [D]
    %f = seq.sigmoid %pf : [D]
    %g = seq.tanh %pg : [D]
    %o = seq.sigmoid %po : [D]
    %fc = seq.mul %f, %c : [D], [D]
    %ig = seq.mul %i, %g : [D], [D]
    %c1 = seq.add %fc, %ig : [D], [D]
    %tc = seq.tanh %c1 : [D]
    %h1 = seq.mul %o, %tc : [D], [D]
    seq.yield carry(%h1, %c1 : [D], [D]) out(%h1 : [D])
  }
  seq.return %y, %hn, %cn : [B, T, D], [B, D], [B, D]
}
