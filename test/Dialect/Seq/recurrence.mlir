// RUN: seqmix-opt %s -o %t.mlir
// RUN: seqmix-opt %t.mlir | diff %t.mlir -
// RUN: seqmix-opt %s --mlir-print-op-generic | seqmix-opt | diff %t.mlir -
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: seqmix-opt %s --cse --canonicalize | FileCheck %s --check-prefix=CSE

// Axes in any order, heads shared, whole numbers as positions, a wish for a chunk; outputs, then states.
// CHECK-LABEL: seq.operator @all
// CSE-LABEL:   seq.operator @all
seq.operator @all params(K = 4, V = 8, E = bf16) sizes(B, T, H, HK divides H)
    (%k: [T, B, HK, K] x E, %v: [B, V, T, H] x E, %w: [K], %i: [B, T] x i32, %s0: [V, H, K], %n0: [B])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V], n: [H, B]) {
  // CHECK:      %[[R:.*]]:3 = seq.recurrence over "T"
  // CHECK-SAME:   (%[[KT:.*]]: [K] = %k : [T, B, HK, K] x E, %[[VT:.*]]: [V] = %v : [B, V, T, H] x E, %[[W:.*]]: [K] = %w : [K], %[[I:.*]]: [] x index = %i : [B, T] x i32)
  // CHECK-SAME:   carry (%[[S:.*]]: [V, K] = %s0 : [V, H, K], %[[N:.*]]: [] = %n0 : [B])
  // CHECK-SAME:   -> ([T, V, H, B], [H, B, K, V], [H, B]) attributes {chunk = 32 : i64} {
  %o, %s, %n = seq.recurrence over "T"
      (%kt: [K] = %k : [T, B, HK, K] x E, %vt: [V] = %v : [B, V, T, H] x E, %wt: [K] = %w : [K],
       %it: [] x index = %i : [B, T] x i32)
      carry(%S: [V, K] = %s0 : [V, H, K], %N: [] = %n0 : [B])
      -> ([T, V, H, B], [H, B, K, V], [H, B]) attributes {chunk = 32} {
    // Pure ops of the step go where nobody uses them, and stand in it once.
    // CSE:     seq.mul
    // CSE-NOT: seq.mul
    // CSE:     seq.yield
    %kw = seq.mul %kt, %wt : [K], [K]
    %kw2 = seq.mul %kt, %wt : [K], [K]
    %unused = seq.exp %kt : [K]
    %kv = seq.max %kw, %vt : [K], [V]
    %kv2 = seq.max %kw2, %kv : [K], [K, V]
    // CHECK: seq.add {{.*}} : [V, K], [K, V]
    %S1 = seq.add %S, %kv2 : [V, K], [K, V]
    %r = seq.to_real %it : [] x index
    %N1 = seq.add %N, %r : [], []
    %y = seq.dot %S1, %kt over ["K"] : [V, K], [K]
    // CHECK: seq.yield carry(%{{.*}}, %{{.*}} : [V, K], []) out(%{{.*}} : [V])
    seq.yield carry(%S1, %N1 : [V, K], []) out(%y : [V])
  }
  // CHECK: seq.return %[[R]]#0, %[[R]]#1, %[[R]]#2
  seq.return %o, %s, %n : [T, V, H, B], [H, B, K, V], [H, B]
}

// No state: a map over tokens. No parallel axis. A second name of the sequence.
// CHECK-LABEL: seq.operator @map
seq.operator @map sizes(T, S = T) (%x: [S]) -> (y: [S]) {
  // CHECK: seq.recurrence over "S" (%[[X:.*]]: [] = %x : [S]) -> ([S]) {
  %y = seq.recurrence over "S" (%xt: [] = %x : [S]) -> ([S]) {
    // CHECK-NEXT: seq.yield out(%[[X]] : [])
    seq.yield out(%xt : [])
  }
  seq.return %y : [S]
}

// No output: the final state alone.
// CHECK-LABEL: seq.operator @fold
seq.operator @fold sizes(T) (%x: [T], %s0: []) -> (s: []) {
  // CHECK: seq.recurrence over "T" (%[[X:.*]]: [] = %x : [T]) carry (%[[S:.*]]: [] = %s0 : []) -> ([]) {
  %s = seq.recurrence over "T" (%xt: [] = %x : [T]) carry(%S: [] = %s0 : []) -> ([]) {
    %S1 = seq.max %S, %xt : [], []
    // CHECK: seq.yield carry(%{{.*}} : [])
    seq.yield carry(%S1 : [])
  }
  seq.return %s : []
}

// Sub-steps of a token.
// CHECK-LABEL: seq.operator @substeps
seq.operator @substeps params(K = 4, R = 3) sizes(B, T) (%k: [B, T, R, K], %g: [B, T], %s0: [B, K]) -> (s: [B, K]) {
  %s = seq.recurrence over "T" (%kt: [R, K] = %k : [B, T, R, K], %gt: [] = %g : [B, T])
      carry(%S: [K] = %s0 : [B, K]) -> ([B, K]) {
    // CHECK:      %[[N:.*]] = seq.substeps over "R" (%[[KR:.*]]: [K] = %{{.*}} : [R, K], %[[G:.*]]: [] = %{{.*}} : []) carry
    // CHECK-SAME:   (%[[U:.*]]: [K] = %{{.*}} : [K]) -> ([K]) {
    %S1 = seq.substeps over "R" (%kr: [K] = %kt : [R, K], %gr: [] = %gt : []) carry(%U: [K] = %S : [K]) -> ([K]) {
      %a = seq.mul %U, %gr : [K], []
      %b = seq.add %a, %kr : [K], [K]
      // CHECK: seq.yield carry(%{{.*}} : [K])
      seq.yield carry(%b : [K])
    }
    // CHECK: seq.yield carry(%[[N]] : [K])
    seq.yield carry(%S1 : [K])
  }
  seq.return %s : [B, K]
}
