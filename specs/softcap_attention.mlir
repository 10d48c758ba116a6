// Causal attention with capped scores (Gemma Team, 2024; arXiv 2408.00118, section 2).
//   s_ij = 30 tanh(K^-1/2 q_i·k_j / 30), j ≤ i
seq.operator @softcap_attention params(K = 128, V = 128, E = bf16) sizes(B, T, S = T, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E) -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      %cap = seq.constant 30.0 : []
      %u = seq.div %t, %cap : [], []
      %th = seq.tanh %u : []
      %capped = seq.mul %cap, %th : [], []
      seq.yield out(%capped : [])
    } mask(%b, %h, %i, %j) {
      %m = seq.le %j, %i : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
