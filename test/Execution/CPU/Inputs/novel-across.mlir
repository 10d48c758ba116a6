// Erases over K and reads over V, with decays along both: S ← diag(e^g) S diag(e^h);  S ← S + k (v − Sᵀk)ᵀ / 2;  o = S u, o' = S''u of the state before.
seq.operator @across params(K = 24, V = 16, E = f32) sizes(B, T, H)
    (%u: [B, T, H, V] x E, %k: [B, T, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E, %g: [B, T, H, K] {nonpositive}, %h: [B, T, H, V] {nonpositive},
     %a: [B, T, H] {nonpositive}, %s0: [B, H, K, V]) -> (o: [B, T, H, K] x E, p: [B, T, H, K] x E, s: [B, H, K, V]) {
  %half = seq.constant 0.5 : []
  %o, %p, %s = seq.recurrence over "T"
      (%ut: [V] = %u : [B, T, H, V] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [K] = %g : [B, T, H, K], %ht: [V] = %h : [B, T, H, V], %at: [] = %a : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, K], [B, T, H, K], [B, H, K, V]) {
    %before = seq.dot %S, %ut over ["V"] : [K, V], [V]
    %eg = seq.exp %gt : [K]
    %eh = seq.exp %ht : [V]
    %ea = seq.exp %at : []
    %S1 = seq.mul %S, %eg : [K, V], [K]
    %S2 = seq.mul %S1, %eh : [K, V], [V]
    %S3 = seq.mul %S2, %ea : [K, V], []
    %pk = seq.dot %S3, %kt over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %pk : [V], [V]
    %w = seq.mul %e, %half : [V], []
    %kw = seq.mul %kt, %w : [K], [V]
    %S4 = seq.add %S3, %kw : [K, V], [K, V]
    %y = seq.dot %S4, %ut over ["V"] : [K, V], [V]
    seq.yield carry(%S4 : [K, V]) out(%y, %before : [K], [K])
  }
  seq.return %o, %p, %s : [B, T, H, K], [B, T, H, K], [B, H, K, V]
}
