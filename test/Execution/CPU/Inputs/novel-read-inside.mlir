// A read that has seen a gate on the value channels and the write after it, but not the gates that follow.
//   S' = S diag(e^h) + k vᵀ;  o = S'ᵀ q;  p = S'ᵀ k;  S ← diag(e^g) S' diag(σ(f)).
seq.operator @read_inside params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %h: [B, T, H, V] {nonpositive},
     %g: [B, T, H, K] {nonpositive}, %f: [B, T, H, V] x E, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, p: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %p, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %ht: [V] = %h : [B, T, H, V], %gt: [K] = %g : [B, T, H, K], %ft: [V] = %f : [B, T, H, V] x E)
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, T, H, V], [B, H, K, V]) {
    %b = seq.exp %ht : [V]
    %S1 = seq.mul %S, %b : [K, V], [V]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    %z = seq.dot %S2, %kt over ["K"] : [K, V], [K]
    %a = seq.exp %gt : [K]
    %S3 = seq.mul %S2, %a : [K, V], [K]
    %c = seq.sigmoid %ft : [V]
    %S4 = seq.mul %S3, %c : [K, V], [V]
    seq.yield carry(%S4 : [K, V]) out(%y, %z : [V], [V])
  }
  seq.return %o, %p, %s : [B, T, H, V], [B, T, H, V], [B, H, K, V]
}
