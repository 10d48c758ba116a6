// Mamba-2 (Dao, Gu, 2024; arXiv 2405.21060, section 7): a scalar decay a head, b and c shared by groups of heads.
//   Δ = softplus(dt + dt_bias);  S ← exp(−Δ e^a_log) S + Δ b xᵀ;  y = Sᵀc + d x
seq.operator @mamba2 params(K = 128, V = 128, E = bf16) sizes(B, T, H, G divides H)
    (%x: [B, T, H, V] x E, %dt: [B, T, H], %dt_bias: [H], %a_log: [H], %b: [B, T, G, K] x E {fan_in = "K"},
     %c: [B, T, G, K] x E, %d: [H], %s0: [B, H, K, V])
    -> (y: [B, T, H, V] x E, s: [B, H, K, V]) {
  %y, %s = seq.recurrence over "T"
      (%xt: [V] = %x : [B, T, H, V] x E, %dtt: [] = %dt : [B, T, H], %bias: [] = %dt_bias : [H], %al: [] = %a_log : [H],
       %bt: [K] = %b : [B, T, G, K] x E, %ct: [K] = %c : [B, T, G, K] x E, %dd: [] = %d : [H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %u = seq.add %dtt, %bias : [], []
    %delta = seq.softplus %u : []
    %rate = seq.exp %al : []
    %m = seq.mul %delta, %rate : [], []
    %g = seq.neg %m : []
    %a = seq.exp %g : []
    %S1 = seq.mul %S, %a : [K, V], []
    %bd = seq.mul %bt, %delta : [K], []
    %bx = seq.mul %bd, %xt : [K], [V]
    %S2 = seq.add %S1, %bx : [K, V], [K, V]
    %r = seq.dot %S2, %ct over ["K"] : [K, V], [K]
    %dx = seq.mul %xt, %dd : [V], []
    %yt = seq.add %r, %dx : [V], [V]
    seq.yield carry(%S2 : [K, V]) out(%yt : [V])
  }
  seq.return %y, %s : [B, T, H, V], [B, H, K, V]
}
