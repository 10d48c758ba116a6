// Neighbourhood attention (Hassani et al., 2023; arXiv 2204.07143, section 3) over pixels in row-major order, WIDTH a row.
//   pixel i reads pixel j if their rows and their columns differ by at most RADIUS
seq.operator @neighborhood_attention_2d params(K = 128, V = 128, WIDTH = 64, RADIUS = 3, E = bf16) sizes(B, T, S = T, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E) -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      seq.yield out(%t : [])
    } mask(%b, %h, %i, %j) {
      %w = seq.size "WIDTH"
      %radius = seq.size "RADIUS"
      %minus = seq.constant -1 : [] x index
      %low = seq.mul %radius, %minus : [] x index, [] x index
      %ri = seq.floordiv %i, %w : [] x index, [] x index
      %rj = seq.floordiv %j, %w : [] x index, [] x index
      %ci = seq.mod %i, %w : [] x index, [] x index
      %cj = seq.mod %j, %w : [] x index, [] x index
      %dr = seq.sub %ri, %rj : [] x index, [] x index
      %dc = seq.sub %ci, %cj : [] x index, [] x index
      %r0 = seq.le %dr, %radius : [] x index, [] x index
      %r1 = seq.ge %dr, %low : [] x index, [] x index
      %c0 = seq.le %dc, %radius : [] x index, [] x index
      %c1 = seq.ge %dc, %low : [] x index, [] x index
      %rows = seq.and %r0, %r1 : [] x i1, [] x i1
      %columns = seq.and %c0, %c1 : [] x i1, [] x i1
      %both = seq.and %rows, %columns : [] x i1, [] x i1
      seq.yield out(%both : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
