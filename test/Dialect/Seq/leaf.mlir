// seq.param, seq.size, seq.at.
// RUN: seqmix-opt %s -o %t.mlir
// RUN: seqmix-opt %t.mlir | diff %t.mlir -
// RUN: seqmix-opt %s --mlir-print-op-generic | seqmix-opt | diff %t.mlir -
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: seqmix-opt %s --cse --canonicalize | FileCheck %s --check-prefix=CSE

// CHECK-LABEL: seq.operator @leaf
// CSE-LABEL:   seq.operator @leaf
seq.operator @leaf params(K = 4, J = K, E = f32) sizes(B, T, S = T)
    (%x: [B, T] x i32, %z: [K, T] x E, %s: [] x bf16) -> (y: [], w: [] x i32) {
  // An integer parameter, or another name for one, as a real number.
  // CHECK: seq.param "K"
  %k = seq.param "K"
  // CHECK: seq.param "J"
  %j = seq.param "J"
  // A size, its second name, or an integer parameter, as a position.
  // CHECK: %[[T:.*]] = seq.size "T"
  %t = seq.size "T"
  // CHECK: seq.size "S"
  %s1 = seq.size "S"
  // CHECK: %[[K:.*]] = seq.size "K"
  %k1 = seq.size "K"
  // Whole numbers read are positions, real ones f32.
  // CHECK: %[[W:.*]] = seq.at %x[%[[T]], %[[K]]] : [B, T] x i32
  %w = seq.at %x[%t, %k1] : [B, T] x i32
  // CHECK: %[[A:.*]] = seq.at %z[%[[W]], %[[T]]] : [K, T] x E
  %a = seq.at %z[%w, %t] : [K, T] x E
  // CHECK: %[[B:.*]] = seq.at %s[] : [] x bf16
  %b = seq.at %s[] : [] x bf16
  // CHECK: seq.add %[[A]], %[[B]] : [], []
  %y = seq.add %a, %b : [], []
  // All of them are pure: what nobody uses goes, what is said twice is said once.
  // CSE-NOT:  seq.param
  // CSE:      seq.size "T"
  // CSE-NOT:  seq.size "{{[ST]}}"
  // CSE:      seq.return
  %t2 = seq.size "T"
  %w2 = seq.at %x[%t2, %k1] : [B, T] x i32
  %w3 = seq.max %w, %w2 : [] x index, [] x index
  seq.return %y, %w3 : [], [] x index
}
