// Sliding-window attention (Beltagy, Peters, Cohan, 2020; arXiv 2004.05150, section 3.1), causal: the last W keys.
//   o_i = Σ_{j ≤ i, i − j < W} softmax_j(K^-1/2 q_i·k_j) v_j
seq.operator @sliding_window_attention params(K = 128, V = 128, W = 1024, E = bf16) sizes(B, T, S = T, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E) -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      seq.yield out(%t : [])
    } mask(%b, %h, %i, %j) {
      %m = seq.le %j, %i : [] x index, [] x index
      %d = seq.sub %i, %j : [] x index, [] x index
      %w = seq.size "W"
      %near = seq.lt %d, %w : [] x index, [] x index
      %both = seq.and %m, %near : [] x i1, [] x i1
      seq.yield out(%both : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
