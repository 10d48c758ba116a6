// RG-LRU of Griffin (De et al., 2024; arXiv 2402.19427, eq. 1 to 4): a gated linear recurrence with a fixed base rate.
//   log a = −8 softplus(lam) σ(r);  h ← a∘h + sqrt(1 − a²)∘σ(i)∘x;  y = h
seq.operator @rg_lru params(E = bf16) sizes(B, T, D)
    (%x: [B, T, D] x E, %r: [B, T, D] x E, %i: [B, T, D] x E, %lam: [D], %h0: [B, D])
    -> (y: [B, T, D] x E, h: [B, D]) {
  %y, %h = seq.recurrence over "T"
      (%xt: [] = %x : [B, T, D] x E, %rt: [] = %r : [B, T, D] x E, %it: [] = %i : [B, T, D] x E,
       %l: [] = %lam : [D])
      carry(%s: [] = %h0 : [B, D]) -> ([B, T, D], [B, D]) {
    %eight = seq.constant 8.0 : []
    %one = seq.constant 1.0 : []
    %sp = seq.softplus %l : []
    %sr = seq.sigmoid %rt : []
    %m = seq.mul %sp, %sr : [], []
    %m8 = seq.mul %eight, %m : [], []
    %g = seq.neg %m8 : []
    %a = seq.exp %g : []
    %a2 = seq.mul %a, %a : [], []
    %rest = seq.sub %one, %a2 : [], []
    %root = seq.sqrt %rest : []
    %si = seq.sigmoid %it : []
    %ix = seq.mul %si, %xt : [], []
    %in = seq.mul %root, %ix : [], []
    %s1 = seq.mul %s, %a : [], []
    %s2 = seq.add %s1, %in : [], []
    seq.yield carry(%s2 : []) out(%s2 : [])
  }
  seq.return %y, %h : [B, T, D], [B, D]
}
