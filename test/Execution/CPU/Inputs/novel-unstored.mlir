// A final state that fades to less than f16 stores, in a result of E: it is 0 there, and right.
seq.operator @unstored params(K = 24, V = 16, E = f32) sizes(T, H)
    (%k: [T, H, K] x E {unit = "K"}, %v: [T, H, V] x E, %g: [T, H] {range = [-0.5, -0.4]}, %w: [T, H] {range = [0.0, 1.0e-9]}, %s0: [H, K, V])
    -> (s: [H, K, V] x E) {
  %s = seq.recurrence over "T" (%kt: [K] = %k : [T, H, K] x E, %vt: [V] = %v : [T, H, V] x E, %gt: [] = %g : [T, H], %wt: [] = %w : [T, H])
      carry(%S: [K, V] = %s0 : [H, K, V]) -> ([H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %wv = seq.mul %vt, %wt : [V], []
    %kv = seq.mul %kt, %wv : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    seq.yield carry(%S2 : [K, V])
  }
  seq.return %s : [H, K, V]
}
