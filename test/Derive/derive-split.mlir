// RUN: seqmix-opt %s --seqmix-derive="split=4 query-tile=16 key-tile=32" --canonicalize --cse --split-input-file | FileCheck %s

// Two streams: over each part of the keys, whose carry goes to memory, and over the parts.
//
// CHECK-LABEL: kernel.entry @seqmix_plain
// CHECK: ^bb0(%[[B:.+]]: index, %[[T:.+]]: index, %[[S:.+]]: index,
// CHECK-DAG: %[[C1:.+]] = arith.constant 1 : index
// CHECK-DAG: %[[C4:.+]] = arith.constant 4 : index
// CHECK-DAG: %[[C32:.+]] = arith.constant 32 : index
// CHECK-DAG: %[[C256:.+]] = arith.constant 256 : index
// CHECK: %[[KEYS:.+]] = arith.maxui %[[S]], %[[C1]]
// CHECK: %[[FIT:.+]] = arith.divui %[[KEYS]], %[[C256]]
// CHECK: %[[MOST:.+]] = arith.minui %[[FIT]], %[[C4]]
// CHECK: %[[WISH:.+]] = arith.maxui %[[MOST]], %[[C1]]
// CHECK: %[[LEAST:.+]] = arith.ceildivui %[[KEYS]], %[[WISH]]
// CHECK: %[[TILES:.+]] = arith.ceildivui %[[LEAST]], %[[C32]]
// CHECK: %[[LENGTH:.+]] = arith.muli %[[TILES]], %[[C32]]
// CHECK: %[[PARTS:.+]] = arith.ceildivui %[[KEYS]], %[[LENGTH]]
// CHECK: %[[SUM:.+]] = memref.alloc(%[[PARTS]], %[[B]], %[[T]]) : memref<?x?x?x24xf32>
// CHECK: %[[MAX:.+]] = memref.alloc(%[[PARTS]], %[[B]], %[[T]]) : memref<?x?x?xf32>
// CHECK: %[[L:.+]] = memref.alloc(%[[PARTS]], %[[B]], %[[T]]) : memref<?x?x?xf32>
// CHECK: stream.loop
// CHECK-NEXT: parallel (B tile 1 size %[[B]], T tile 16 size %[[T]], PARTS tile 1 size %[[PARTS]])
// CHECK-NEXT: stream (S tile 32 size %[[S]])
// CHECK: finals (%[[SUM]] [PARTS, B, T, V] :
// CHECK-NEXT: %[[MAX]] [PARTS, B, T] :
// CHECK-NEXT: %[[L]] [PARTS, B, T] :
// CHECK: range () {
// CHECK:   %[[PART:.+]] = stream.position "PARTS"
// CHECK:   %[[FIRST:.+]] = arith.muli %[[PART]], %[[LENGTH]]
// CHECK:   arith.addi %[[FIRST]], %[[LENGTH]]
// CHECK: finish (%[[CARRY:.+]]: tensor<16x24xf32>,
// CHECK:   stream.yield %[[CARRY]],
// CHECK: stream.loop
// CHECK-NEXT: parallel (B tile 1 size %[[B]], T tile 16 size %[[T]])
// CHECK-NEXT: stream (PARTS tile 1 size %[[PARTS]])
// CHECK: streamed (%[[SUM]] [PARTS, B, T, V] :
// CHECK-NEXT: %[[MAX]] [PARTS, B, T] :
// CHECK-NEXT: %[[L]] [PARTS, B, T] :
// CHECK: absorb (
// CHECK:   arith.maxnumf
// CHECK:   math.exp
// CHECK: finish (
// CHECK-NOT: stream.loop
seq.operator @plain params(K = 16, V = 24) sizes(B, T, S) (%q: [B, T, K], %k: [B, S, K], %v: [B, S, V]) -> (o: [B, T, V]) {
  %o = seq.attention over "T", "S" query(%q : [B, T, K]) key(%k : [B, S, K]) value(%v : [B, S, V]) normaliser "softmax" -> ([B, T, V])
  seq.return %o : [B, T, V]
}

// -----

// A normaliser without a carry: sums add. The name PARTS is taken.
//
// CHECK-LABEL: kernel.entry @seqmix_relu
// CHECK: memref.alloc
// CHECK-NOT: memref.alloc
// CHECK: stream (PARTS_ tile 1 size
// CHECK: absorb (%[[SUM:[a-z0-9]+]]: tensor<16x16xf32>, {{.*}}%[[OTHER:[a-z0-9]+]]: tensor<16x16xf32>) {
// CHECK: linalg.generic {{.*}} ins(%[[SUM]], %[[OTHER]]
// CHECK: arith.addf
seq.operator @relu params(PARTS = 16) sizes(B, T, S) (%q: [B, T, PARTS], %k: [B, S, PARTS], %v: [B, S, PARTS]) -> (o: [B, T, PARTS]) {
  %o = seq.attention over "T", "S" query(%q : [B, T, PARTS]) key(%k : [B, S, PARTS]) value(%v : [B, S, PARTS]) normaliser "relu" -> ([B, T, PARTS])
  seq.return %o : [B, T, PARTS]
}
