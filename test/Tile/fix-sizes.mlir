// RUN: seqmix-opt %s --seqmix-fix-sizes | FileCheck %s

// T is 1, so the loop is its body; B is what it is.
// CHECK-LABEL: kernel.entry @one
// CHECK-NEXT: ^bb0(%[[B:.+]]: index, %{{.+}}: index, %[[X:.+]]: memref
// CHECK: kernel.parallel grid(%[[B]])
// CHECK: %[[ZERO:.+]] = arith.constant 0 : index
// CHECK-NOT: scf.for
// CHECK: kernel.load %[[X]][%{{.+}}, %{{.+}}, %[[ZERO]]]
kernel.entry @one attributes {operator_name = "one", sizes = ["B", "T"], params = {D = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["B", "T", "D"], elem = f32}], form = "step", require = {T = 1 : i64}, product_type = f32} {
^bb0(%B: index, %T: index, %x: memref<?x?x16xf32, strided<[?, ?, 1]>>):
  kernel.parallel grid(%B) {
  ^bb0(%b: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    scf.for %t = %c0 to %T step %c1 {
      %tile = memref.alloc() : memref<16xf32>
      kernel.load %x[%b, %t, %c0] dims [2] into %tile : memref<?x?x16xf32, strided<[?, ?, 1]>>, memref<16xf32>
    }
  }
}

// Nothing is known of T.
// CHECK-LABEL: kernel.entry @all
// CHECK: scf.for
kernel.entry @all attributes {operator_name = "all", sizes = ["T"], params = {D = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "D"], elem = f32}], form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>):
  kernel.parallel grid() {
  ^bb0(%near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    scf.for %t = %c0 to %T step %c1 {
      %tile = memref.alloc() : memref<16xf32>
      kernel.load %x[%t, %c0] dims [1] into %tile : memref<?x16xf32, strided<[?, 1]>>, memref<16xf32>
    }
  }
}
