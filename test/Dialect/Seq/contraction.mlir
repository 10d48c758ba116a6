// seq.dot, seq.sum, seq.rename, seq.slice.
// RUN: seqmix-opt %s -o %t.mlir
// RUN: seqmix-opt %t.mlir | diff %t.mlir -
// RUN: seqmix-opt %s --mlir-print-op-generic | seqmix-opt | diff %t.mlir -
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: seqmix-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=TYPES

// CHECK-LABEL: seq.operator @contraction
seq.operator @contraction params(K = 4, V = 8, J = K, E = bf16) sizes(T)
    (%s: [K, V], %k: [T, K] x E, %i: [T, K] x i32) -> (y: [T, V]) {
  // The axes summed over go, an axis that both have is kept once.
  // CHECK: seq.dot %s, %k over ["K"] : [K, V], [T, K] x E
  // TYPES: "seq.dot"{{.*}} -> !seq.array<[V, T] x f32>
  %a = seq.dot %s, %k over ["K"] : [K, V], [T, K] x E
  // CHECK: seq.dot %{{.*}}, %{{.*}} over ["V", "T"] : [V, T], [V, T]
  // TYPES: "seq.dot"{{.*}} -> !seq.array<[] x f32>
  %b = seq.dot %a, %a over ["V", "T"] : [V, T], [V, T]
  // CHECK: seq.dot %k, %k over [] : [T, K] x E, [T, K] x E
  // TYPES: "seq.dot"{{.*}} -> !seq.array<[T, K] x f32>
  %c = seq.dot %k, %k over [] : [T, K] x E, [T, K] x E
  // CHECK: seq.sum %k over ["K"] : [T, K] x E
  // TYPES: "seq.sum"{{.*}} -> !seq.array<[T] x f32>
  %d = seq.sum %k over ["K"] : [T, K] x E
  // CHECK: seq.sum %s over ["V", "K"] : [K, V]
  // TYPES: "seq.sum"{{.*}} -> !seq.array<[] x f32>
  %e = seq.sum %s over ["V", "K"] : [K, V]
  // CHECK: seq.rename %k "K" to "J" : [T, K] x E
  // TYPES: "seq.rename"{{.*}} -> !seq.array<[T, J] x f32>
  %f = seq.rename %k "K" to "J" : [T, K] x E
  // TYPES: "seq.rename"{{.*}} -> !seq.array<[T, J] x index>
  %g = seq.rename %i "K" to "J" : [T, K] x i32
  // CHECK: seq.slice %k "K" at 3 : [T, K] x E
  // TYPES: "seq.slice"{{.*}} -> !seq.array<[T] x f32>
  %h = seq.slice %k "K" at 3 : [T, K] x E
  // TYPES: "seq.slice"{{.*}} -> !seq.array<[T] x index>
  %l = seq.slice %i "K" at 0 : [T, K] x i32
  seq.return %a : [V, T]
}
