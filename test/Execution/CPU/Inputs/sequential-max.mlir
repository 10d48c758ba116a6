// Not affine: two vector states, a running maximum and what it normalises.
//   m ← max(m + g, x);  z ← z e^{m_old + g − m} + e^{x − m};  y = z e^m, a running sum of exponentials;  t counts tokens.
seq.operator @max_state params(D = 24, E = f32) sizes(B, T)
    (%x: [B, T, D] x E, %g: [B, T, D] {nonpositive}, %m0: [B, D], %z0: [B, D] {range = [0.0, 1.0]})
    -> (y: [B, T, D] x E, m: [B, D], z: [B, D], n: [B]) {
  %zero = seq.constant 0.0 : []
  %one = seq.constant 1.0 : []
  %y, %m, %z, %n = seq.recurrence over "T" (%xt: [D] = %x : [B, T, D] x E, %gt: [D] = %g : [B, T, D])
      carry(%M: [D] = %m0 : [B, D], %Z: [D] = %z0 : [B, D], %N: [] = %zero : [])
      -> ([B, T, D], [B, D], [B, D], [B]) {
    %mg = seq.add %M, %gt : [D], [D]
    %m1 = seq.max %mg, %xt : [D], [D]
    %d = seq.sub %mg, %m1 : [D], [D]
    %a = seq.exp %d : [D]
    %za = seq.mul %Z, %a : [D], [D]
    %dx = seq.sub %xt, %m1 : [D], [D]
    %e = seq.exp %dx : [D]
    %z1 = seq.add %za, %e : [D], [D]
    %em = seq.exp %m1 : [D]
    %y1 = seq.mul %z1, %em : [D], [D]
    %n1 = seq.add %N, %one : [], []
    seq.yield carry(%m1, %z1, %n1 : [D], [D], []) out(%y1 : [D])
  }
  seq.return %y, %m, %z, %n : [B, T, D], [B, D], [B, D], [B]
}
