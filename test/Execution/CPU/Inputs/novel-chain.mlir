// A carry that feeds another, and a gate that depends on a third: R ← e^g R + k vᵀ;  S ← σ(k·z) S + k (Rᵀk)ᵀ;  z ← e^g z + k;  o = Sᵀq.
seq.operator @chain params(K = 16, V = 16, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E {unit = "K"}, %k: [B, T, H, K] x E {unit = "K"}, %v: [B, T, H, V] x E, %g: [B, T, H] {range = [-2.0, -0.2]},
     %r0: [B, H, K, V], %s0: [B, H, K, V]) -> (o: [B, T, H, V] x E, r: [B, H, K, V], s: [B, H, K, V]) {
  %zeroz = seq.constant 0.0 : [K]
  %o, %s, %r, %z = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E, %gt: [] = %g : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V], %R: [K, V] = %r0 : [B, H, K, V], %Z: [K] = %zeroz : [K])
      -> ([B, T, H, V], [B, H, K, V], [B, H, K, V], [B, H, K]) {
    %a = seq.exp %gt : []
    %z1 = seq.mul %Z, %a : [K], []
    %z2 = seq.add %z1, %kt : [K], [K]
    %d = seq.dot %z2, %kt over ["K"] : [K], [K]
    %b = seq.sigmoid %d : []
    %R1 = seq.mul %R, %a : [K, V], []
    %kv = seq.mul %kt, %vt : [K], [V]
    %R2 = seq.add %R1, %kv : [K, V], [K, V]
    %f = seq.dot %R2, %kt over ["K"] : [K, V], [K]
    %S1 = seq.mul %S, %b : [K, V], []
    %kf = seq.mul %kt, %f : [K], [V]
    %S2 = seq.add %S1, %kf : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2, %R2, %z2 : [K, V], [K, V], [K]) out(%y : [V])
  }
  seq.return %o, %r, %s : [B, T, H, V], [B, H, K, V], [B, H, K, V]
}
