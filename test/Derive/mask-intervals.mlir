// What a mask is over a tile of queries and keys: which keys matter at all (range), and whether a tile may be skipped or
// needs no mask (classify: some pair may be allowed, all pairs are).
// RUN: seqmix-opt %s --seqmix-derive --canonicalize --cse --split-input-file | FileCheck %s

// j ≤ i: keys up to the last query; a tile is full up to the first query.
// CHECK-LABEL: kernel.entry @seqmix_causal
// CHECK:         range () {
// CHECK-DAG:       %[[T:.*]] = stream.position "T"
// CHECK-DAG:       %[[TE:.*]] = stream.extent "T"
// CHECK-DAG:       %[[END:.*]] = arith.minsi %{{.*}}, %[[TE]]
// CHECK-DAG:       %[[S:.*]] = stream.extent "S"
// CHECK:           %[[HIGH:.*]] = arith.minsi %[[S]], %{{.*}}
// CHECK-NEXT:      stream.yield %c0, %[[HIGH]]
// CHECK:         classify () {
// CHECK-DAG:       %[[T:.*]] = stream.position "T"
// CHECK-DAG:       %[[J:.*]] = stream.position "S"
// CHECK:           %[[ANY:.*]] = arith.cmpi sle, %[[J]], %[[LAST:.*]] : index
// CHECK-NEXT:      %[[ALL:.*]] = arith.cmpi sle, %[[JLAST:.*]], %[[T]] : index
// CHECK-NEXT:      stream.yield %[[ANY]], %[[ALL]]
seq.operator @causal params(K = 16) sizes(T, S = T) (%q: [T, K], %k: [S, K]) -> (o: [T, K]) {
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    mask(%i, %j) {
      %m = seq.le %j, %i : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, K]
}

// -----

// j ≤ i and i − j < 100: from 99 keys before the first query on.
// CHECK-LABEL: kernel.entry @seqmix_window
// CHECK:         range () {
// CHECK-DAG:       %[[T:.*]] = stream.position "T"
// CHECK:           %[[LOW:.*]] = arith.maxsi
// CHECK:           %[[HIGH:.*]] = arith.minsi
// CHECK-NEXT:      stream.yield %[[LOW]], %[[HIGH]]
// CHECK:         classify () {
// CHECK:           %[[A:.*]] = arith.andi
// CHECK:           %[[B:.*]] = arith.andi
// CHECK-NEXT:      stream.yield %[[A]], %[[B]]
seq.operator @window params(K = 16) sizes(T, S = T) (%q: [T, K], %k: [S, K]) -> (o: [T, K]) {
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    mask(%i, %j) {
      %a = seq.le %j, %i : [] x index, [] x index
      %d = seq.sub %i, %j : [] x index, [] x index
      %w = seq.constant 100 : [] x index
      %b = seq.lt %d, %w : [] x index, [] x index
      %m = seq.and %a, %b : [] x i1, [] x i1
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, K]
}

// -----

// j ≤ i or j < p_b: a bound that is read once a tile; the later of the two ends.
// CHECK-LABEL: kernel.entry @seqmix_prefix
// CHECK:         range () {
// CHECK:           %[[B:.*]] = stream.position "B"
// CHECK:           %[[P:.*]] = memref.load %{{.*}}[%[[B]]] : memref<?xi32
// CHECK:           %[[PI:.*]] = arith.index_cast %[[P]]
// CHECK:           arith.maxsi %{{.*}}, %[[PI]]
// CHECK:           %[[HIGH:.*]] = arith.minsi
// CHECK-NEXT:      stream.yield %{{.*}}, %[[HIGH]]
// CHECK:         classify () {
// CHECK:           memref.load
// CHECK:           %[[A:.*]] = arith.ori
// CHECK:           %[[B:.*]] = arith.ori
// CHECK-NEXT:      stream.yield %[[A]], %[[B]]
seq.operator @prefix params(K = 16) sizes(B, T, S = T) (%q: [B, T, K], %k: [B, S, K], %p: [B] x i32) -> (o: [B, T, K]) {
  %o = seq.attention over "T", "S" query(%q : [B, T, K]) key(%k : [B, S, K]) value(%k : [B, S, K]) normaliser "softmax" -> ([B, T, K])
    mask(%b, %i, %j) {
      %a = seq.le %j, %i : [] x index, [] x index
      %n = seq.at %p[%b] : [B] x i32
      %c = seq.lt %j, %n : [] x index, [] x index
      %m = seq.or %a, %c : [] x i1, [] x i1
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [B, T, K]
}

// -----

// Not (j > i): negation exchanges the two questions; no bound is taken from it.
// CHECK-LABEL: kernel.entry @seqmix_negated
// CHECK:         range () {
// CHECK:           %[[S:.*]] = stream.extent "S"
// CHECK:           stream.yield %c0, %[[S]]
// CHECK:         classify () {
// CHECK-DAG:       %[[T:.*]] = stream.position "T"
// CHECK-DAG:       %[[J:.*]] = stream.position "S"
// j > i for all pairs: the first key is past the last query; for some: the last key is past the first query.
// CHECK:           %[[ANY:.*]] = arith.cmpi sge, %[[LAST:.*]], %[[J]] : index
// CHECK:           %[[ALL:.*]] = arith.cmpi sge, %[[T]], %[[JLAST:.*]] : index
// CHECK-NEXT:      stream.yield %[[ANY]], %[[ALL]]
seq.operator @negated params(K = 16) sizes(T, S = T) (%q: [T, K], %k: [S, K]) -> (o: [T, K]) {
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    mask(%i, %j) {
      %a = seq.gt %j, %i : [] x index, [] x index
      %m = seq.not %a : [] x i1
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, K]
}

// -----

// Rows of 16 pixels: |⌊i/16⌋ − ⌊j/16⌋| ≤ 2 and |i mod 16 − j mod 16| ≤ 2. Quotients are as monotone as what is divided;
// remainders are so within one period, and anything from 0 to 15 over more.
// CHECK-LABEL: kernel.entry @seqmix_grid
// CHECK:         classify () {
// CHECK:           arith.floordivsi %{{.*}}, %c16
// CHECK:           %[[SAME:.*]] = arith.cmpi eq
// CHECK:           arith.select %[[SAME]], %{{.*}}, %c15
// CHECK:           stream.yield
seq.operator @grid params(K = 16, WIDTH = 16) sizes(T, S = T) (%q: [T, K], %k: [S, K]) -> (o: [T, K]) {
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    mask(%i, %j) {
      %w = seq.size "WIDTH"
      %r = seq.constant 2 : [] x index
      %ri = seq.floordiv %i, %w : [] x index, [] x index
      %rj = seq.floordiv %j, %w : [] x index, [] x index
      %ci = seq.mod %i, %w : [] x index, [] x index
      %cj = seq.mod %j, %w : [] x index, [] x index
      %dr = seq.sub %ri, %rj : [] x index, [] x index
      %nr = seq.sub %rj, %ri : [] x index, [] x index
      %ar = seq.max %dr, %nr : [] x index, [] x index
      %dc = seq.sub %ci, %cj : [] x index, [] x index
      %nc = seq.sub %cj, %ci : [] x index, [] x index
      %ac = seq.max %dc, %nc : [] x index, [] x index
      %a = seq.le %ar, %r : [] x index, [] x index
      %b = seq.le %ac, %r : [] x index, [] x index
      %m = seq.and %a, %b : [] x i1, [] x i1
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, K]
}

// -----

// Read along both sequences: of the tile at hand the least and the greatest number are known, so that documents are
// intervals as positions are.
// CHECK-LABEL: kernel.entry @seqmix_documents
// CHECK:         range () {
// CHECK:           %[[S:.*]] = stream.extent "S"
// CHECK:           stream.yield %c0, %[[S]]
// CHECK:         classify () {
// CHECK-DAG:       %[[QL:.+]], %[[QH:.+]] = stream.bounds %doc ["T"] : memref<?xi32, strided<[1]>> -> index
// CHECK-DAG:       %[[KL:.+]], %[[KH:.+]] = stream.bounds %doc ["S"] : memref<?xi32, strided<[1]>> -> index
// CHECK:           %[[A:.*]] = arith.cmpi sle, %[[QL]], %[[KH]]
// CHECK-NEXT:      %[[B:.*]] = arith.cmpi sle, %[[KL]], %[[QH]]
// CHECK-NEXT:      %[[MEET:.*]] = arith.andi %[[A]], %[[B]]
// CHECK-NEXT:      %[[A:.*]] = arith.cmpi eq, %[[QL]], %[[KH]]
// CHECK-NEXT:      %[[B:.*]] = arith.cmpi eq, %[[QH]], %[[KL]]
// CHECK-NEXT:      %[[ONE:.*]] = arith.andi %[[A]], %[[B]]
// CHECK-NEXT:      stream.yield %[[MEET]], %[[ONE]]
seq.operator @documents params(K = 16) sizes(T, S = T) (%q: [T, K], %k: [S, K], %doc: [T] x i32) -> (o: [T, K]) {
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    mask(%i, %j) {
      %di = seq.at %doc[%i] : [T] x i32
      %dj = seq.at %doc[%j] : [T] x i32
      %m = seq.eq %di, %dj : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, K]
}

// -----

// Together with j ≤ i: no key past the last query, and a tile is full where both say so.
// CHECK-LABEL: kernel.entry @seqmix_causal_documents
// CHECK:         range () {
// CHECK:           arith.minsi
// CHECK:           stream.yield
// CHECK:         classify () {
// CHECK:           %[[MEET:.*]] = arith.andi
// CHECK:           %[[ONE:.*]] = arith.andi
// CHECK-NEXT:      %[[SOME:.*]] = arith.cmpi sle
// CHECK-NEXT:      %[[EVERY:.*]] = arith.cmpi sle
// CHECK-NEXT:      %[[ANY:.*]] = arith.andi %[[MEET]], %[[SOME]]
// CHECK-NEXT:      %[[ALL:.*]] = arith.andi %[[ONE]], %[[EVERY]]
// CHECK-NEXT:      stream.yield %[[ANY]], %[[ALL]]
seq.operator @causal_documents params(K = 16) sizes(T, S = T) (%q: [T, K], %k: [S, K], %doc: [T] x i32) -> (o: [T, K]) {
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    mask(%i, %j) {
      %di = seq.at %doc[%i] : [T] x i32
      %dj = seq.at %doc[%j] : [T] x i32
      %a = seq.eq %di, %dj : [] x index, [] x index
      %c = seq.le %j, %i : [] x index, [] x index
      %m = seq.and %a, %c : [] x i1, [] x i1
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, K]
}

// -----

// i = j and i ≠ j: intervals that meet, and intervals of one point.
// CHECK-LABEL: kernel.entry @seqmix_diagonal
// CHECK:         classify () {
// CHECK:           %[[MEET:.*]] = arith.andi
// CHECK:           arith.cmpi eq
// CHECK-NEXT:      arith.cmpi eq
// CHECK-NEXT:      %[[ONE:.*]] = arith.andi
// CHECK-NEXT:      stream.yield %[[MEET]], %[[ONE]]
seq.operator @diagonal params(K = 16) sizes(T, S = T) (%q: [T, K], %k: [S, K]) -> (o: [T, K]) {
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    mask(%i, %j) {
      %m = seq.eq %i, %j : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, K]
}

// -----

// A head may see all keys or none: one question for the whole tile.
// CHECK-LABEL: kernel.entry @seqmix_heads
// CHECK:         classify () {
// CHECK:           %[[H:.*]] = stream.position "H"
// CHECK:           %[[M:.*]] = arith.cmpi slt, %[[H]], %{{.*}}
// CHECK-NEXT:      stream.yield %[[M]], %[[M]]
seq.operator @heads params(K = 16) sizes(T, S = T, H) (%q: [T, H, K], %k: [S, H, K]) -> (o: [T, H, K]) {
  %o = seq.attention over "T", "S" query(%q : [T, H, K]) key(%k : [S, H, K]) value(%k : [S, H, K]) normaliser "softmax" -> ([T, H, K])
    mask(%h, %i, %j) {
      %two = seq.constant 2 : [] x index
      %m = seq.lt %h, %two : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, H, K]
}

// -----

// From first_i on: what is read of queries alone is known before there are keys, and bounds the stream.
// CHECK-LABEL: kernel.entry @seqmix_spans
// CHECK:         range () {
// CHECK:           %[[LOW:.+]], %{{.+}} = stream.bounds %first ["T"] : memref<?xi32, strided<[1]>> -> index
// CHECK:           %[[FIRST:.+]] = arith.maxsi %[[LOW]], %c0
// CHECK:           stream.yield %[[FIRST]], %{{.+}}
// CHECK:         classify () {
// CHECK:           %[[LOW:.+]], %[[HIGH:.+]] = stream.bounds %first ["T"]
// CHECK:           %[[ANY:.*]] = arith.cmpi sle, %[[LOW]], %[[JLAST:.*]] : index
// CHECK-NEXT:      %[[ALL:.*]] = arith.cmpi sle, %[[HIGH]], %[[J:.*]] : index
// CHECK-NEXT:      stream.yield %[[ANY]], %[[ALL]]
seq.operator @spans params(K = 16) sizes(T, S = T) (%q: [T, K], %k: [S, K], %first: [T] x i32) -> (o: [T, K]) {
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    mask(%i, %j) {
      %n = seq.at %first[%i] : [T] x i32
      %m = seq.ge %j, %n : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, K]
}

// -----

// |x_i − y_j| ≤ 2 of real numbers: a NaN anywhere makes both ends NaN, which may be and is not certain; so does a
// difference of what may be infinite.
// CHECK-LABEL: kernel.entry @seqmix_times
// CHECK:         classify () {
// CHECK-DAG:       %[[XL:.+]], %[[XH:.+]] = stream.bounds %x ["T"] : memref<?xbf16, strided<[1]>> -> f32
// CHECK-DAG:       %[[YL:.+]], %[[YH:.+]] = stream.bounds %y ["S"] : memref<?xbf16, strided<[1]>> -> f32
// CHECK:           %[[FINITE:.+]] = arith.cmpf olt, %{{.+}}, %[[INF:.+]] : f32
// CHECK:           %[[L:.+]] = arith.subf %[[XL]], %[[YH]]
// CHECK:           %[[LOW:.+]] = arith.select %[[FINITE]], %[[L]], %[[NAN:.+]] : f32
// CHECK:           %[[H:.+]] = arith.subf %[[XH]], %[[YL]]
// CHECK:           %[[HIGH:.+]] = arith.select %[[FINITE]], %[[H]], %[[NAN]] : f32
// CHECK:           arith.negf %[[HIGH]]
// CHECK:           %[[ANY:.*]] = arith.cmpf ule, %{{.+}}, %[[TWO:.+]] : f32
// CHECK-NEXT:      %[[ALL:.*]] = arith.cmpf ole, %{{.+}}, %[[TWO]] : f32
// CHECK-NEXT:      stream.yield %[[ANY]], %[[ALL]]
seq.operator @times params(K = 16) sizes(T, S = T) (%q: [T, K], %k: [S, K], %x: [T] x bf16, %y: [T] x bf16) -> (o: [T, K]) {
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    mask(%i, %j) {
      %xi = seq.at %x[%i] : [T] x bf16
      %yj = seq.at %y[%j] : [T] x bf16
      %two = seq.constant 2.0 : []
      %d = seq.sub %xi, %yj : [], []
      %a = seq.abs %d : []
      %m = seq.le %a, %two : [], []
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, K]
}

// -----

// Read along both sequences at once: to look through it costs as much as the mask.
// CHECK-LABEL: kernel.entry @seqmix_dense
// CHECK:         classify () {
// CHECK-NOT:       stream.bounds
// CHECK:           stream.yield %true, %false
seq.operator @dense params(K = 16) sizes(T, S) (%q: [T, K], %k: [S, K], %w: [T, S] x i32) -> (o: [T, K]) {
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    mask(%i, %j) {
      %n = seq.at %w[%i, %j] : [T, S] x i32
      %one = seq.constant 1 : [] x index
      %m = seq.eq %n, %one : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, K]
}
