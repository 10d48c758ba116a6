// Elements of arrays at positions that do not move in a tile: each is of the sequence at hand.
seq.operator @packed_reads params(K = 16, V = 16, E = bf16) sizes(B, T, S = T, H)
    (%q: [B, T, H, K] x E, %k: [B, S, H, K] x E, %v: [B, S, H, V] x E, %ends: [B, T] {range = [0.0, 1.0]},
     %far: [H, B] x i32 {integer = [0, 50]}, %bias: [B, S] {range = [-1.0, 1.0]}) -> (o: [B, T, H, V] x E) {
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, H, K] x E)
      value(%v : [B, S, H, V] x E) normaliser "softmax" -> ([B, T, H, V])
    score(%s, %b, %h, %i, %j) {
      %zero = seq.constant 0 : [] x index
      %one = seq.constant 1 : [] x index
      %size = seq.size "T"
      %last = seq.sub %size, %one : [] x index, [] x index
      %e0 = seq.at %ends[%b, %zero] : [B, T]
      %e1 = seq.at %ends[%b, %last] : [B, T]
      %f = seq.at %bias[%b, %j] : [B, S]
      %x = seq.mul %s, %e0 : [], []
      %y = seq.mul %e1, %f : [], []
      %z = seq.add %x, %y : [], []
      seq.yield out(%z : [])
    } mask(%b, %h, %i, %j) {
      %causal = seq.le %j, %i : [] x index, [] x index
      %d = seq.sub %i, %j : [] x index, [] x index
      %n = seq.at %far[%h, %b] : [H, B] x i32
      %near = seq.le %d, %n : [] x index, [] x index
      %both = seq.and %causal, %near : [] x i1, [] x i1
      seq.yield out(%both : [] x i1)
    }
  seq.return %o : [B, T, H, V]
}
