// RUN: seqmix-opt %s -o %t.mlir
// RUN: seqmix-opt %t.mlir | diff %t.mlir -
// RUN: seqmix-opt %s --mlir-print-op-generic | seqmix-opt | diff %t.mlir -
// RUN: FileCheck %s --input-file=%t.mlir

// Parameters of every kind, sizes under every rule, domains of every kind, results in other orders.
// CHECK-LABEL: seq.operator @all params(E = bf16, K = 24, R = 2, J = K) sizes(B, T, H, HK divides H, S = T)
// CHECK-NEXT:  (%x: [B, T, K] x E {unit = "K"}, %a: [B, T, H] {nonpositive}, %b: [B, T] {range = [0.000000e+00, 1.000000e+00]},
// CHECK-SAME:  %n: [K] x f16 {normal = [0.000000e+00, 2.000000e+00]}, %w: [K, J] {fan_in = "J"},
// CHECK-SAME:  %i: [B, S] x i32 {integer = [0, "S"]}, %d: [B, T] x i32 {sorted = [0, 9]}, %s: [],
// CHECK-SAME:  %m: [T, K, B] {of = "x", range = [-1.000000e+00, 0.000000e+00]})
// CHECK-SAME:  -> (y: [B, T, K] x E, "a result": [B, T] x i32)
// CHECK-SAME:  attributes {note = "kept"}
seq.operator @all params(K = 24, J = K, R = 2, E = bf16) sizes(B, T, H, HK divides H, S = T)
    (%x: [B, T, K] x E {unit = "K"}, %a: [B, T, H] {nonpositive}, %b: [B, T] {range = [0.0, 1.0]},
     %n: [K] x f16 {normal = [0.0, 2.0]}, %w: [K, J] {fan_in = "J"},
     %i: [B, S] x i32 {integer = [0, "S"]}, %d: [B, T] x i32 {sorted = [0, 9]}, %s: [],
     %m: [T, K, B] {of = "x", range = [-1.0, 0.0]})
    -> (y: [B, T, K] x E, "a result": [B, T] x i32) attributes {note = "kept"} {
  // CHECK: %[[Y:.*]] = seq.mul %x, %b : [B, T, K] x E, [B, T]
  %y = seq.mul %x, %b : [B, T, K] x E, [B, T]
  // CHECK: seq.return %[[Y]], %d : [B, T, K], [B, T] x i32
  seq.return %y, %d : [B, T, K], [B, T] x i32
}

// Nothing but an operand; a value is returned with its axes in another order.
// CHECK-LABEL: seq.operator @least sizes(T, U)
// CHECK-NEXT:  (%x: [T, U]) -> (y: [U, T])
// CHECK-NEXT:  seq.return %x : [T, U]
seq.operator @least sizes(T, U) (%x: [T, U]) -> (y: [U, T]) {
  seq.return %x : [T, U]
}

// Nothing at all.
// CHECK-LABEL: seq.operator @nothing
// CHECK-NEXT:  () -> ()
// CHECK-NEXT:  seq.return
seq.operator @nothing () -> () {
  seq.return
}
