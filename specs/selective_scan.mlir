// Mamba-1 (Gu, Dao, 2023; arXiv 2312.00752, algorithm 2): a state of N a channel, decayed by its own rates.
//   Δ = softplus(dt + dt_bias);  h ← exp(−Δ e^a_log)∘h + Δ x b;  y = h·c + d x
seq.operator @selective_scan params(N = 16, E = bf16) sizes(B, T, D)
    (%x: [B, T, D] x E, %dt: [B, T, D], %dt_bias: [D], %d: [D], %a_log: [D, N], %b: [B, T, N] x E,
     %c: [B, T, N] x E, %h0: [B, D, N])
    -> (y: [B, T, D] x E, h: [B, D, N]) {
  %y, %h = seq.recurrence over "T"
      (%xt: [] = %x : [B, T, D] x E, %dtt: [] = %dt : [B, T, D], %bias: [] = %dt_bias : [D], %dd: [] = %d : [D],
       %al: [N] = %a_log : [D, N], %bt: [N] = %b : [B, T, N] x E, %ct: [N] = %c : [B, T, N] x E)
      carry(%s: [N] = %h0 : [B, D, N]) -> ([B, T, D], [B, D, N]) {
    %u = seq.add %dtt, %bias : [], []
    %delta = seq.softplus %u : []
    %rate = seq.exp %al : [N]
    %m = seq.mul %rate, %delta : [N], []
    %g = seq.neg %m : [N]
    %a = seq.exp %g : [N]
    %s1 = seq.mul %s, %a : [N], [N]
    %dx = seq.mul %delta, %xt : [], []
    %in = seq.mul %bt, %dx : [N], []
    %s2 = seq.add %s1, %in : [N], [N]
    %r = seq.dot %s2, %ct over ["N"] : [N], [N]
    %skip = seq.mul %dd, %xt : [], []
    %yt = seq.add %r, %skip : [], []
    seq.yield carry(%s2 : [N]) out(%yt : [])
  }
  seq.return %y, %h : [B, T, D], [B, D, N]
}
