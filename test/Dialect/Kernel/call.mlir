// RUN: seqmix-opt %s | seqmix-opt | FileCheck %s
// RUN: seqmix-opt %s --mlir-print-op-generic | seqmix-opt | FileCheck %s

kernel.entry @copy attributes {operator_name = "copy", sizes = ["T"], params = {K = 16}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}, {name = "y", axes = ["T", "K"], elem = f32, result}],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>):
}

// CHECK-LABEL: func.func @f
// CHECK: kernel.call @copy sizes(%{{.*}}) arrays(%{{.*}}, %{{.*}}) : memref<?x16xf32>, memref<8x16xf32, strided<[32, 1], offset: ?>>
func.func @f(%T: index, %x: memref<?x16xf32>, %y: memref<8x16xf32, strided<[32, 1], offset: ?>>) {
  kernel.call @copy sizes(%T) arrays(%x, %y) : memref<?x16xf32>, memref<8x16xf32, strided<[32, 1], offset: ?>>
  return
}
