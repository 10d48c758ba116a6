// RUN: seqmix-opt %s --split-input-file --verify-diagnostics

// param, C1: the operator has the parameter.
seq.operator @f params(K = 4) sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{'seq.param' op the operator has no integer parameter V; its parameters are {K = 4 : i64}}}
  %v = seq.param "V"
  seq.return %x : [T]
}

// -----

// param, C1: and it is an integer.
seq.operator @f params(E = f32) sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{'seq.param' op the operator has no integer parameter E}}
  %v = seq.param "E"
  seq.return %x : [T]
}

// -----

// param, C1: a size is none.
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{'seq.param' op the operator has no integer parameter T}}
  %v = seq.param "T"
  seq.return %x : [T]
}

// -----

// size, C1: the operator has the size.
seq.operator @f params(K = 4, E = f32) sizes(B, T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{'seq.size' op the operator has no size or integer parameter S; its sizes are ["B", "T"]}}
  %v = seq.size "S"
  seq.return %x : [T]
}

// -----

// size, C1: a type parameter is none.
seq.operator @f params(E = f32) sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{'seq.size' op the operator has no size or integer parameter E}}
  %v = seq.size "E"
  seq.return %x : [T]
}

// -----

// at, C1: as many positions as axes.
seq.operator @f sizes(B, T) (%x: [B, T]) -> (y: []) {
  %t = seq.size "T"
  // expected-error @+1 {{'seq.at' op expected 2 positions, one an axis of '!seq.array<[B, T] x f32>', found 1}}
  %y = seq.at %x[%t] : [B, T]
  seq.return %y : []
}

// -----

// at, C2: an operand of the operator.
seq.operator @f sizes(T) (%x: [T]) -> (y: []) {
  %t = seq.size "T"
  %n = seq.neg %x : [T]
  // expected-error @+1 {{'seq.at' op reads an operand of the operator; found a computed value}}
  %y = seq.at %n[%t] : [T]
  seq.return %y : []
}

// -----

// at, C2: an argument of a step is none.
seq.operator @f params(K = 4) sizes(T) (%x: [T, K]) -> (y: [T]) {
  %y = seq.recurrence over "T" (%xt: [K] = %x : [T, K]) -> ([T]) {
    %k = seq.constant 1 : [] x index
    // expected-error @+1 {{'seq.at' op reads an operand of the operator; found a computed value}}
    %a = seq.at %xt[%k] : [K]
    seq.yield out(%a : [])
  }
  seq.return %y : [T]
}

// -----

// at: positions are positions.
seq.operator @f params(K = 4) sizes(T) (%x: [T]) -> (y: []) {
  // expected-note @+1 {{prior use here}}
  %t = seq.param "K"
  // expected-error @+1 {{use of value '%t' expects different type than prior uses: '!seq.array<[] x index>' vs '!seq.array<[] x f32>'}}
  %y = seq.at %x[%t] : [T]
  seq.return %y : []
}

// -----

// at: in the generic form, too.
"seq.operator"() <{sym_name = "f", params = {K = 4}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [!seq.array<[T] x f32>], operand_domains = [{}],
    result_names = [], result_types = []}> ({
^bb0(%x: !seq.array<[T] x f32>):
  %k = "seq.param"() <{name = "K"}> : () -> !seq.array<[] x f32>
  // expected-error @+1 {{'seq.at' op positions must be [] x index, found '!seq.array<[] x f32>'}}
  %y = "seq.at"(%x, %k) : (!seq.array<[T] x f32>, !seq.array<[] x f32>) -> !seq.array<[] x f32>
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// Types that do not follow.
// expected-error @+2 {{'seq.param' op inferred type(s) '!seq.array<[] x f32>' are incompatible with return type(s) of operation '!seq.array<[K] x f32>'}}
// expected-error @+1 {{'seq.param' op failed to infer returned types}}
%a = "seq.param"() <{name = "K"}> : () -> !seq.array<[K] x f32>

// -----

// expected-error @+1 {{'seq.param' op requires attribute 'name'}}
%a = "seq.param"() : () -> !seq.array<[] x f32>
