// mLSTM (Beck et al., 2024; arXiv 2405.04517, eq. 19 to 27): exponential input gate, stabilised by a running maximum m.
//   m' = max(log σ(f) + m, i);  S ← e^{log σ(f) + m − m'} S + e^{i − m'} c k vᵀ, n likewise with c k;  o = Sᵀq / max(|nᵀq|, e^{−m'});  c = K^-1/2;  m' = −∞ (−10³⁰ in exponents): o = 0
seq.operator @mlstm params(K = 128, V = 128, E = bf16) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %i: [B, T, H], %f: [B, T, H]) -> (o: [B, T, H, V] x E) {
  %least = seq.constant -1.0e30 : []
  %zeroS = seq.constant 0.0 : [K, V]
  %zeron = seq.constant 0.0 : [K]
  %none = seq.constant -inf : []
  %size = seq.param "K"
  %c = seq.rsqrt %size : []
  %o, %s, %l, %x = seq.recurrence over "T" (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E, %it: [] = %i : [B, T, H], %ft: [] = %f : [B, T, H])
      carry(%S: [K, V] = %zeroS : [K, V], %n: [K] = %zeron : [K], %m: [] = %none : []) -> ([B, T, H, V], [B, H, K, V], [B, H, K], [B, H]) {
    %mf = seq.neg %ft : []
    %sf = seq.softplus %mf : []
    %kept = seq.sub %m, %sf : [], []
    %m1 = seq.max %kept, %it : [], []
    %shift = seq.max %m1, %least : [], []
    %ld = seq.sub %kept, %shift : [], []
    %decay = seq.exp %ld : []
    %lw = seq.sub %it, %shift : [], []
    %write = seq.exp %lw : []
    %kc = seq.mul %kt, %c : [K], []
    %kw = seq.mul %kc, %write : [K], []
    %S0 = seq.mul %S, %decay : [K, V], []
    %kv = seq.mul %kw, %vt : [K], [V]
    %S1 = seq.add %S0, %kv : [K, V], [K, V]
    %n0 = seq.mul %n, %decay : [K], []
    %n1 = seq.add %n0, %kw : [K], [K]
    %r = seq.dot %S1, %qt over ["K"] : [K, V], [K]
    %d = seq.dot %n1, %qt over ["K"] : [K], [K]
    %da = seq.abs %d : []
    %ms = seq.neg %shift : []
    %low = seq.exp %ms : []
    %den = seq.max %da, %low : [], []
    %y = seq.div %r, %den : [V], []
    seq.yield carry(%S1, %n1, %m1 : [K, V], [K], []) out(%y : [V])
  }
  seq.return %o : [B, T, H, V]
}
