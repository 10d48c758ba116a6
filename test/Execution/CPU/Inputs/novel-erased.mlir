// Erases alone, under decay, until of the state hardly anything is left: most of what a chunk adds to the faded state takes it away.
seq.operator @erased params(K = 16, V = 16, E = f32) sizes(T, H)
    (%dt: [T, H] x E {range = [0.1, 0.5]}, %k: [T, H, K] x E {unit = "K"}, %beta: [T, H] {range = [0.0, 1.0]}, %s0: [H, K, V]) -> (s: [H, K, V]) {
  %s = seq.recurrence over "T" (%d: [] = %dt : [T, H] x E, %kt: [K] = %k : [T, H, K] x E, %b: [] = %beta : [T, H])
      carry(%S: [K, V] = %s0 : [H, K, V]) -> ([H, K, V]) {
    %g = seq.neg %d : []
    %a = seq.exp %g : []
    %S1 = seq.mul %S, %a : [K, V], []
    %p = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    %w = seq.mul %p, %b : [V], []
    %kw = seq.mul %kt, %w : [K], [V]
    %S2 = seq.sub %S1, %kw : [K, V], [K, V]
    seq.yield carry(%S2 : [K, V])
  }
  seq.return %s : [H, K, V]
}
