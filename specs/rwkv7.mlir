// RWKV-7 (Peng et al., 2025; arXiv 2503.14456, eq. 1): a diagonal decay plus an erase that reads the undecayed state.
//   S ← diag(e^w) S + b (Sᵀa)ᵀ + k vᵀ;  o = Sᵀr
seq.operator @rwkv7 params(K = 128, V = 128, E = bf16) sizes(B, T, H)
    (%r: [B, T, H, K] x E, %w: [B, T, H, K] {nonpositive}, %k: [B, T, H, K] x E {fan_in = "K"}, %v: [B, T, H, V] x E,
     %a: [B, T, H, K] x E {unit = "K"}, %b: [B, T, H, K] x E {of = "a", range = [-1.0, 0.0]}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%rt: [K] = %r : [B, T, H, K] x E, %wt: [K] = %w : [B, T, H, K], %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %at: [K] = %a : [B, T, H, K] x E, %bt: [K] = %b : [B, T, H, K] x E)
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %p = seq.dot %S, %at over ["K"] : [K, V], [K]
    %d = seq.exp %wt : [K]
    %S1 = seq.mul %S, %d : [K, V], [K]
    %bp = seq.mul %bt, %p : [K], [V]
    %Sb = seq.add %S1, %bp : [K, V], [K, V]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %Sb, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %rt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
