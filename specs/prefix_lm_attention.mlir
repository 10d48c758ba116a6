// Prefix-LM attention (Raffel et al., 2020; arXiv 1910.10683, figure 4): causal, but every query reads the whole prefix.
//   query i reads key j if j ≤ i or j < prefix
seq.operator @prefix_lm_attention params(K = 128, V = 128, E = bf16) sizes(B, T, S = T, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E,
     %prefix: [B] x i32 {integer = [0, "S"]}) -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      seq.yield out(%t : [])
    } mask(%b, %h, %i, %j) {
      %m = seq.le %j, %i : [] x index, [] x index
      %p = seq.at %prefix[%b] : [B] x i32
      %in = seq.lt %j, %p : [] x index, [] x index
      %either = seq.or %m, %in : [] x i1, [] x i1
      seq.yield out(%either : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
