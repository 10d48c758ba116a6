seq.operator @a params(K = 8, V = 8, E = bf16) sizes(T, S = T)
    (%q: [T, K] x E, %k: [S, K] x E, %v: [S, V] x E, %d: [T] x i32 {sorted = [0, 3]}) -> (o: [T, V] x E) {
  %o = seq.attention over "T", "S" query(%q : [T, K] x E) key(%k : [S, K] x E) value(%v : [S, V] x E) normaliser "softmax" -> ([T, V])
    mask(%i, %j) {
      %a = seq.at %d[%i] : [T] x i32
      %b = seq.at %d[%j] : [T] x i32
      %m = seq.eq %a, %b : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, V]
}
