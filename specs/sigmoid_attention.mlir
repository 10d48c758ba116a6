// Sigmoid attention (Ramapuram et al., 2024; arXiv 2409.04431, eq. 3), causal: no normalisation over keys.
//   o_i = Σ_{j ≤ i} σ(K^-1/2 q_i·k_j − ln S) v_j
seq.operator @sigmoid_attention params(K = 128, V = 128, E = bf16) sizes(B, T, S = T, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E) -> (o: [B, T, H, V] x E) {
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "sigmoid" -> ([B, T, H, V])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      %size = seq.size "S"
      %sr = seq.to_real %size : [] x index
      %ln = seq.log %sr : []
      %shifted = seq.sub %t, %ln : [], []
      seq.yield out(%shifted : [])
    } mask(%b, %h, %i, %j) {
      %m = seq.le %j, %i : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [B, T, H, V]
}
