// Every third key of the window before, and after, the query: (i − j) mod 3 = 0 and |i − j| < 40.
seq.operator @dilated params(K = 24, V = 40, E = f32) sizes(B, T, S, H, HK divides H)
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
      %d = seq.sub %i, %j : [] x index, [] x index
      %three = seq.constant 3 : [] x index
      %zero = seq.constant 0 : [] x index
      %m = seq.mod %d, %three : [] x index, [] x index
      %on = seq.eq %m, %zero : [] x index, [] x index
      %w = seq.constant 40 : [] x index
      %lt = seq.lt %d, %w : [] x index, [] x index
      %back = seq.sub %j, %i : [] x index, [] x index
      %lt2 = seq.lt %back, %w : [] x index, [] x index
      %near = seq.and %lt, %lt2 : [] x i1, [] x i1
      %both = seq.and %on, %near : [] x i1, [] x i1
      seq.yield out(%both : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
