// The layer of docs/guides/add-an-operator.md, which shows it word for word.
// RUN: seqmixc %s -o %t
seq.operator @leaky params(K = 16, V = 16, E = bf16) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E,
     %g: [B, T, H] {nonpositive}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [] = %g : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %r = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%r : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
