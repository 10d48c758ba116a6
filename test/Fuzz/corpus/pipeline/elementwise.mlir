seq.operator @e params(K = 4, E = f32) sizes(T) (%x: [T, K] x E) -> (y: [T, K] x E) {
  %y = seq.mul %x, %x : [T, K] x E, [T, K] x E
  seq.return %y : [T, K]
}
