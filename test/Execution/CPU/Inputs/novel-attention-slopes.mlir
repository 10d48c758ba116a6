// A bias that grows with the distance, of a slope a head, causal: s + slope_h (j − i).
seq.operator @slopes params(K = 24, V = 40, E = f32) sizes(B, T, S = T, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E,
     %slopes: [H] {range = [0.0, 1.0]})
    -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      %m = seq.at %slopes[%h] : [H]
      %d = seq.sub %j, %i : [] x index, [] x index
      %dr = seq.to_real %d : [] x index
      %bias = seq.mul %m, %dr : [], []
      %u = seq.add %t, %bias : [], []
      seq.yield out(%u : [])
    } mask(%b, %h, %i, %j) {
      %causal = seq.le %j, %i : [] x index, [] x index
      seq.yield out(%causal : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
