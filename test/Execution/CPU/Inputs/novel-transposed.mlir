// The roles of the two axes exchanged: S ← S diag(e^h);  S ← S + β (k − S v) vᵀ;  o = S q, a vector over K.
seq.operator @transposed params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, V] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E {unit = "V"}, %h: [B, T, H, V] {nonpositive},
     %beta: [B, T, H] {range = [0.0, 1.0]}, %s0: [B, H, K, V])
    -> (o: [B, T, H, K] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [V] = %q : [B, T, H, V] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %ht: [V] = %h : [B, T, H, V], %bt: [] = %beta : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, K], [B, H, K, V]) {
    %a = seq.exp %ht : [V]
    %S1 = seq.mul %S, %a : [K, V], [V]
    %p = seq.dot %S1, %vt over ["V"] : [K, V], [V]
    %e = seq.sub %kt, %p : [K], [K]
    %w = seq.mul %e, %bt : [K], []
    %wv = seq.mul %w, %vt : [K], [V]
    %S2 = seq.add %S1, %wv : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["V"] : [K, V], [V]
    seq.yield carry(%S2 : [K, V]) out(%y : [K])
  }
  seq.return %o, %s : [B, T, H, K], [B, H, K, V]
}
