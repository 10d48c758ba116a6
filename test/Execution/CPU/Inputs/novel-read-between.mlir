// Read at every point of the step: before all, after the first of two decays, after both, after the write.
seq.operator @read_between params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %g: [B, T, H] {nonpositive},
     %h: [B, T, H, K] {nonpositive}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, p: [B, T, H, V] x E, r: [B, T, H, V] x E, w: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %p, %r, %w, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [] = %g : [B, T, H], %ht: [K] = %h : [B, T, H, K])
      carry(%S: [K, V] = %s0 : [B, H, K, V])
      -> ([B, T, H, V], [B, T, H, V], [B, T, H, V], [B, T, H, V], [B, H, K, V]) {
    %y0 = seq.dot %S, %qt over ["K"] : [K, V], [K]
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %y1 = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    %b = seq.exp %ht : [K]
    %S2 = seq.mul %S1, %b : [K, V], [K]
    %y2 = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S3 = seq.add %S2, %kv : [K, V], [K, V]
    %y3 = seq.dot %S3, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S3 : [K, V]) out(%y0, %y1, %y2, %y3 : [V], [V], [V], [V])
  }
  seq.return %o, %p, %r, %w, %s : [B, T, H, V], [B, T, H, V], [B, T, H, V], [B, T, H, V], [B, H, K, V]
}
