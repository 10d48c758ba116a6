// RUN: seqmix-opt %s -o %t.mlir
// RUN: seqmix-opt %t.mlir | diff %t.mlir -
// RUN: seqmix-opt %s --mlir-print-op-generic | seqmix-opt | diff %t.mlir -
// RUN: FileCheck %s --input-file=%t.mlir

// CHECK-LABEL: seq.operator @constants
seq.operator @constants params(K = 4) sizes(T) (%x: [T]) -> (y: [T]) {
  // CHECK: seq.constant -1.500000e-03 : []
  %a = seq.constant -1.5e-3 : []
  // CHECK: seq.constant -3.000000e+00 : []
  %b = seq.constant -3 : []
  // CHECK: seq.constant -3 : [] x index
  %c = seq.constant -3 : [] x index
  // CHECK: seq.constant true : [] x i1
  %d = seq.constant true : [] x i1
  // CHECK: seq.constant -inf : []
  %e = seq.constant -inf : []
  // CHECK: seq.constant inf : [K]
  %f = seq.constant inf : [K]
  // CHECK: seq.constant false : [T, K] x i1
  %g = seq.constant false : [T, K] x i1
  // Digits are kept: a real number is one of 64 bits.
  // CHECK: seq.constant 1.000000e-01 : []
  %h = seq.constant 0.1 : []
  // CHECK: seq.constant 1.0000000000000002 : []
  %i = seq.constant 1.0000000000000002 : []
  // CHECK: seq.constant 16 : [] x index
  %j = seq.constant 0x10 : [] x index
  seq.return %x : [T]
}
