// The state is erased by what it held before its decay, and two writes go in: S ← diag(e^g) S − b (β Sᵀc)ᵀ + k vᵀ.
seq.operator @erase_undecayed params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %b: [B, T, H, K] x E {unit = "K"}, %c: [B, T, H, K] x E {unit = "K"},
     %v: [B, T, H, V] x E, %g: [B, T, H, K] {nonpositive}, %beta: [B, T, H] {range = [0.0, 0.5]}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %bv: [K] = %b : [B, T, H, K] x E,
       %ct: [K] = %c : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E, %gt: [K] = %g : [B, T, H, K],
       %bt: [] = %beta : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %p = seq.dot %S, %ct over ["K"] : [K, V], [K]
    %a = seq.exp %gt : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %e = seq.mul %p, %bt : [V], []
    %be = seq.mul %bv, %e : [K], [V]
    %S2 = seq.sub %S1, %be : [K, V], [K, V]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S3 = seq.add %S2, %kv : [K, V], [K, V]
    %y = seq.dot %S3, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S3 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
