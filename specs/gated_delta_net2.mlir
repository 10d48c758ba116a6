// Gated DeltaNet 2: the delta rule with an erase strength a key channel and a write strength a value channel.
//   S ← diag(e^g) S;  S ← S + k (w∘v − Sᵀ(b∘k))ᵀ;  o = K^-1/2 Sᵀq
seq.operator @gated_delta_net2 params(K = 128, V = 128, E = bf16) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E,
     %g: [B, T, H, K] {nonpositive}, %b: [B, T, H, K] x E {range = [0.0, 1.0]}, %w: [B, T, H, V] {range = [0.0, 1.0]},
     %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %n = seq.param "K"
  %c = seq.rsqrt %n : []
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [K] = %g : [B, T, H, K], %bt: [K] = %b : [B, T, H, K] x E, %wt: [V] = %w : [B, T, H, V])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %bk = seq.mul %bt, %kt : [K], [K]
    %p = seq.dot %S1, %bk over ["K"] : [K, V], [K]
    %wv = seq.mul %wt, %vt : [V], [V]
    %e = seq.sub %wv, %p : [V], [V]
    %ke = seq.mul %kt, %e : [K], [V]
    %S2 = seq.add %S1, %ke : [K, V], [K, V]
    %r = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    %y = seq.mul %r, %c : [V], []
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
