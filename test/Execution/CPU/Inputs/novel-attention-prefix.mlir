// A prefix that all queries read, of a length a sequence, causal after it: j ≤ i or j < prefix_b.
seq.operator @prefix params(K = 24, V = 40, E = f32) sizes(B, T, S = T, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E,
     %prefix: [B] x i32 {integer = [0, "T"]})
    -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      seq.yield out(%t : [])
    } mask(%b, %h, %i, %j) {
      %causal = seq.le %j, %i : [] x index, [] x index
      %p = seq.at %prefix[%b] : [B] x i32
      %in = seq.lt %j, %p : [] x index, [] x index
      %or = seq.or %causal, %in : [] x i1, [] x i1
      seq.yield out(%or : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
