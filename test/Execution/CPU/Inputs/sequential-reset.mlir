// Not affine by construction: tokens of the first kind empty the state, which is read along both axes.
seq.operator @reset params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %kind: [B, T] x i32 {integer = [0, 5]}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, p: [B, T, H, K] x E, s: [B, H, K, V]) {
  %o, %p, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %kindt: [] x index = %kind : [B, T] x i32)
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, T, H, K], [B, H, K, V]) {
    %zero = seq.constant 0 : [] x index
    %empty = seq.constant 0.0 : [K, V]
    %first = seq.eq %kindt, %zero : [] x index, [] x index
    %S1 = seq.select %first, %empty, %S : [] x i1, [K, V], [K, V]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    %z = seq.dot %S2, %vt over ["V"] : [K, V], [V]
    seq.yield carry(%S2 : [K, V]) out(%y, %z : [V], [K])
  }
  seq.return %o, %p, %s : [B, T, H, V], [B, T, H, K], [B, H, K, V]
}
