// A write that is subtracted, with signs in odd places: S ← S − k (β Sᵀk)ᵀ;  S ← S − (−m) vᵀ;  o = −Sᵀq.
seq.operator @erase_only params(K = 24, V = 40, E = f32) sizes(B, T, H)
    (%q: [B, T, H, K] x E, %k: [B, T, H, K] x E {unit = "K"}, %m: [B, T, H, K] x E, %v: [B, T, H, V] x E,
     %beta: [B, T, H] {range = [0.0, 1.0]}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K] x E, %kt: [K] = %k : [B, T, H, K] x E, %mt: [K] = %m : [B, T, H, K] x E,
       %vt: [V] = %v : [B, T, H, V] x E, %bt: [] = %beta : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %p = seq.dot %S, %kt over ["K"] : [K, V], [K]
    %kp = seq.mul %kt, %p : [K], [V]
    %kpb = seq.mul %kp, %bt : [K, V], []
    %S1 = seq.sub %S, %kpb : [K, V], [K, V]
    %nm = seq.neg %mt : [K]
    %mv = seq.mul %nm, %vt : [K], [V]
    %S2 = seq.sub %S1, %mv : [K, V], [K, V]
    %r = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    %y = seq.neg %r : [V]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
