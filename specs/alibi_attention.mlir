// ALiBi (Press, Smith, Lewis, 2021; arXiv 2108.12409, section 3): a penalty linear in the distance, a slope a head.
//   s_ij = K^-1/2 q_i·k_j + slope (j − i), j ≤ i
seq.operator @alibi_attention params(K = 128, V = 128, E = bf16) sizes(B, T, S = T, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E,
     %slopes: [H] {range = [0.0, 0.5]}) -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      %slope = seq.at %slopes[%h] : [H]
      %d = seq.sub %j, %i : [] x index, [] x index
      %dr = seq.to_real %d : [] x index
      %bias = seq.mul %slope, %dr : [], []
      %sb = seq.add %t, %bias : [], []
      seq.yield out(%sb : [])
    } mask(%b, %h, %i, %j) {
      %m = seq.le %j, %i : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
