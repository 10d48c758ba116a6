// RUN: seqmix-opt %s | seqmix-opt | FileCheck %s

// CHECK-LABEL: seq.operator @constants
seq.operator @constants sizes(T) (%x: [T]) -> (y: [T]) {
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
  // CHECK: seq.constant inf : []
  %f = seq.constant inf : []
  seq.return %x : [T]
}
