// Every operand in an order of its own; the results in others; the state transposed and shared by the batch.
seq.operator @layouts params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [T, B, H, K] x E, %k: [B, H, T, K] x E {unit = "K"}, %v: [H, T, V, B] x E, %g: [H, B, T] {nonpositive},
     %beta: [T, H] {range = [0.0, 1.0]}, %s0: [V, H, K])
    -> (o: [V, T, B, H] x E, s: [H, V, B, K]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [T, B, H, K] x E, %kt: [K] = %k : [B, H, T, K] x E, %vt: [V] = %v : [H, T, V, B] x E,
       %gt: [] = %g : [H, B, T], %bt: [] = %beta : [T, H])
      carry(%S: [V, K] = %s0 : [V, H, K]) -> ([T, B, V, H], [B, K, H, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [V, K], []
    %p = seq.dot %S1, %kt over ["K"] : [V, K], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %w = seq.mul %e, %bt : [V], []
    %kw = seq.mul %kt, %w : [K], [V]
    %S2 = seq.add %S1, %kw : [V, K], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [V, K], [K]
    seq.yield carry(%S2 : [V, K]) out(%y : [V])
  }
  seq.return %o, %s : [T, B, V, H], [B, K, H, V]
}
