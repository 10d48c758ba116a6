// Around the recurrence, the length of the sequence and its first number: every entry of S₀ is x₀;  S ← S + k vᵀ;  o = Sᵀk;  mean = S / T.
seq.operator @mean params(K = 16, V = 24, E = f32) sizes(B, T, H)
    (%k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %x: [B, T] {range = [0.5, 1.5]}) -> (o: [B, T, H, V] x E, mean: [B, H, K, V]) {
  %zero = seq.constant 0 : [] x index
  %one = seq.constant 1.0 : [K, V]
  %first = seq.at %x[%zero, %zero] : [B, T]
  %s0 = seq.mul %one, %first : [K, V], []
  %o, %s = seq.recurrence over "T" (%kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E)
      carry(%S: [K, V] = %s0 : [K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %kv = seq.mul %kt, %vt : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    %y = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  %n = seq.size "T"
  %r = seq.to_real %n : [] x index
  %mean = seq.div %s, %r : [B, H, K, V], []
  seq.return %o, %mean : [B, T, H, V], [B, H, K, V]
}
