// Tokens are pixels of rows of 16: keys whose row and column differ by at most 2 from the query's.
seq.operator @grid params(K = 24, V = 40, WIDTH = 16, E = f32) sizes(B, T, S = T, H, HK divides H)
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
      %w = seq.size "WIDTH"
      %r = seq.constant 2 : [] x index
      %ri = seq.floordiv %i, %w : [] x index, [] x index
      %rj = seq.floordiv %j, %w : [] x index, [] x index
      %ci = seq.mod %i, %w : [] x index, [] x index
      %cj = seq.mod %j, %w : [] x index, [] x index
      %dr = seq.sub %ri, %rj : [] x index, [] x index
      %nr = seq.sub %rj, %ri : [] x index, [] x index
      %ar = seq.max %dr, %nr : [] x index, [] x index
      %dc = seq.sub %ci, %cj : [] x index, [] x index
      %nc = seq.sub %cj, %ci : [] x index, [] x index
      %ac = seq.max %dc, %nc : [] x index, [] x index
      %okr = seq.le %ar, %r : [] x index, [] x index
      %okc = seq.le %ac, %r : [] x index, [] x index
      %both = seq.and %okr, %okc : [] x i1, [] x i1
      seq.yield out(%both : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
