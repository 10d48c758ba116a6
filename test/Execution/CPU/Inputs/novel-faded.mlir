// A state that fades to numbers that f16 does not have, under an erase alone: S ← e^{g + h} S;  S ← S − k β (Sᵀk)ᵀ;  o = Sᵀq.
seq.operator @faded params(K = 32, V = 24, E = f32) sizes(T, H)
    (%q: [T, H, K] x E, %k: [T, K] {unit = "K"}, %g: [T, H] {nonpositive}, %h: [H, T] {nonpositive},
     %beta: [T, H] x E {range = [0.0, 2.0]}, %s0: [H, K, V])
    -> (o: [T, V, H], s: [H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [T, H, K] x E, %kt: [K] = %k : [T, K], %gt: [] = %g : [T, H], %ht: [] = %h : [H, T],
       %bt: [] = %beta : [T, H] x E)
      carry(%S: [K, V] = %s0 : [H, K, V]) -> ([T, V, H], [H, K, V]) {
    %a = seq.exp %gt : []
    %b = seq.exp %ht : []
    %ab = seq.mul %a, %b : [], []
    %S1 = seq.mul %S, %ab : [K, V], []
    %p = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    %w = seq.mul %p, %bt : [V], []
    %kw = seq.mul %kt, %w : [K], [V]
    %S2 = seq.sub %S1, %kw : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [T, V, H], [H, K, V]
}
