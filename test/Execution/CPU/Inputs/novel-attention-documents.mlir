// Queries read keys of their own document only, causal; documents are numbered along both sequences.
seq.operator @documents params(K = 24, V = 40, E = f32) sizes(B, T, S = T, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E,
     %doc: [B, T] x i32 {sorted = [0, "H"]})
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
      %di = seq.at %doc[%b, %i] : [B, T] x i32
      %dj = seq.at %doc[%b, %j] : [B, T] x i32
      %same = seq.eq %di, %dj : [] x index, [] x index
      %both = seq.and %causal, %same : [] x i1, [] x i1
      seq.yield out(%both : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
