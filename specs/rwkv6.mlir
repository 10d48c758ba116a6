// RWKV-6 (Peng et al., 2024; arXiv 2404.05892, eq. 18, 19): read before the write, with a bonus for the current token.
//   o = (S + diag(u) k vᵀ)ᵀ r;  S ← diag(e^w) S + k vᵀ
seq.operator @rwkv6 params(K = 128, V = 128, E = bf16) sizes(B, T, H)
    (%r: [B, T, H, K] x E, %k: [B, T, H, K] x E {fan_in = "K"}, %v: [B, T, H, V] x E, %w: [B, T, H, K] {nonpositive},
     %u: [H, K], %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%rt: [K] = %r : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %wt: [K] = %w : [B, T, H, K], %ut: [K] = %u : [H, K])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %uk = seq.mul %ut, %kt : [K], [K]
    %ukv = seq.mul %uk, %vt : [K], [V]
    %Su = seq.add %S, %ukv : [K, V], [K, V]
    %y = seq.dot %Su, %rt over ["K"] : [K, V], [K]
    %a = seq.exp %wt : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
