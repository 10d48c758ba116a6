// DeltaProduct (Siems et al., 2025; arXiv 2502.10297, eq. 6, gated as in section 3.3): R delta-rule updates a token.
//   S ← e^g S;  R times S ← S + k_r β_r (v_r − Sᵀk_r)ᵀ;  o = K^-1/2 Sᵀq
seq.operator @delta_product params(K = 128, V = 128, R = 2, E = bf16) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, R, H, K] x E {unit = "K"}, %v: [B, T, R, H, V] x E,
     %beta: [B, T, R, H] {range = [0.0, 1.0]}, %g: [B, T, H] {nonpositive}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %n = seq.param "K"
  %c = seq.rsqrt %n : []
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [R, K] = %k : [B, T, R, H, K] x E, %vt: [R, V] = %v : [B, T, R, H, V] x E,
       %bt: [R] = %beta : [B, T, R, H], %gt: [] = %g : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %S2 = seq.substeps over "R" (%kr: [K] = %kt : [R, K], %vr: [V] = %vt : [R, V], %br: [] = %bt : [R])
        carry(%Sr: [K, V] = %S1 : [K, V]) -> ([K, V]) {
      %p = seq.dot %Sr, %kr over ["K"] : [K, V], [K]
      %e = seq.sub %vr, %p : [V], [V]
      %w = seq.mul %e, %br : [V], []
      %kw = seq.mul %kr, %w : [K], [V]
      %next = seq.add %Sr, %kw : [K, V], [K, V]
      seq.yield carry(%next : [K, V])
    }
    %r = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    %y = seq.mul %r, %c : [V], []
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
