// Values and states of a size that f16 does not have, where the other operands are of it: S ← S + k β (v − Sᵀk)ᵀ;  o = Sᵀk.
seq.operator @large_values params(K = 32, V = 24, E = f32) sizes(T, H)
    (%k: [T, K] {unit = "K"}, %v: [T, H, V] {normal = [0.0, 1000000.0]}, %beta: [T, H] x E {range = [0.0, 1.0]}, %s0: [H, K, V])
    -> (o: [T, H, V], s: [H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%kt: [K] = %k : [T, K], %vt: [V] = %v : [T, H, V], %bt: [] = %beta : [T, H] x E)
      carry(%S: [K, V] = %s0 : [H, K, V]) -> ([T, H, V], [H, K, V]) {
    %p = seq.dot %S, %kt over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %w = seq.mul %e, %bt : [V], []
    %kw = seq.mul %kt, %w : [K], [V]
    %S2 = seq.add %S, %kw : [K, V], [K, V]
    %r = seq.dot %S2, %kt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%r : [V])
  }
  seq.return %o, %s : [T, H, V], [H, K, V]
}
