// Some queries may read no key: j > i + 3 or, for odd i, none. Such rows give o = 0 and lse = −inf.
seq.operator @empty_rows params(K = 24, V = 40, E = f32) sizes(B, T, S, H, HK divides H)
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
      %three = seq.constant 3 : [] x index
      %two = seq.constant 2 : [] x index
      %zero = seq.constant 0 : [] x index
      %i3 = seq.add %i, %three : [] x index, [] x index
      %late = seq.gt %j, %i3 : [] x index, [] x index
      %odd = seq.mod %i, %two : [] x index, [] x index
      %even = seq.eq %odd, %zero : [] x index, [] x index
      %both = seq.and %late, %even : [] x i1, [] x i1
      seq.yield out(%both : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
