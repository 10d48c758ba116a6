// Softmax attention (Vaswani et al., 2017; arXiv 1706.03762, eq. 1), each query over all keys.
//   o_i = Σ_j softmax_j(K^-1/2 q_i·k_j) v_j
seq.operator @attention params(K = 128, V = 128, E = bf16) sizes(B, T, S, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E) -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      seq.yield out(%t : [])
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
