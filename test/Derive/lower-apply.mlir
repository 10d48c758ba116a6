// RUN: seqmix-opt %s --seqmix-derive --canonicalize --cse | FileCheck %s

// An operator's uses become calls of what is derived from it.
seq.operator @decay params(K = 4) sizes(B, T, H) (%x: [B, T, H, K], %a: [B, T, H], %s0: [B, H, K])
    -> (y: [B, T, H, K], s: [B, H, K]) {
  %y, %s = seq.recurrence over "T" (%xt: [K] = %x : [B, T, H, K], %at: [] = %a : [B, T, H])
      carry(%S: [K] = %s0 : [B, H, K]) -> ([B, T, H, K], [B, H, K]) {
    %u = seq.mul %S, %at : [K], []
    %v = seq.add %u, %xt : [K], [K]
    seq.yield carry(%v : [K]) out(%v : [K])
  }
  seq.return %y, %s : [B, T, H, K], [B, H, K]
}

// Sizes come from the arrays, static ones first; where they are not static they are compared.
// CHECK-LABEL: func.func @dynamic
// CHECK-SAME: %[[X:.*]]: memref<1x?x2x4xf32>, %[[A:.*]]: memref<1x?x2xf32>, %[[S:.*]]: memref<1x2x4xf32>, %[[Y:.*]]: memref<1x?x2x4xf32>
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG: %[[T:.*]] = memref.dim %[[X]], %[[C1]]
// CHECK-DAG: %[[TA:.*]] = memref.dim %[[A]], %[[C1]]
// CHECK: %[[SAME:.*]] = arith.cmpi eq, %[[TA]], %[[T]] : index
// CHECK: cf.assert %[[SAME]], "seq.apply @decay: a differs from x in the size T"
// CHECK: cf.assert %{{.*}}, "seq.apply @decay: y differs from x in the size T"
// CHECK: kernel.call @seqmix_decay sizes(%[[C1]], %[[T]], %[[C2]]) arrays(%[[X]], %[[A]], %[[S]], %[[Y]], %[[S]])
func.func @dynamic(%x: memref<1x?x2x4xf32>, %a: memref<1x?x2xf32>, %s: memref<1x2x4xf32>, %y: memref<1x?x2x4xf32>) {
  seq.apply @decay ins(%x, %a, %s : memref<1x?x2x4xf32>, memref<1x?x2xf32>, memref<1x2x4xf32>)
                   outs(%y, %s : memref<1x?x2x4xf32>, memref<1x2x4xf32>)
  return
}

// One token, as the arrays say: the step. Also in a region.
// CHECK-LABEL: func.func @step
// CHECK-NOT: cf.assert
// CHECK: scf.for
// CHECK: kernel.call @seqmix_decay_step
func.func @step(%n: index, %x: memref<1x1x2x4xf32>, %a: memref<1x1x2xf32>, %s: memref<1x2x4xf32>, %y: memref<1x1x2x4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    seq.apply @decay ins(%x, %a, %s : memref<1x1x2x4xf32>, memref<1x1x2xf32>, memref<1x2x4xf32>)
                     outs(%y, %s : memref<1x1x2x4xf32>, memref<1x2x4xf32>)
  }
  return
}

// CHECK-NOT: seq.
