// Operands and results in orders of their own, no batch, queries share one key head, and no lse.
seq.operator @layouts params(K = 24, V = 40, E = f32) sizes(T, S, H)
    (%q: [H, T, K] x E, %k: [S, K] x E, %v: [V, S] x E) -> (o: [V, H, T] x E) {
  %o = seq.attention over "T", "S" query(%q : [H, T, K] x E) key(%k : [S, K] x E) value(%v : [V, S] x E)
      normaliser "softmax" -> ([T, V, H])
    mask(%h, %i, %j) {
      // Head h reads from key h on.
      %m = seq.ge %j, %h : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, V, H]
}
