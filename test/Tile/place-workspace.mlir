// RUN: seqmix-opt %s --seqmix-place-workspace | FileCheck %s

// Buffers between loops, one after the other on 64 bytes; those of tasks are left alone.
//
// CHECK-LABEL: kernel.entry @e
// CHECK: ^bb0(%[[T:.+]]: index, %{{.+}}: memref<?xf32{{.*}}>):
// CHECK: arith.constant 0 : index
// CHECK: %[[C0:.+]] = arith.constant 0 : index
// CHECK: %[[C96:.+]] = arith.constant 96 : index
// CHECK: %[[RAW:.+]] = arith.muli %[[C96]], %[[T]]
// CHECK: %[[C64:.+]] = arith.constant 64 : index
// CHECK: %[[UNITS:.+]] = arith.ceildivui %[[RAW]], %[[C64]]
// CHECK: %[[FIRST:.+]] = arith.muli %[[UNITS]], %[[C64]]
// CHECK: %[[SECOND:.+]] = arith.addi %[[C0]], %[[FIRST]]
// CHECK: %[[TOTAL:.+]] = arith.addi %[[SECOND]],
// CHECK: %[[SHARED:.+]] = kernel.workspace %[[TOTAL]] : memref<?xi8>
// CHECK: %[[A:.+]] = memref.view %[[SHARED]][%[[C0]]][%[[T]]] : memref<?xi8> to memref<?x24xf32>
// CHECK: %[[B:.+]] = memref.view %[[SHARED]][%[[SECOND]]][%[[T]]] : memref<?xi8> to memref<?xf32>
// CHECK: kernel.parallel
// CHECK:   memref.alloc() : memref<24xf32>
// CHECK:   kernel.load %[[A]]
// CHECK:   kernel.load %[[B]]
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [{name = "x", axes = ["T"], elem = f32}],
    form = "streaming", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
  %c0 = arith.constant 0 : index
  %a = memref.alloc(%T) : memref<?x24xf32>
  %b = memref.alloc(%T) : memref<?xf32>
  kernel.parallel grid(%T) {
  ^bb0(%t: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %tile = memref.alloc() : memref<24xf32>
    kernel.load %a[%t, %c0] dims [1] into %tile : memref<?x24xf32>, memref<24xf32>
    %one = memref.alloc() : memref<f32>
    kernel.load %b[%t] dims [] into %one : memref<?xf32>, memref<f32>
  }
}
