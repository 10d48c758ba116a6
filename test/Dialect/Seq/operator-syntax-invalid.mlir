// RUN: seqmix-opt %s --split-input-file --verify-diagnostics

// What the parser of seq.operator and of the short types says.

// expected-error @+1 {{expected the name of an axis}}
seq.operator @f sizes(T) (%x: [T, ]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// expected-error @+1 {{expected the name of an axis}}
seq.operator @f sizes(T) (%x: [T, 4]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// expected-error @+1 {{axis T appears twice; an array names each axis once (give the second one a parameter of its own)}}
seq.operator @f sizes(T) (%x: [T, T]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// expected-error @+1 {{expected an element type: f32, bf16, f16, i32, index, i1 or a type parameter}}
seq.operator @f sizes(T) (%x: [T] x 4) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// expected-error @+1 {{expected an element type among f32, bf16, f16, i32, index, i1 or a type parameter, found 'f64'}}
seq.operator @f sizes(T) (%x: [T] x f64) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// expected-error @+1 {{expected '['}}
seq.operator @f sizes(T) (%x: f32) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// expected-error @+1 {{expected the name of a parameter}}
seq.operator @f params(4) sizes(T) (%x: [T]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// expected-error @+1 {{expected an integer, an element type or an earlier parameter}}
seq.operator @f params(K = "four") sizes(T) (%x: [T]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// expected-error @+1 {{parameter J equals K, which is no parameter declared before it}}
seq.operator @f params(J = K, K = 4) sizes(T) (%x: [T]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// expected-error @+1 {{expected the name of a size}}
seq.operator @f sizes(T, HK divides) (%x: [T]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// expected-error @+1 {{expected the name of a size}}
seq.operator @f sizes(T, S = 4) (%x: [T]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// An unknown keyword.
// expected-error @+1 {{expected '('}}
seq.operator @f params(K = 4) shapes(T) (%x: [T]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// No arrow.
// expected-error @+1 {{expected '->'}}
seq.operator @f sizes(T) (%x: [T]) (y: [T]) {
  seq.return %x : [T]
}

// -----

// A result is no value.
// expected-error @+1 {{expected valid keyword or string}}
seq.operator @f sizes(T) (%x: [T]) -> (%y: [T]) {
  seq.return %x : [T]
}

// -----

// An operand that was not declared.
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{use of undeclared SSA value name}}
  seq.return %z : [T]
}

// -----

// Types differ from what they were declared as.
// expected-note @+1 {{prior use here}}
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{use of value '%x' expects different type than prior uses: '!seq.array<[T] x i32>' vs '!seq.array<[T] x f32>'}}
  seq.return %x : [T] x i32
}

// -----

// Truncated: no body.
// expected-error @+1 {{expected '{' to begin a region}}
seq.operator @f sizes(T) (%x: [T]) -> (y: [T])

// -----

// Truncated: inside the operands.
// expected-error @+1 {{expected ':'}}
seq.operator @f sizes(T) (%x

// -----

// Truncated: inside the body. The type in the long form.
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{expected SSA operand}}
  %y = seq.neg

// -----

// The long form of the type.
// expected-error @+1 {{axis K appears twice}}
func.func private @f(!seq.array<[K, K] x f32>)

// -----

// expected-error @+1 {{expected '['}}
func.func private @f(!seq.array<f32>)

// -----

// A type that begins and does not end.
// expected-error @+1 {{expected non-function type}}
seq.operator @f params(E = (, K = 4) sizes(T) (%x: [T]) -> (y: [T]) {
  seq.return %x : [T]
}
