// RUN: seqmix-opt %s --split-input-file --verify-diagnostics

// C1: sizes are unique.
// expected-error @+1 {{'seq.operator' op size or parameter T is declared twice}}
seq.operator @f sizes(T, B, T) (%x: [T]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// C1: a size is no parameter, either.
// expected-error @+1 {{'seq.operator' op size or parameter K is declared twice}}
seq.operator @f params(K = 4) sizes(K) (%x: [K]) -> (y: [K]) {
  seq.return %x : [K]
}

// -----

// C1: nor the other name of a size.
// expected-error @+1 {{'seq.operator' op size or parameter S is declared twice}}
seq.operator @f sizes(T, S, S = T) (%x: [T]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// C1: parameters are unique.
// expected-error @+1 {{parameter K is declared twice}}
seq.operator @f params(K = 4, K = 8) sizes(T) (%x: [T]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// C1: a result is named apart from operands.
// expected-error @+1 {{'seq.operator' op operand or result x is declared twice}}
seq.operator @f sizes(T) (%x: [T]) -> (x: [T]) {
  seq.return %x : [T]
}

// -----

// C1: results are unique.
// expected-error @+1 {{'seq.operator' op operand or result y is declared twice}}
seq.operator @f sizes(T) (%x: [T]) -> (y: [T], y: [T]) {
  seq.return %x, %x : [T], [T]
}

// -----

// C2: an axis is declared.
// expected-error @+1 {{'seq.operator' op axis T of x is neither a size nor an integer parameter; declare it in sizes(…) if it is known at run time, in params(…) if it is fixed when the operator is compiled}}
seq.operator @f params(K = 4) (%x: [T, K]) -> (y: [K]) {
  %y = seq.constant 0.0 : [K]
  seq.return %y : [K]
}

// -----

// C2: an axis of a result, too.
// expected-error @+1 {{'seq.operator' op axis V of y is neither a size nor an integer parameter}}
seq.operator @f sizes(T) (%x: [T]) -> (y: [V]) {
  seq.return %x : [T]
}

// -----

// C2: a type parameter is no axis.
// expected-error @+1 {{'seq.operator' op axis E of x is neither a size nor an integer parameter}}
seq.operator @f params(E = f32) sizes(T) (%x: [T, E]) -> (y: [T]) {
  %y = seq.sum %x over ["E"] : [T, E]
  seq.return %y : [T]
}

// -----

// C2: nor is another name for one.
// expected-error @+1 {{'seq.operator' op axis F of x is neither a size nor an integer parameter}}
seq.operator @f params(E = f32, F = E) sizes(T) (%x: [T, F]) -> (y: [T]) {
  %y = seq.sum %x over ["F"] : [T, F]
  seq.return %y : [T]
}

// -----

// C3: an element type parameter is declared.
// expected-error @+1 {{'seq.operator' op element type E of x is no type parameter; declare it in params(…), for example E = f32}}
seq.operator @f sizes(T) (%x: [T] x E) -> (y: [T]) {
  seq.return %x : [T] x E
}

// -----

// C3: an integer parameter is no element type.
// expected-error @+1 {{'seq.operator' op element type K of x is no type parameter}}
seq.operator @f params(K = 4) sizes(T) (%x: [T] x K) -> (y: [T]) {
  seq.return %x : [T] x K
}

// -----

// C3: positions are computed, not stored.
// expected-error @+1 {{'seq.operator' op element type of x must be f32, bf16, f16, i32 or a type parameter, found 'index'}}
seq.operator @f sizes(T) (%x: [T] x index) -> (y: [T] x i32) {
  seq.return %x : [T] x index
}

// -----

// C3: nor are truth values.
// expected-error @+1 {{'seq.operator' op element type of y must be f32, bf16, f16, i32 or a type parameter, found 'i1'}}
seq.operator @f sizes(T) (%x: [T]) -> (y: [T] x i1) {
  %y = seq.lt %x, %x : [T], [T]
  seq.return %y : [T] x i1
}

// -----

// C4: a rule names a declared size.
// expected-error @+1 {{'seq.operator' op the rule for HK names H, which is no declared size}}
seq.operator @f sizes(T, HK divides H) (%x: [T, HK]) -> (y: [T, HK]) {
  seq.return %x : [T, HK]
}

// -----

// C4: not a parameter.
// expected-error @+1 {{'seq.operator' op the rule for S names K, which is no declared size}}
seq.operator @f params(K = 4) sizes(T, S = K) (%x: [T, S]) -> (y: [T, S]) {
  seq.return %x : [T, S]
}

// -----

// C4: not a size that is another's second name.
// expected-error @+1 {{'seq.operator' op the rule for U names S, which is no declared size}}
seq.operator @f sizes(T, S = T, U = S) (%x: [T]) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// C4: a size does not divide one that divides another.
// expected-error @+1 {{'seq.operator' op HG divides HK, which divides another size itself; name that one}}
seq.operator @f sizes(H, HK divides H, HG divides HK) (%x: [H, HK, HG]) -> (y: [H, HK, HG]) {
  seq.return %x : [H, HK, HG]
}

// -----

// C5: one value a result.
seq.operator @f sizes(T) (%x: [T]) -> (y: [T], z: [T]) {
  // expected-error @+1 {{'seq.return' op expected 2 values, one a result, found 1}}
  seq.return %x : [T]
}

// -----

// C5: of the result's axes.
seq.operator @f sizes(T, B) (%x: [B, T]) -> (y: [T]) {
  // expected-error @+1 {{'seq.return' op result y is '!seq.array<[T] x f32>', but the value returned is '!seq.array<[B, T] x f32>'}}
  seq.return %x : [B, T]
}

// -----

// C5: of the result's kind.
seq.operator @f sizes(T) (%x: [T] x i32) -> (y: [T]) {
  // expected-error @+1 {{'seq.return' op result y is '!seq.array<[T] x f32>', but the value returned is '!seq.array<[T] x i32>'}}
  seq.return %x : [T] x i32
}

// -----

// C5: a truth value is not stored.
seq.operator @f sizes(T) (%x: [T] x i32) -> (y: [T] x i32) {
  %m = seq.lt %x, %x : [T] x i32, [T] x i32
  // expected-error @+1 {{'seq.return' op result y is '!seq.array<[T] x i32>', but the value returned is '!seq.array<[T] x i1>'}}
  seq.return %m : [T] x i1
}

// -----

// A parameter is positive.
// expected-error @+1 {{'seq.operator' op parameter K must be positive, found 0}}
seq.operator @f params(K = 0) sizes(T) (%x: [T, K]) -> (y: [T, K]) {
  seq.return %x : [T, K]
}

// -----

// A type parameter is a storage type of real numbers.
// expected-error @+1 {{'seq.operator' op type parameter E must be f32, bf16 or f16, found 'i32'}}
seq.operator @f params(E = i32) sizes(T) (%x: [T] x E) -> (y: [T]) {
  seq.return %x : [T] x E
}

// -----

// It must end in seq.return.
// expected-error @+1 {{'seq.operator' op must end in seq.return}}
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  ub.unreachable
}

// -----

// And a block needs an end.
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{block with no terminator}}
  %y = seq.neg %x : [T]
}

// -----

// operator_c6: what is drawn as a multiple of an operand.
// expected-error @+1 {{'seq.operator' op domain of operand x: expected `of` to name an operand, found "a"}}
seq.operator @f sizes(T) (%x: [T] {of = "a", range = [0.0, 1.0]}) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// operator_c6: of itself, or in a circle.
// expected-error @+1 {{'seq.operator' op domain of operand x: expected `of` to name an operand declared before it, found "y"}}
seq.operator @f sizes(T) (%x: [T] {of = "y", range = [0.0, 1.0]}, %y: [T] {of = "x", range = [0.0, 1.0]}) -> (z: [T]) {
  seq.return %x : [T]
}

// -----

// operator_c6: by what factors.
// expected-error @+1 {{'seq.operator' op domain of operand x: expected beside `of` the domain of the factors, for example range = [0.0, 1.0], found {of = "a"}}}
seq.operator @f sizes(T) (%a: [T], %x: [T] {of = "a"}) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// operator_c6: integers are no multiples.
// expected-error @+1 {{'seq.operator' op domain of operand x: expected real numbers times real numbers, found '!seq.array<[T] x f32>' of '!seq.array<[T] x i32>'}}
seq.operator @f sizes(T) (%a: [T] x i32, %x: [T] {of = "a", range = [0.0, 1.0]}) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// operator_c6: an axis that the multiple does not have.
// expected-error @+1 {{'seq.operator' op domain of operand x: expected an operand with no axes but its own, found "a", which has "U"}}
seq.operator @f sizes(T, U) (%a: [U, T], %x: [T] {of = "a", range = [0.0, 1.0]}) -> (y: [T]) {
  seq.return %x : [T]
}

// -----

// seq.return ends nothing else.
// expected-error @+1 {{'seq.return' op expects parent op 'seq.operator'}}
seq.return
