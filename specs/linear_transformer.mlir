// Linear transformer (Katharopoulos et al., 2020; arXiv 2006.16236, eq. 10 to 12, 18 to 20): φ(x) = elu(x) + 1, a normaliser beside the state.
//   S ← S + φ(k) vᵀ;  z ← z + φ(k);  o = Sᵀφ(q) / (φ(q)·z + 1e-6)
seq.operator @linear_transformer params(K = 128, V = 128, E = bf16) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E, %v: [B, T, H, V] x E) -> (o: [B, T, H, V] x E) {
  %zero = seq.constant 0.0 : []
  %zeroS = seq.constant 0.0 : [K, V]
  %zeroz = seq.constant 0.0 : [K]
  %eps = seq.constant 1.0e-6 : []
  %o, %s, %n = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E)
      carry(%S: [K, V] = %zeroS : [K, V], %z: [K] = %zeroz : [K]) -> ([B, T, H, V], [B, H, K, V], [B, H, K]) {
    %kn = seq.min %kt, %zero : [K], []
    %ke = seq.exp %kn : [K]
    %kp = seq.max %kt, %zero : [K], []
    %fk = seq.add %ke, %kp : [K], [K]
    %qn = seq.min %qt, %zero : [K], []
    %qe = seq.exp %qn : [K]
    %qp = seq.max %qt, %zero : [K], []
    %fq = seq.add %qe, %qp : [K], [K]
    %kv = seq.mul %fk, %vt : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    %z1 = seq.add %z, %fk : [K], [K]
    %r = seq.dot %S1, %fq over ["K"] : [K, V], [K]
    %d = seq.dot %z1, %fq over ["K"] : [K], [K]
    %de = seq.add %d, %eps : [], []
    %y = seq.div %r, %de : [V], []
    seq.yield carry(%S1, %z1 : [K, V], [K]) out(%y : [V])
  }
  seq.return %o : [B, T, H, V]
}
