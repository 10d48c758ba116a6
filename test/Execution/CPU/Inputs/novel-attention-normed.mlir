// Queries and keys of norm 1 under a temperature a head; the output under a gate, causal.
seq.operator @normed params(K = 24, V = 40, E = f32) sizes(B, T, S = T, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E,
     %temperature: [H] {range = [0.5, 4.0]}, %z: [B, T, H, V] x E)
    -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %q2 = seq.mul %q, %q : [B, T, H, K] x E, [B, T, H, K] x E
  %qs = seq.sum %q2 over ["K"] : [B, T, H, K]
  %qi = seq.rsqrt %qs : [B, T, H]
  %qt = seq.mul %qi, %temperature : [B, T, H], [H]
  %qn = seq.mul %q, %qt : [B, T, H, K] x E, [B, T, H]
  %k2 = seq.mul %k, %k : [B, S, HK, K] x E, [B, S, HK, K] x E
  %ks = seq.sum %k2 over ["K"] : [B, S, HK, K]
  %ki = seq.rsqrt %ks : [B, S, HK]
  %kn = seq.mul %k, %ki : [B, S, HK, K] x E, [B, S, HK]
  %o, %lse = seq.attention over "T", "S" query(%qn : [B, T, H, K]) key(%kn : [B, S, HK, K])
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    mask(%b, %h, %i, %j) {
      %causal = seq.le %j, %i : [] x index, [] x index
      seq.yield out(%causal : [] x i1)
    }
  %gate = seq.sigmoid %z : [B, T, H, V] x E
  %y = seq.mul %o, %gate : [B, T, H, V], [B, T, H, V]
  seq.return %y, %lse : [B, T, H, V], [B, T, H]
}
