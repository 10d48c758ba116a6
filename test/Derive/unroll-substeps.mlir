// RUN: seqmix-opt %s --seqmix-unroll-substeps --split-input-file | FileCheck %s
// RUN: seqmix-opt %s --seqmix-unroll-substeps --seqmix-analyze-step --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=FORM

// One copy an index, in order: an input over the axis is sliced, another is not; the state passes from one to the next.
// CHECK-LABEL: seq.operator @two
// CHECK-NOT:   seq.substeps
seq.operator @two params(K = 4, V = 8, R = 2) sizes(T) (%k: [T, R, K], %v: [V, T, R], %g: [T], %s0: [K, V]) -> (o: [T, V], s: [K, V]) {
  // FORM: remark: {{.*}}2 write(s), 2 of which depend(s) on the state (triangular solve); 3 read(s)
  %o, %s = seq.recurrence over "T" (%kt: [R, K] = %k : [T, R, K], %vt: [V, R] = %v : [V, T, R], %gt: [] = %g : [T])
      carry(%S: [K, V] = %s0 : [K, V]) -> ([T, V], [K, V]) {
    // CHECK:      %[[A:.*]] = seq.exp
    // CHECK-NEXT: %[[S1:.*]] = seq.mul %{{.*}}, %[[A]]
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    // CHECK-NEXT: %[[K0:.*]] = seq.slice %{{.*}} "R" at 0 : [R, K]
    // CHECK-NEXT: %[[V0:.*]] = seq.slice %{{.*}} "R" at 0 : [V, R]
    // CHECK-NEXT: %[[P0:.*]] = seq.dot %[[S1]], %[[K0]] over ["K"]
    // CHECK-NEXT: %[[E0:.*]] = seq.sub %[[V0]], %[[P0]]
    // CHECK-NEXT: %[[W0:.*]] = seq.mul %[[K0]], %[[E0]]
    // CHECK-NEXT: %[[S2:.*]] = seq.add %[[S1]], %[[W0]]
    // CHECK-NEXT: %[[K1:.*]] = seq.slice %{{.*}} "R" at 1 : [R, K]
    // CHECK-NEXT: %[[V1:.*]] = seq.slice %{{.*}} "R" at 1 : [V, R]
    // CHECK-NEXT: %[[P1:.*]] = seq.dot %[[S2]], %[[K1]] over ["K"]
    // CHECK-NEXT: %[[E1:.*]] = seq.sub %[[V1]], %[[P1]]
    // CHECK-NEXT: %[[W1:.*]] = seq.mul %[[K1]], %[[E1]]
    // CHECK-NEXT: %[[S3:.*]] = seq.add %[[S2]], %[[W1]]
    // CHECK:      %[[Y:.*]] = seq.dot %[[S3]]
    %S2 = seq.substeps over "R" (%kr: [K] = %kt : [R, K], %vr: [V] = %vt : [V, R]) carry(%U: [K, V] = %S1 : [K, V]) -> ([K, V]) {
      %p = seq.dot %U, %kr over ["K"] : [K, V], [K]
      %e = seq.sub %vr, %p : [V], [V]
      %w = seq.mul %kr, %e : [K], [V]
      %n = seq.add %U, %w : [K, V], [K, V]
      seq.yield carry(%n : [K, V])
    }
    %k0 = seq.slice %kt "R" at 0 : [R, K]
    %y = seq.dot %S2, %k0 over ["K"] : [K, V], [K]
    // CHECK: seq.yield carry(%[[S3]] : [K, V]) out(%[[Y]] : [V])
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [T, V], [K, V]
}

// -----

// Sub-steps of sub-steps; two states that change places.
// CHECK-LABEL: seq.operator @nested
// CHECK-SAME:  params(Q = 3, R = 2)
// CHECK-NOT:   seq.substeps
seq.operator @nested params(R = 2, Q = 3) sizes(T) (%x: [T, R, Q], %a0: [], %b0: []) -> (a: [], b: []) {
  // FORM: remark: not chunkwise: the number it carries is no running maximum
  %a, %b = seq.recurrence over "T" (%xt: [R, Q] = %x : [T, R, Q]) carry(%A: [] = %a0 : [], %B: [] = %b0 : []) -> ([], []) {
    // CHECK-COUNT-6: seq.add
    // CHECK-NOT:     seq.add
    // CHECK:         seq.yield
    %A1, %B1 = seq.substeps over "R" (%xr: [Q] = %xt : [R, Q]) carry(%A2: [] = %A : [], %B2: [] = %B : []) -> ([], []) {
      %A3, %B3 = seq.substeps over "Q" (%xq: [] = %xr : [Q]) carry(%A4: [] = %A2 : [], %B4: [] = %B2 : []) -> ([], []) {
        %n = seq.add %A4, %xq : [], []
        seq.yield carry(%B4, %n : [], [])
      }
      seq.yield carry(%A3, %B3 : [], [])
    }
    seq.yield carry(%A1, %B1 : [], [])
  }
  seq.return %a, %b : [], []
}
