// RUN: seqmix-opt %s --split-input-file --verify-diagnostics

// C1: the query sequence is a size.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op K is no size of the operator; its sizes are ["B", "T", "S", "H", "HK"]}}
  %o = seq.attention over "K", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
  seq.return
}

// -----

// C1: the key sequence, too.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op U is no size of the operator}}
  %o = seq.attention over "T", "U" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
  seq.return
}

// -----

// C1: the query has its sequence.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%z: [B, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V]) -> () {
  // expected-error @+1 {{'seq.attention' op query must have the query sequence T, found '!seq.array<[B, H, K] x f32>'}}
  %o = seq.attention over "T", "S" query(%z : [B, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
  seq.return
}

// -----

// C1: and not the other.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%z: [B, T, S, K], %k: [B, S, HK, K], %v: [B, S, HK, V]) -> () {
  // expected-error @+1 {{'seq.attention' op query must not have the key sequence S, found '!seq.array<[B, T, S, K] x f32>'}}
  %o = seq.attention over "T", "S" query(%z : [B, T, S, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
  seq.return
}

// -----

// C1: the key has the key sequence.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %z: [B, T, HK, K], %v: [B, S, HK, V]) -> () {
  // expected-error @+1 {{'seq.attention' op key must have the key sequence S, found '!seq.array<[B, T, HK, K] x f32>'}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%z : [B, T, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
  seq.return
}

// -----

// C1: so has the value.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %z: [B, H, V]) -> () {
  // expected-error @+1 {{'seq.attention' op value must have the key sequence S, found '!seq.array<[B, H, V] x f32>'}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%z : [B, H, V]) normaliser "softmax" -> ([B, T, H, V])
  seq.return
}

// -----

// C1: the two names differ.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op the sequences of queries and keys need names of their own, found T twice; for two of one size declare a second name in sizes(…), as S = T}}
  %o = seq.attention over "T", "T" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
  seq.return
}

// -----

// C2: query and key share their parameter axes.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op query and key must share their parameter axes, found '!seq.array<[B, T, H, K] x f32>' and '!seq.array<[B, S, HK, V] x f32>'}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%v : [B, S, HK, V]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
  seq.return
}

// -----

// C2: at least one.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%x: [B, T], %z: [S]) -> () {
  // expected-error @+1 {{'seq.attention' op query and key must share their parameter axes, found '!seq.array<[B, T] x f32>' and '!seq.array<[S] x f32>'}}
  %o = seq.attention over "T", "S" query(%x : [B, T]) key(%z : [S]) value(%z : [S]) normaliser "softmax" -> ([B, T])
  seq.return
}

// -----

// C2: query, key and value are real.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %z: [S, K] x i32, %v: [B, S, HK, V]) -> () {
  // expected-error @+1 {{'seq.attention' op key must be real, found '!seq.array<[S, K] x i32>'}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%z : [S, K] x i32) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
  seq.return
}

// -----

// C3: a run-time axis of the key is one of the query's, or divides one.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, G, HK divides H) (%q: [B, T, H, K], %z: [B, S, G, K], %v: [B, S, HK, V]) -> () {
  // expected-error @+1 {{'seq.attention' op axis G of key is no axis of the query and divides none; declare it as G divides … in sizes(…)}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%z : [B, S, G, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
  seq.return
}

// -----

// C3: so is one of the value.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %z: [B, S, T, V]) -> () {
  // expected-error @+1 {{'seq.attention' op axis T of value is no axis of the query and divides none}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%z : [B, S, T, V]) normaliser "softmax" -> ([B, T, H, V])
  seq.return
}

// -----

// C4: the score region takes the score and the positions.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op score region takes 5 arguments (the score, a position on each parallel axis, query and key), found 3}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
    score(%s, %i, %j) {
      seq.yield out(%s : [])
    }
  seq.return
}

// -----

// C4: the mask region takes the positions.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op mask region takes 4 arguments (a position on each parallel axis, query and key), found 2}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
    mask(%i, %j) {
      %m = seq.le %j, %i : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return
}

// -----

// C4: the score region yields a real.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
    score(%s, %b, %h, %i, %j) {
      // expected-error @+1 {{'seq.yield' op score region must yield a real, [], found '!seq.array<[] x index>'}}
      seq.yield out(%i : [] x index)
    }
  seq.return
}

// -----

// C4: one value.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op score region must yield one value with seq.yield out(…)}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
    score(%s, %b, %h, %i, %j) {
      seq.yield carry(%s : [])
    }
  seq.return
}

// -----

// C4: and it is one number.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
    score(%s, %b, %h, %i, %j) {
      %a = seq.constant 0.0 : [K]
      // expected-error @+1 {{'seq.yield' op score region must yield a real, [], found '!seq.array<[K] x f32>'}}
      seq.yield out(%a : [K])
    }
  seq.return
}

// -----

// C4: the mask region yields a truth value.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
    mask(%b, %h, %i, %j) {
      // expected-error @+1 {{'seq.yield' op mask region must yield a truth value, [] x i1, found '!seq.array<[] x index>'}}
      seq.yield out(%i : [] x index)
    }
  seq.return
}

// -----

// C4: it ends in seq.yield.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op mask region must yield one value with seq.yield out(…)}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
    mask(%b, %h, %i, %j) {
      %m = seq.le %j, %i : [] x index, [] x index
      ub.unreachable
    }
  seq.return
}

// -----

// C5: one or two results.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op expected one or two results, found 3}}
  %o:3 = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V], [B, T, H], [B, T, H])
  seq.return
}

// -----

// C5: the first has the parallel axes, the query sequence and the value's parameters.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op result 0 must have the axes B, H, T, V, found '!seq.array<[B, T, H, K] x f32>'}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, K])
  seq.return
}

// -----

// C5: the second has no parameters.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op result 1 must have the axes B, H, T, found '!seq.array<[B, T, H, V] x f32>'}}
  %o:2 = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V], [B, T, H, V])
  seq.return
}

// -----

// C5: they are f32.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op result 0 must be of f32, found '!seq.array<[B, T, H, V] x bf16>'}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V] x bf16)
  seq.return
}

// -----

// C6: what the normaliser takes is over parallel axes.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{'seq.attention' op axis T of '!seq.array<[B, T] x f32>', which the normaliser takes, is no parallel axis}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "sink"(%x : [B, T]) -> ([B, T, H, V])
  seq.return
}

// -----

// The parser: no mask after the score's keyword.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+2 {{expected '{' to begin a region}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
    score(%s, %b, %h, %i, %j) mask(%b, %h, %i, %j) {
    }
  seq.return
}

// -----

// The parser: regions in the other order.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
    mask(%b, %h, %i, %j) {
      %m = seq.le %j, %i : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    // expected-error @+1 {{expected score(…) before mask(…)}}
    } score(%s, %b, %h, %i, %j) {
      seq.yield out(%s : [])
    }
  seq.return
}

// -----

// The parser: a keyword is missing.
seq.operator @f params(K = 4, V = 8) sizes(B, T, S, H, HK divides H) (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %x: [B, T]) -> () {
  // expected-error @+1 {{expected 'key'}}
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V])
  seq.return
}

// -----

// C4: arguments are what they should be, in the generic form too.
"seq.operator"() <{sym_name = "f", params = {K = 4}, sizes = ["T", "S"], divides = {}, equals = {},
    operand_names = ["q", "k"], operand_types = [!seq.array<[T, K] x f32>, !seq.array<[S, K] x f32>], operand_domains = [{}, {}],
    result_names = [], result_types = []}> ({
^bb0(%q: !seq.array<[T, K] x f32>, %k: !seq.array<[S, K] x f32>):
  // expected-error @+1 {{'seq.attention' op argument 1 of the mask region must be '!seq.array<[] x index>', found '!seq.array<[] x f32>'}}
  %o = "seq.attention"(%q, %k, %k) <{query_sequence = "T", key_sequence = "S", normaliser = "softmax"}> ({
  }, {
  ^bb0(%i: !seq.array<[] x index>, %j: !seq.array<[] x f32>):
    %m = "seq.constant"() <{value = true}> : () -> !seq.array<[] x i1>
    "seq.yield"(%m) <{operandSegmentSizes = array<i32: 0, 1>}> : (!seq.array<[] x i1>) -> ()
  }) : (!seq.array<[T, K] x f32>, !seq.array<[S, K] x f32>, !seq.array<[S, K] x f32>) -> !seq.array<[T, K] x f32>
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// C4: an empty block.
"seq.operator"() <{sym_name = "f", params = {K = 4}, sizes = ["T", "S"], divides = {}, equals = {},
    operand_names = ["q", "k"], operand_types = [!seq.array<[T, K] x f32>, !seq.array<[S, K] x f32>], operand_domains = [{}, {}],
    result_names = [], result_types = []}> ({
^bb0(%q: !seq.array<[T, K] x f32>, %k: !seq.array<[S, K] x f32>):
  // expected-error @+1 {{empty block: expect at least a terminator}}
  %o = "seq.attention"(%q, %k, %k) <{query_sequence = "T", key_sequence = "S", normaliser = "softmax"}> ({
  }, {
  ^bb0(%i: !seq.array<[] x index>, %j: !seq.array<[] x index>):
  }) : (!seq.array<[T, K] x f32>, !seq.array<[S, K] x f32>, !seq.array<[S, K] x f32>) -> !seq.array<[T, K] x f32>
  "seq.return"() : () -> ()
}) : () -> ()
