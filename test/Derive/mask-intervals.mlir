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

// Read along both sequences: nothing is known before the data is there. Some pair may be allowed, not all must be.
// CHECK-LABEL: kernel.entry @seqmix_documents
// CHECK:         range () {
// CHECK:           %[[S:.*]] = stream.extent "S"
// CHECK:           stream.yield %c0, %[[S]]
// CHECK:         classify () {
// CHECK:           stream.yield %true, %false
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

// Together with j ≤ i, that half is known: no key past the last query, and no tile is full.
// CHECK-LABEL: kernel.entry @seqmix_causal_documents
// CHECK:         range () {
// CHECK:           arith.minsi
// CHECK:           stream.yield
// CHECK:         classify () {
// CHECK:           %[[ANY:.*]] = arith.cmpi sle
// CHECK-NEXT:      stream.yield %[[ANY]], %false
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
