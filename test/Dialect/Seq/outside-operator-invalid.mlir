// RUN: seqmix-opt %s --split-input-file --verify-diagnostics

// Ops of the dialect where no seq.operator encloses them: each is accepted or reported, none crashes.

func.func @elementwise(%x: !seq.array<[T, K] x f32>, %s: !seq.array<[T, K, V] x bf16>) -> !seq.array<[V] x f32> {
  %k = seq.param "K"
  %t = seq.size "T"
  %tr = seq.to_real %t : [] x index
  %a = seq.mul %x, %k : [T, K], []
  %b = seq.mul %a, %tr : [T, K], []
  %c = seq.dot %s, %b over ["K", "T"] : [T, K, V] x bf16, [T, K]
  %d = seq.rename %c "V" to "W" : [V]
  %e = seq.slice %d "W" at 1 : [W]
  %f = seq.sum %x over ["T", "K"] : [T, K]
  %g = seq.add %e, %f : [], []
  %h = seq.mul %c, %g : [V], []
  return %h : !seq.array<[V] x f32>
}

// -----

func.func @at(%x: !seq.array<[T] x f32>, %i: !seq.array<[] x index>) {
  // expected-error @+1 {{'seq.at' op reads an operand of the operator; found a computed value}}
  %a = seq.at %x[%i] : [T]
  return
}

// -----

func.func @recurrence(%x: !seq.array<[T, K] x f32>) {
  // expected-error @+1 {{'seq.recurrence' op must stand in a seq.operator}}
  %y = seq.recurrence over "T" (%xt: [K] = %x : [T, K]) -> ([T, K]) {
    seq.yield out(%xt : [K])
  }
  return
}

// -----

func.func @attention(%q: !seq.array<[T, K] x f32>, %k: !seq.array<[S, K] x f32>) {
  // expected-error @+1 {{'seq.attention' op must stand in a seq.operator}}
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
  return
}

// -----

func.func @substeps(%k: !seq.array<[R, K] x f32>, %s: !seq.array<[K] x f32>) -> !seq.array<[K] x f32> {
  %n = seq.substeps over "R" (%kr: [K] = %k : [R, K]) carry(%S: [K] = %s : [K]) -> ([K]) {
    %a = seq.add %S, %kr : [K], [K]
    seq.yield carry(%a : [K])
  }
  return %n : !seq.array<[K] x f32>
}

// -----

func.func @yield(%x: !seq.array<[] x f32>) {
  // expected-error @+1 {{'seq.yield' op expects parent op to be one of 'seq.recurrence, seq.substeps, seq.attention'}}
  seq.yield out(%x : [])
}

// -----

func.func @return(%x: !seq.array<[] x f32>) {
  // expected-error @+1 {{'seq.return' op expects parent op 'seq.operator'}}
  seq.return %x : []
}
