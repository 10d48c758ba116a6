// RUN: seqmix-opt %s | seqmix-opt | FileCheck %s

// CHECK-LABEL: kernel.entry @seqmix_scale attributes
// CHECK-SAME: product_type = f32
// CHECK: ^bb0(%[[B:.+]]: index, %[[T:.+]]: index, %[[X:.+]]: memref<?x?x16xbf16, strided<[?, ?, 1]>>, %[[Y:.+]]: memref
kernel.entry @seqmix_scale attributes {operator_name = "scale", sizes = ["B", "T"],
    params = {K = 16 : i64, E = bf16}, divides = {}, equals = {S = "T"},
    arrays = [{name = "x", axes = ["B", "T", "K"], elem = bf16},
              {name = "y", axes = ["B", "S", "K"], elem = f32, result, may_alias = "x"}],
    form = "sequential", require = {T = 1 : i64}, product_type = f32, chunk = 64 : i64, report = ["not chunkwise"]} {
^bb0(%B: index, %T: index, %x: memref<?x?x16xbf16, strided<[?, ?, 1]>>, %y: memref<?x?x16xf32, strided<[?, ?, 1]>>):
  // CHECK: kernel.parallel grid(%[[B]]) {
  // CHECK: ^bb0(%[[I:.+]]: index, %{{.+}}: memref<1024xi8, #kernel.memory<near>>, %{{.+}}: memref<0xi8, #kernel.memory<far>>):
  kernel.parallel grid(%B) {
  ^bb0(%b: index, %near: memref<1024xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %tile = memref.view %near[%c0][] : memref<1024xi8, #kernel.memory<near>> to memref<16x16xf32, #kernel.memory<near>>
    // CHECK: kernel.load %[[X]][%[[I]], %{{.+}}, %{{.+}}] dims [1, 2] into %[[TILE:.+]] : memref<?x?x16xbf16, strided<[?, ?, 1]>>, memref<16x16xf32, #kernel.memory<near>>
    kernel.load %x[%b, %c0, %c0] dims [1, 2] into %tile : memref<?x?x16xbf16, strided<[?, ?, 1]>>, memref<16x16xf32, #kernel.memory<near>>
    // CHECK: kernel.store %[[TILE]] into %[[Y]][%[[I]], %{{.+}}, %{{.+}}] dims [1, 2] : memref<16x16xf32, #kernel.memory<near>>, memref<?x?x16xf32, strided<[?, ?, 1]>>
    kernel.store %tile into %y[%b, %c0, %c0] dims [1, 2] : memref<16x16xf32, #kernel.memory<near>>, memref<?x?x16xf32, strided<[?, ?, 1]>>
  }
}

// CHECK-LABEL: kernel.entry @empty
kernel.entry @empty attributes {operator_name = "empty", sizes = [], params = {}, divides = {}, equals = {}, arrays = [],
    form = "step", require = {}, product_type = bf16} {
}
