// RUN: seqmix-opt %s -o %t.mlir
// RUN: seqmix-opt %t.mlir | diff %t.mlir -
// RUN: seqmix-opt %s --mlir-print-op-generic | seqmix-opt | diff %t.mlir -
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: seqmix-opt %s --cse --canonicalize | FileCheck %s --check-prefix=CSE

// Both regions, both results, an operand of the normaliser, axes in any order.
// CHECK-LABEL: seq.operator @all
// CSE-LABEL:   seq.operator @all
seq.operator @all params(K = 4, V = 8, E = bf16) sizes(B, T, S, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [K, S, HK] x E, %v: [V, B, S] x E, %sink: [HK], %p: [B] x i32)
    -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  // CHECK:      %[[R:.*]]:2 = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [K, S, HK] x E) value(%v : [V, B, S] x E)
  // CHECK-SAME:   normaliser "sink"(%sink : [HK]) -> ([V, T, H, B], [H, B, T]) attributes {note} score(%[[S:.*]], %[[B:.*]], %[[H:.*]], %[[I:.*]], %[[J:.*]]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [K, S, HK] x E)
      value(%v : [V, B, S] x E) normaliser "sink"(%sink : [HK]) -> ([V, T, H, B], [H, B, T]) attributes {note}
    score(%s, %b, %h, %i, %j) {
      // CHECK: %[[TWO:.*]] = seq.add %[[S]], %[[S]] : [], []
      // CSE:     seq.add
      // CSE-NOT: seq.add
      // CSE:     seq.yield
      %two = seq.add %s, %s : [], []
      %unused = seq.add %s, %s : [], []
      // CHECK: seq.yield out(%[[TWO]] : [])
      seq.yield out(%two : [])
    // CHECK: } mask(%[[B:.*]], %[[H:.*]], %[[I:.*]], %[[J:.*]]) {
    } mask(%b, %h, %i, %j) {
      // CHECK: seq.at %p[%[[B]]] : [B] x i32
      %n = seq.at %p[%b] : [B] x i32
      // CHECK: seq.lt %[[J]], %{{.*}} : [] x index, [] x index
      %m = seq.lt %j, %n : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o, %lse : [V, T, H, B], [H, B, T]
}

// Neither region, one result, no parallel axis, two axes contracted.
// CHECK-LABEL: seq.operator @least
seq.operator @least params(K = 4, C = 2) sizes(T, S = T) (%q: [T, C, K], %k: [S, K, C], %v: [S]) -> (o: [T]) {
  // CHECK:      %[[O:.*]] = seq.attention over "T", "S" query(%q : [T, C, K]) key(%k : [S, K, C]) value(%v : [S]) normaliser "softmax" -> ([T])
  // CHECK-NEXT: seq.return %[[O]]
  %o = seq.attention over "T", "S" query(%q : [T, C, K]) key(%k : [S, K, C]) value(%v : [S]) normaliser "softmax" -> ([T])
  seq.return %o : [T]
}

// A mask alone.
// CHECK-LABEL: seq.operator @mask
seq.operator @mask params(K = 4) sizes(T, S) (%q: [T, K], %k: [S, K]) -> (o: [T, K]) {
  // CHECK: normaliser "softmax" -> ([T, K]) mask(%{{.*}}, %{{.*}}) {
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    mask(%i, %j) {
      %m = seq.ne %i, %j : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, K]
}
