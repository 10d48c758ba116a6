// A layer of no paper: a decay a value channel, and an erase vector that is not the key.
//   S ← S diag(e^h);  S ← S + k (v − Sᵀe)ᵀ;  o = Sᵀq
seq.operator @own_layer params(K = 64, V = 64, E = bf16) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E {unit = "K"}, %e: [B, T, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E,
     %h: [B, T, H, V] {nonpositive}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %et: [K] = %e : [B, T, H, K] x E,
       %vt: [V] = %v : [B, T, H, V] x E, %ht: [V] = %h : [B, T, H, V])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %ht : [V]
    %S1 = seq.mul %S, %a : [K, V], [V]
    %y = seq.dot %S1, %et over ["K"] : [K, V], [K]
    %d = seq.sub %vt, %y : [V], [V]
    %w = seq.mul %kt, %d : [K], [V]
    %S2 = seq.add %S1, %w : [K, V], [K, V]
    %r = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%r : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
