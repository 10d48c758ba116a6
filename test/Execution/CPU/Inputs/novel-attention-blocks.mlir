// A query reads its own block of 48 keys and the first key of every other: j floordiv 48 = i floordiv 48, or not (j mod 48 > 0).
seq.operator @blocks params(K = 24, V = 40, E = f32) sizes(B, T, S, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E)
    -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      seq.yield out(%t : [])
    } mask(%b, %h, %i, %j) {
      %w = seq.constant 48 : [] x index
      %zero = seq.constant 0 : [] x index
      %bi = seq.floordiv %i, %w : [] x index, [] x index
      %bj = seq.floordiv %j, %w : [] x index, [] x index
      %own = seq.eq %bi, %bj : [] x index, [] x index
      %m = seq.mod %j, %w : [] x index, [] x index
      %rest = seq.gt %m, %zero : [] x index, [] x index
      %first = seq.not %rest : [] x i1
      %or = seq.or %own, %first : [] x i1, [] x i1
      seq.yield out(%or : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
