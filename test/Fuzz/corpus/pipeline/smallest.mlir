seq.operator @o params(E = f32) sizes(T) (%x: [T] x E) -> (y: [T] x E) {
  %z = seq.constant 0.0 : []
  %y, %s = seq.recurrence over "T" (%a: [] = %x : [T] x E) carry(%h: [] = %z : []) -> ([T], []) {
    %n = seq.add %h, %a : [], []
    seq.yield carry(%n : []) out(%n : [])
  }
  seq.return %y : [T]
}
