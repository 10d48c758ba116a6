// HGRN (Qin, Yang, Zhong, 2023; arXiv 2311.04823, eq. 4): a gated elementwise recurrence.
//   h ← e^g∘h + x;  y = h
seq.operator @hgrn params(E = bf16) sizes(B, T, D)
    (%x: [B, T, D] x E, %g: [B, T, D] {nonpositive}, %h0: [B, D])
    -> (y: [B, T, D] x E, h: [B, D]) {
  %y, %h = seq.recurrence over "T"
      (%xt: [] = %x : [B, T, D] x E, %gt: [] = %g : [B, T, D])
      carry(%s: [] = %h0 : [B, D]) -> ([B, T, D], [B, D]) {
    %a = seq.exp %gt : []
    %s1 = seq.mul %s, %a : [], []
    %s2 = seq.add %s1, %xt : [], []
    seq.yield carry(%s2 : []) out(%s2 : [])
  }
  seq.return %y, %h : [B, T, D], [B, D]
}
