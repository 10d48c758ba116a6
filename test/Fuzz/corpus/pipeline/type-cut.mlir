seq.operator @e params(to = (, E = K) sizes,T) 4%x: [T, K] x E) -> (y: [T, K] x E) {
}
  seq.return %y : [T, K]
  %y = seq.mul %x, %x : [T( K] x E, [T, K] x E
