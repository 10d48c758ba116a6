// RUN: seqmix-opt %s --split-input-file --verify-diagnostics

// C1: the sequence is a size.
seq.operator @f params(K = 4) sizes(B, T) (%x: [B, T, K]) -> (y: [B, T, K]) {
  // expected-error @+1 {{'seq.recurrence' op K is no size of the operator; its sizes are ["B", "T"]}}
  %y = seq.recurrence over "K" (%xt: [] = %x : [B, T, K]) -> ([B, T, K]) {
    seq.yield out(%xt : [])
  }
  seq.return %y : [B, T, K]
}

// -----

// C1: some input has it.
seq.operator @f sizes(B, T) (%x: [B]) -> (y: [B, T]) {
  // expected-error @+1 {{'seq.recurrence' op no input has the sequence axis T}}
  %y = seq.recurrence over "T" (%xt: [] = %x : [B]) -> ([B, T]) {
    seq.yield out(%xt : [])
  }
  seq.return %y : [B, T]
}

// -----

// C2: no state has it.
seq.operator @f sizes(B, T) (%x: [B, T]) -> (y: [B]) {
  // expected-error @+1 {{'seq.recurrence' op an initial state must not have the sequence axis T, found '!seq.array<[B, T] x f32>'}}
  %s = seq.recurrence over "T" (%xt: [] = %x : [B, T]) carry(%S: [] = %x : [B, T]) -> ([B]) {
    seq.yield carry(%S : [])
  }
  seq.return %s : [B]
}

// -----

// C3: arguments have the axes that are parameters.
seq.operator @f params(K = 4) sizes(B, T) (%x: [B, T, K]) -> (y: [B, T, K]) {
  // expected-error @+1 {{'seq.recurrence' op argument 0 of the step must be '!seq.array<[K] x f32>' (the axes of '!seq.array<[B, T, K] x f32>' that are parameters), found '!seq.array<[B, K] x f32>'}}
  %y = seq.recurrence over "T" (%xt: [B, K] = %x : [B, T, K]) -> ([B, T, K]) {
    %a = seq.constant 0.0 : [K]
    seq.yield out(%a : [K])
  }
  seq.return %y : [B, T, K]
}

// -----

// C3: a real one is f32.
seq.operator @f params(E = bf16) sizes(T) (%x: [T] x E) -> (y: [T]) {
  // expected-error @+1 {{'seq.recurrence' op argument 0 of the step must be '!seq.array<[] x f32>' (the axes of '!seq.array<[T] x E>' that are parameters), found '!seq.array<[] x E>'}}
  %y = seq.recurrence over "T" (%xt: [] x E = %x : [T] x E) -> ([T]) {
    %a = seq.neg %xt : [] x E
    seq.yield out(%a : [])
  }
  seq.return %y : [T]
}

// -----

// C3: a whole one is a position.
seq.operator @f sizes(T) (%x: [T] x i32) -> (y: [T] x i32) {
  // expected-error @+1 {{'seq.recurrence' op argument 0 of the step must be '!seq.array<[] x index>'}}
  %y = seq.recurrence over "T" (%xt: [] x i32 = %x : [T] x i32) -> ([T] x i32) {
    seq.yield out(%xt : [] x i32)
  }
  seq.return %y : [T] x i32
}

// -----

// C3: one an operand.
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [!seq.array<[T] x f32>], operand_domains = [{}],
    result_names = [], result_types = []}> ({
^bb0(%x: !seq.array<[T] x f32>):
  // expected-error @+1 {{'seq.recurrence' op expected 1 arguments of the step, found 0}}
  %y = "seq.recurrence"(%x) <{sequence = "T", operandSegmentSizes = array<i32: 1, 0>}> ({
    %a = "seq.constant"() <{value = 0.0 : f64}> : () -> !seq.array<[] x f32>
    "seq.yield"(%a) <{operandSegmentSizes = array<i32: 0, 1>}> : (!seq.array<[] x f32>) -> ()
  }) : (!seq.array<[T] x f32>) -> !seq.array<[T] x f32>
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// C4: as many states as there are.
seq.operator @f sizes(B, T) (%x: [B, T], %s0: [B]) -> (s: [B]) {
  %s = seq.recurrence over "T" (%xt: [] = %x : [B, T]) carry(%S: [] = %s0 : [B]) -> ([B]) {
    // expected-error @+1 {{'seq.yield' op expected 1 states in carry(…), found 0}}
    seq.yield out(%S : [])
  }
  seq.return %s : [B]
}

// -----

// C4: with the axes of the state.
seq.operator @f params(K = 4, V = 8) sizes(T) (%k: [T, K], %s0: [K, V]) -> (s: [K, V]) {
  %s = seq.recurrence over "T" (%kt: [K] = %k : [T, K]) carry(%S: [K, V] = %s0 : [K, V]) -> ([K, V]) {
    // expected-error @+1 {{'seq.yield' op state 0 is '!seq.array<[K, V] x f32>', but the step yields '!seq.array<[K] x f32>'}}
    seq.yield carry(%kt : [K])
  }
  seq.return %s : [K, V]
}

// -----

// C4: of its kind.
seq.operator @f sizes(T) (%k: [T], %s0: [] x i32) -> (s: [] x i32) {
  %s = seq.recurrence over "T" (%kt: [] = %k : [T]) carry(%S: [] x index = %s0 : [] x i32) -> ([] x index) {
    // expected-error @+1 {{'seq.yield' op state 0 is '!seq.array<[] x index>', but the step yields '!seq.array<[] x f32>'}}
    seq.yield carry(%kt : [])
  }
  seq.return %s : [] x index
}

// -----

// C5: as many outputs as results.
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  %y = seq.recurrence over "T" (%xt: [] = %x : [T]) -> ([T]) {
    // expected-error @+1 {{'seq.yield' op expected 1 outputs in out(…), found 2}}
    seq.yield out(%xt, %xt : [], [])
  }
  seq.return %y : [T]
}

// -----

// C5: an output has the parallel axes, the sequence and its own.
seq.operator @f params(K = 4) sizes(B, T, H, HK divides H) (%x: [B, T, HK, K]) -> (y: [B, T, HK, K]) {
  // expected-error @+1 {{'seq.recurrence' op result 0 must have the axes B, H, T, K, found '!seq.array<[B, T, HK, K] x f32>'}}
  %y = seq.recurrence over "T" (%xt: [K] = %x : [B, T, HK, K]) -> ([B, T, HK, K]) {
    seq.yield out(%xt : [K])
  }
  seq.return %y : [B, T, HK, K]
}

// -----

// C5: a final state has no sequence.
seq.operator @f sizes(B, T) (%x: [B, T], %s0: [B]) -> (s: [B, T]) {
  // expected-error @+1 {{'seq.recurrence' op result 0 must have the axes B, found '!seq.array<[B, T] x f32>'}}
  %s = seq.recurrence over "T" (%xt: [] = %x : [B, T]) carry(%S: [] = %s0 : [B]) -> ([B, T]) {
    seq.yield carry(%S : [])
  }
  seq.return %s : [B, T]
}

// -----

// C5: of the kind yielded.
seq.operator @f sizes(T) (%x: [T]) -> (y: [T] x i32) {
  // expected-error @+1 {{'seq.recurrence' op result 0 must be of 'f32', as the value yielded is, found '!seq.array<[T] x i32>'}}
  %y = seq.recurrence over "T" (%xt: [] = %x : [T]) -> ([T] x i32) {
    seq.yield out(%xt : [])
  }
  seq.return %y : [T] x i32
}

// -----

// C5: there is a result; one of a recurrence without a state is an output.
seq.operator @f sizes(B, T) (%x: [B, T], %s0: [B]) -> () {
  // expected-error @+1 {{expected '['}}
  seq.recurrence over "T" (%xt: [] = %x : [B, T]) carry(%S: [] = %s0 : [B]) -> () {
    seq.yield carry(%S : [])
  }
  seq.return
}

// -----

// C6: the sequence has one name.
seq.operator @f sizes(T, S = T) (%x: [T], %z: [S]) -> (y: [T]) {
  // expected-error @+1 {{'seq.recurrence' op axis S of '!seq.array<[S] x f32>' is the sequence T under another name; write it as T}}
  %y = seq.recurrence over "T" (%xt: [] = %x : [T], %zt: [] = %z : [S]) -> ([T]) {
    seq.yield out(%xt : [])
  }
  seq.return %y : [T]
}

// -----

// C7: a chunk is a multiple of 16 …
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{'seq.recurrence' op chunk must be a multiple of 16 from 16 to 256, found 40 : i64}}
  %y = seq.recurrence over "T" (%xt: [] = %x : [T]) -> ([T]) attributes {chunk = 40} {
    seq.yield out(%xt : [])
  }
  seq.return %y : [T]
}

// -----

// C7: … that is a number.
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{'seq.recurrence' op chunk must be a multiple of 16 from 16 to 256, found "large"}}
  %y = seq.recurrence over "T" (%xt: [] = %x : [T]) -> ([T]) attributes {chunk = "large"} {
    seq.yield out(%xt : [])
  }
  seq.return %y : [T]
}

// -----

// The step ends in seq.yield.
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{'seq.recurrence' op the step must end in seq.yield}}
  %y = seq.recurrence over "T" (%xt: [] = %x : [T]) -> ([T]) {
    ub.unreachable
  }
  seq.return %y : [T]
}

// -----

// The step has a block that is not empty.
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [!seq.array<[T] x f32>], operand_domains = [{}],
    result_names = [], result_types = []}> ({
^bb0(%x: !seq.array<[T] x f32>):
  // expected-error @+1 {{'seq.recurrence' op expects a non-empty block}}
  %y = "seq.recurrence"(%x) <{sequence = "T", operandSegmentSizes = array<i32: 1, 0>}> ({
  ^bb0(%xt: !seq.array<[] x f32>):
  }) : (!seq.array<[T] x f32>) -> !seq.array<[T] x f32>
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// Segments that are not the operands.
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [!seq.array<[T] x f32>], operand_domains = [{}],
    result_names = [], result_types = []}> ({
^bb0(%x: !seq.array<[T] x f32>):
  // expected-error @+1 {{'seq.recurrence' op operand count (1) does not match with the total size (3) specified in attribute 'operandSegmentSizes'}}
  %y = "seq.recurrence"(%x) <{sequence = "T", operandSegmentSizes = array<i32: 1, 2>}> ({
  ^bb0(%xt: !seq.array<[] x f32>):
    "seq.yield"(%xt) <{operandSegmentSizes = array<i32: 0, 1>}> : (!seq.array<[] x f32>) -> ()
  }) : (!seq.array<[T] x f32>) -> !seq.array<[T] x f32>
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// The parser: an unknown keyword.
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{expected '->'}}
  %y = seq.recurrence over "T" (%xt: [] = %x : [T]) state(%S: [] = %x : [T]) -> ([T]) {
    seq.yield out(%xt : [])
  }
  seq.return %y : [T]
}

// -----

// The parser: a sequence without quotes.
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{expected attribute value}}
  %y = seq.recurrence over T (%xt: [] = %x : [T]) -> ([T]) {
    seq.yield out(%xt : [])
  }
  seq.return %y : [T]
}

// -----

// The parser: an argument that is bound to nothing.
seq.operator @f sizes(T) (%x: [T]) -> (y: [T]) {
  // expected-error @+1 {{expected '='}}
  %y = seq.recurrence over "T" (%xt: []) -> ([T]) {
    seq.yield out(%xt : [])
  }
  seq.return %y : [T]
}
