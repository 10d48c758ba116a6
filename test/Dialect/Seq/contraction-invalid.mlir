// RUN: seqmix-opt %s --split-input-file --verify-diagnostics

// dot, C1: both are real.
func.func @f(%x: !seq.array<[K] x f32>, %i: !seq.array<[K] x index>) {
  // expected-error @+1 {{'seq.dot' op the second operand must be real, found '!seq.array<[K] x index>'}}
  %y = seq.dot %x, %i over ["K"] : [K], [K] x index
  return
}

// -----

// dot, C1: both are real.
func.func @f(%x: !seq.array<[K] x f32>, %i: !seq.array<[K] x index>) {
  // expected-error @+1 {{'seq.dot' op the first operand must be real, found '!seq.array<[K] x index>'}}
  %y = seq.dot %i, %x over ["K"] : [K] x index, [K]
  return
}

// -----

// dot, C2: an axis of the first.
func.func @f(%x: !seq.array<[K] x f32>, %s: !seq.array<[K, V] x f32>) {
  // expected-error @+1 {{'seq.dot' op sums over V, which is no axis of the first operand: '!seq.array<[K] x f32>'}}
  %y = seq.dot %x, %s over ["V"] : [K], [K, V]
  return
}

// -----

// dot, C2: an axis of the second.
func.func @f(%x: !seq.array<[K] x f32>, %s: !seq.array<[K, V] x f32>) {
  // expected-error @+1 {{'seq.dot' op sums over V, which is no axis of the second operand: '!seq.array<[K] x f32>'}}
  %y = seq.dot %s, %x over ["K", "V"] : [K, V], [K]
  return
}

// -----

// dot, C2: named once.
func.func @f(%x: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.dot' op names K twice}}
  %y = seq.dot %x, %x over ["K", "K"] : [K], [K]
  return
}

// -----

// sum, C1: real.
func.func @f(%i: !seq.array<[K] x i1>) {
  // expected-error @+1 {{'seq.sum' op the operand must be real, found '!seq.array<[K] x i1>'}}
  %y = seq.sum %i over ["K"] : [K] x i1
  return
}

// -----

// sum, C2: one of its axes.
func.func @f(%x: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.sum' op sums over V, which is no axis of the operand: '!seq.array<[K] x f32>'}}
  %y = seq.sum %x over ["V"] : [K]
  return
}

// -----

// sum, C2: named once.
func.func @f(%x: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.sum' op names K twice}}
  %y = seq.sum %x over ["K", "K"] : [K]
  return
}

// -----

// rename, C1: the old name is an axis.
func.func @f(%x: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.rename' op V is no axis of '!seq.array<[K] x f32>'}}
  %y = seq.rename %x "V" to "J" : [K]
  return
}

// -----

// rename, C1: the new one is not.
func.func @f(%x: !seq.array<[K, V] x f32>) {
  // expected-error @+1 {{'seq.rename' op V is an axis of '!seq.array<[K, V] x f32>' already}}
  %y = seq.rename %x "K" to "V" : [K, V]
  return
}

// -----

// rename, C2: parameters of one value.
seq.operator @f params(K = 4, J = 8) sizes(T) (%x: [T, K]) -> (y: [T, J]) {
  // expected-error @+1 {{'seq.rename' op expected two parameters of one value, found K = 4 and J = 8}}
  %y = seq.rename %x "K" to "J" : [T, K]
  seq.return %y : [T, J]
}

// -----

// rename, C2: parameters, not sizes.
seq.operator @f params(K = 4) sizes(T, S = T) (%x: [T, K]) -> (y: [S, K]) {
  // expected-error @+1 {{'seq.rename' op expected two parameters of one value, found T = no parameter and S = no parameter}}
  %y = seq.rename %x "T" to "S" : [T, K]
  seq.return %y : [S, K]
}

// -----

// slice, C1: one of its axes.
func.func @f(%x: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.slice' op V is no axis of '!seq.array<[K] x f32>'}}
  %y = seq.slice %x "V" at 0 : [K]
  return
}

// -----

// slice, C1: a parameter.
seq.operator @f sizes(T) (%x: [T]) -> (y: []) {
  // expected-error @+1 {{'seq.slice' op T is no parameter: only an axis whose size is known can be sliced}}
  %y = seq.slice %x "T" at 0 : [T]
  seq.return %y : []
}

// -----

// slice, C2: the index lies in it.
seq.operator @f params(K = 4) sizes(T) (%x: [T, K]) -> (y: [T]) {
  // expected-error @+1 {{'seq.slice' op index 4 is out of range: K has 4 elements}}
  %y = seq.slice %x "K" at 4 : [T, K]
  seq.return %y : [T]
}

// -----

// slice, C2: from 0 on.
seq.operator @f params(K = 4) sizes(T) (%x: [T, K]) -> (y: [T]) {
  // expected-error @+1 {{'seq.slice' op index -1 is out of range: K has 4 elements}}
  %y = seq.slice %x "K" at -1 : [T, K]
  seq.return %y : [T]
}

// -----

// Attributes that are missing or of another kind.
func.func @f(%x: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.dot' op requires attribute 'over'}}
  %y = "seq.dot"(%x, %x) : (!seq.array<[K] x f32>, !seq.array<[K] x f32>) -> !seq.array<[K] x f32>
  return
}

// -----

func.func @f(%x: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.sum' op attribute 'over' failed to satisfy constraint: string array attribute}}
  %y = "seq.sum"(%x) <{over = [1]}> : (!seq.array<[K] x f32>) -> !seq.array<[K] x f32>
  return
}

// -----

func.func @f(%x: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.rename' op requires attribute 'from'}}
  %y = "seq.rename"(%x) : (!seq.array<[K] x f32>) -> !seq.array<[K] x f32>
  return
}

// -----

func.func @f(%x: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.slice' op requires attribute 'axis'}}
  %y = "seq.slice"(%x) : (!seq.array<[K] x f32>) -> !seq.array<[K] x f32>
  return
}
