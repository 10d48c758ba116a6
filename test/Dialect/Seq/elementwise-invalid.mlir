// RUN: seqmix-opt %s --split-input-file --verify-diagnostics

// A real function of a position.
func.func @f(%x: !seq.array<[T] x index>) {
  // expected-error @+1 {{'seq.exp' op operand 0 must be real, found '!seq.array<[T] x index>'}}
  %y = seq.exp %x : [T] x index
  return
}

// -----

// Arithmetic on truth values.
func.func @f(%x: !seq.array<[T] x i1>) {
  // expected-error @+1 {{'seq.add' op operand 0 must be real or a position (index), found '!seq.array<[T] x i1>'}}
  %y = seq.add %x, %x : [T] x i1, [T] x i1
  return
}

// -----

// Operands of two kinds.
func.func @f(%x: !seq.array<[T] x f32>, %i: !seq.array<[T] x index>) {
  // expected-error @+1 {{'seq.mul' op operands must be of one kind, found real and a position (index); seq.to_real makes a position real}}
  %y = seq.mul %x, %i : [T], [T] x index
  return
}

// -----

// A remainder of real numbers.
func.func @f(%x: !seq.array<[T] x f32>) {
  // expected-error @+1 {{'seq.mod' op operand 0 must be a position (index), found '!seq.array<[T] x f32>'}}
  %y = seq.mod %x, %x : [T], [T]
  return
}

// -----

// A quotient of positions.
func.func @f(%x: !seq.array<[T] x index>) {
  // expected-error @+1 {{'seq.div' op operand 0 must be real, found '!seq.array<[T] x index>'}}
  %y = seq.div %x, %x : [T] x index, [T] x index
  return
}

// -----

// Logic on numbers.
func.func @f(%x: !seq.array<[T] x i1>, %i: !seq.array<[T] x index>) {
  // expected-error @+1 {{'seq.and' op operand 1 must be a truth value (i1), found '!seq.array<[T] x index>'}}
  %y = seq.and %x, %i : [T] x i1, [T] x index
  return
}

// -----

// A real number made real.
func.func @f(%x: !seq.array<[T] x f32>) {
  // expected-error @+1 {{'seq.to_real' op operand 0 must be a position (index), found '!seq.array<[T] x f32>'}}
  %y = seq.to_real %x : [T]
  return
}

// -----

// select, C1: the condition is a truth value.
func.func @f(%x: !seq.array<[T] x f32>) {
  // expected-error @+1 {{'seq.select' op condition must be a truth value (i1), found '!seq.array<[T] x f32>'}}
  %y = seq.select %x, %x, %x : [T], [T], [T]
  return
}

// -----

// select, C2: the values are of one kind.
func.func @f(%c: !seq.array<[T] x i1>, %x: !seq.array<[T] x f32>, %i: !seq.array<[T] x i32>) {
  // expected-error @+1 {{'seq.select' op values must be of one kind, found real and a position (index)}}
  %y = seq.select %c, %x, %i : [T] x i1, [T], [T] x i32
  return
}

// -----

// Too few types.
func.func @f(%x: !seq.array<[T] x f32>) {
  // expected-error @+1 {{expected ','}}
  %y = seq.mul %x, %x : [T]
  return
}

// -----

// A type that does not follow.
func.func @f(%x: !seq.array<[T] x f32>) {
  // expected-error @+2 {{'seq.neg' op inferred type(s) '!seq.array<[T] x f32>' are incompatible with return type(s) of operation '!seq.array<[] x f32>'}}
  // expected-error @+1 {{'seq.neg' op failed to infer returned types}}
  %y = "seq.neg"(%x) : (!seq.array<[T] x f32>) -> !seq.array<[] x f32>
  return
}

// -----

// An operand of another dialect's type.
func.func @f(%x: f32) {
  // expected-error @+1 {{'seq.neg' op operand #0 must be an array over named axes, but got 'f32'}}
  %y = "seq.neg"(%x) : (f32) -> !seq.array<[] x f32>
  return
}

// -----

// No operand.
// expected-error @+1 {{'seq.neg' op requires a single operand}}
%y = "seq.neg"() : () -> !seq.array<[] x f32>

// -----

// expected-error @+1 {{'seq.select' op expected 3 operands, but found 0}}
%y = "seq.select"() : () -> !seq.array<[] x f32>
