// Decoding over a key-value cache (Pope et al., 2022; arXiv 2211.05102, section 2): one query a sequence, the cache filled to a length.
//   query reads key j if j < length; T is 1, S the capacity of the cache
seq.operator @cached_attention params(K = 128, V = 128, E = bf16) sizes(B, T, S, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E,
     %lengths: [B] x i32 {integer = [0, "S"]}) -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      seq.yield out(%t : [])
    } mask(%b, %h, %i, %j) {
      %l = seq.at %lengths[%b] : [B] x i32
      %m = seq.lt %j, %l : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
