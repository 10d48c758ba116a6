// RUN: seqmix-opt %s --split-input-file --verify-diagnostics

// C1: the axis is a parameter.
seq.operator @f params(K = 4) sizes(T, R) (%k: [T, R, K], %s0: [K]) -> (s: [K]) {
  // expected-error @+1 {{'seq.substeps' op R is no integer parameter of the operator: how many sub-steps there are must be known}}
  %s = seq.substeps over "R" (%kr: [T, K] = %k : [T, R, K]) carry(%S: [K] = %s0 : [K]) -> ([K]) {
    seq.yield carry(%S : [K])
  }
  seq.return %s : [K]
}

// -----

// C1: some input has it.
func.func @f(%k: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.substeps' op no input has the axis R}}
  %s = seq.substeps over "R" (%kr: [K] = %k : [K]) carry(%S: [K] = %k : [K]) -> ([K]) {
    seq.yield carry(%S : [K])
  }
  return
}

// -----

// C1: no state has it.
func.func @f(%k: !seq.array<[R, K] x f32>) {
  // expected-error @+1 {{'seq.substeps' op a state must not have the axis R}}
  %s = seq.substeps over "R" (%kr: [K] = %k : [R, K]) carry(%S: [R, K] = %k : [R, K]) -> ([R, K]) {
    seq.yield carry(%S : [R, K])
  }
  return
}

// -----

// C2: an argument has the axes of its input without that one.
func.func @f(%k: !seq.array<[R, K] x f32>, %s0: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.substeps' op argument 0 of the region must be '!seq.array<[K] x f32>', found '!seq.array<[R, K] x f32>'}}
  %s = seq.substeps over "R" (%kr: [R, K] = %k : [R, K]) carry(%S: [K] = %s0 : [K]) -> ([K]) {
    seq.yield carry(%S : [K])
  }
  return
}

// -----

// C2: one an operand.
func.func @f(%k: !seq.array<[R, K] x f32>) {
  // expected-error @+1 {{'seq.substeps' op expected 1 arguments of the region, found 0}}
  "seq.substeps"(%k) <{axis = "R", operandSegmentSizes = array<i32: 1, 0>}> ({
    "seq.yield"() <{operandSegmentSizes = array<i32: 0, 0>}> : () -> ()
  }) : (!seq.array<[R, K] x f32>) -> ()
  return
}

// -----

// C3: it yields the states, and nothing else.
func.func @f(%k: !seq.array<[R, K] x f32>, %s0: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.substeps' op must yield 1 states in carry(…), have as many results, and yield no outputs}}
  %s = seq.substeps over "R" (%kr: [K] = %k : [R, K]) carry(%S: [K] = %s0 : [K]) -> ([K]) {
    seq.yield carry(%S : [K]) out(%kr : [K])
  }
  return
}

// -----

// C3: with the axes of the state.
func.func @f(%k: !seq.array<[R, K] x f32>, %s0: !seq.array<[] x f32>) {
  %s = seq.substeps over "R" (%kr: [K] = %k : [R, K]) carry(%S: [] = %s0 : []) -> ([]) {
    // expected-error @+1 {{'seq.yield' op a state is '!seq.array<[] x f32>', but the region yields '!seq.array<[K] x f32>'}}
    seq.yield carry(%kr : [K])
  }
  return
}

// -----

// C3: results have the states' types.
func.func @f(%k: !seq.array<[R, K] x f32>, %s0: !seq.array<[K] x f32>) {
  // expected-error @+1 {{'seq.substeps' op a result must be '!seq.array<[K] x f32>', found '!seq.array<[] x f32>'}}
  %s = seq.substeps over "R" (%kr: [K] = %k : [R, K]) carry(%S: [K] = %s0 : [K]) -> ([]) {
    seq.yield carry(%S : [K])
  }
  return
}
