// Scores capped softly: 5 tanh(s / 5).
seq.operator @softcap params(K = 24, V = 40, E = f32) sizes(B, T, S, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E)
    -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      %cap = seq.constant 5.0 : []
      %d = seq.div %t, %cap : [], []
      %th = seq.tanh %d : []
      %u = seq.mul %th, %cap : [], []
      seq.yield out(%u : [])
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
