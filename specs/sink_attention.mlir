// Causal attention with a learned sink (Agarwal et al., 2025; arXiv 2508.10925, section 2.2): a term of the denominator without a value.
//   o_i = Σ_{j ≤ i} e^{s_ij} v_j / (e^{sink} + Σ_{j ≤ i} e^{s_ij})
seq.operator @sink_attention params(K = 128, V = 128, E = bf16) sizes(B, T, S = T, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E,
     %sink: [H]) -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "sink"(%sink : [H]) -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      seq.yield out(%t : [])
    } mask(%b, %h, %i, %j) {
      %m = seq.le %j, %i : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
