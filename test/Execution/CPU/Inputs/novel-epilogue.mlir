// Work on what the mixer gave: rms norm over V with weights, then an output gate.  S ← e^g S + k vᵀ.
seq.operator @epilogue params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %g: [B, T, H] {nonpositive}, %z: [B, T, H, V] x E,
     %weight: [V], %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %r, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [] = %g : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  %r2 = seq.mul %r, %r : [B, T, H, V], [B, T, H, V]
  %sum = seq.sum %r2 over ["V"] : [B, T, H, V]
  %n = seq.param "V"
  %mean = seq.div %sum, %n : [B, T, H], []
  %eps = seq.constant 1.0e-6 : []
  %me = seq.add %mean, %eps : [B, T, H], []
  %inv = seq.rsqrt %me : [B, T, H]
  %rn = seq.mul %r, %inv : [B, T, H, V], [B, T, H]
  %rw = seq.mul %rn, %weight : [B, T, H, V], [V]
  %gate = seq.sigmoid %z : [B, T, H, V] x E
  %silu = seq.mul %z, %gate : [B, T, H, V] x E, [B, T, H, V]
  %o = seq.mul %rw, %silu : [B, T, H, V], [B, T, H, V]
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
