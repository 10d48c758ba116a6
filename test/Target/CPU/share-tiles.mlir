// RUN: seqmix-opt %s --seqmix-cpu-share-tiles | FileCheck %s
// RUN: seqmix-opt %s --seqmix-cpu-share-tiles=points=1000000 | FileCheck %s --check-prefix=LARGE

#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (k, n)>
#out = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>

// The function of two products that differ in where their tiles lie; then that of two scalings by a scalar from outside.
// CHECK:      llvm.func internal @task.tile0(%[[A:.+]]: !llvm.ptr, %[[B:.+]]: !llvm.ptr, %[[C:.+]]: !llvm.ptr)
// CHECK-SAME: kernel.lanes = 16 : i64, no_inline, target_cpu = "x86-64-v4"
// CHECK:      linalg.contract
// CHECK-SAME: ins(%[[X:.+]], %[[Y:.+]] : memref<32x32xf32, strided<[32, 1]>>, memref<32x32xf32, strided<[32, 1]>>)
// CHECK:      llvm.return
// CHECK:      llvm.func internal @task.tile1(%{{.+}}: !llvm.ptr, %{{.+}}: !llvm.ptr, %[[S:.+]]: f32)
// CHECK-NOT:  arith.constant 2.0
// CHECK:      linalg.generic
// CHECK:      arith.mulf %{{.+}}, %[[S]] : f32
// CHECK-NOT:  @task.tile2(
// CHECK-LABEL: llvm.func @task(
// CHECK:      %[[BYTES:.+]] = arith.constant 4 : index
// CHECK:      llvm.call @task.tile0(
// CHECK:      llvm.call @task.tile0(
// A product of one tile with itself is another one; so is one of another shape; rows with padding stay.
// CHECK:      linalg.contract
// CHECK:      linalg.contract
// CHECK:      linalg.contract
// CHECK:      llvm.call @task.tile1(
// CHECK:      llvm.call @task.tile1(
// LARGE-NOT:  tile0
llvm.func @task(%s: f32, %i: i64) attributes {kernel.lanes = 16 : i64, target_cpu = "x86-64-v4"} {
  %at = arith.index_cast %i : i64 to index
  %all = memref.alloca() : memref<128x32xf32>
  %a = memref.subview %all[0, 0] [32, 32] [1, 1] : memref<128x32xf32> to memref<32x32xf32, strided<[32, 1]>>
  %b = memref.subview %all[32, 0] [32, 32] [1, 1] : memref<128x32xf32> to memref<32x32xf32, strided<[32, 1], offset: 1024>>
  %c = memref.subview %all[%at, 0] [32, 32] [1, 1] : memref<128x32xf32> to memref<32x32xf32, strided<[32, 1], offset: ?>>
  %d = memref.subview %all[0, 0] [16, 32] [1, 1] : memref<128x32xf32> to memref<16x32xf32, strided<[32, 1]>>
  %n = memref.subview %all[0, 0] [32, 24] [1, 1] : memref<128x32xf32> to memref<32x24xf32, strided<[32, 1]>>
  linalg.contract indexing_maps = [#left, #right, #out] ins(%a, %b : memref<32x32xf32, strided<[32, 1]>>, memref<32x32xf32, strided<[32, 1], offset: 1024>>)
      outs(%c : memref<32x32xf32, strided<[32, 1], offset: ?>>)
  linalg.contract indexing_maps = [#left, #right, #out] ins(%c, %a : memref<32x32xf32, strided<[32, 1], offset: ?>>, memref<32x32xf32, strided<[32, 1]>>)
      outs(%b : memref<32x32xf32, strided<[32, 1], offset: 1024>>)
  linalg.contract indexing_maps = [#left, #right, #out] ins(%c, %c : memref<32x32xf32, strided<[32, 1], offset: ?>>, memref<32x32xf32, strided<[32, 1], offset: ?>>)
      outs(%b : memref<32x32xf32, strided<[32, 1], offset: 1024>>)
  linalg.contract indexing_maps = [#left, #right, #out] ins(%d, %b : memref<16x32xf32, strided<[32, 1]>>, memref<32x32xf32, strided<[32, 1], offset: 1024>>)
      outs(%d : memref<16x32xf32, strided<[32, 1]>>)
  linalg.contract indexing_maps = [#left, #right, #out] ins(%a, %n : memref<32x32xf32, strided<[32, 1]>>, memref<32x24xf32, strided<[32, 1]>>)
      outs(%n : memref<32x24xf32, strided<[32, 1]>>)
  %two = arith.constant 2.0 : f32
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<32x32xf32, strided<[32, 1]>>) outs(%b : memref<32x32xf32, strided<[32, 1], offset: 1024>>) {
  ^bb0(%x: f32, %y: f32):
    %r = arith.mulf %x, %s : f32
    linalg.yield %r : f32
  }
  %t = arith.mulf %s, %two : f32
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%b : memref<32x32xf32, strided<[32, 1], offset: 1024>>) outs(%a : memref<32x32xf32, strided<[32, 1]>>) {
  ^bb0(%x: f32, %y: f32):
    %r = arith.mulf %x, %t : f32
    linalg.yield %r : f32
  }
  llvm.return
}

// A product and the zeros that it starts from.
// CHECK-LABEL: llvm.func internal @zeros.tile0(
// CHECK:      linalg.fill
// CHECK-NEXT: linalg.contract
// CHECK-LABEL: llvm.func @zeros(
// CHECK-NOT:  linalg.fill
// CHECK:      llvm.call @zeros.tile0(
// CHECK:      llvm.call @zeros.tile0(
// CHECK-NOT:  linalg.fill
// CHECK:      llvm.return
llvm.func @zeros() attributes {kernel.lanes = 16 : i64, target_cpu = "x86-64-v4"} {
  %zero = arith.constant 0.0 : f32
  %a = memref.alloca() : memref<32x32xf32>
  %b = memref.alloca() : memref<32x32xf32>
  %c = memref.alloca() : memref<32x32xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<32x32xf32>)
  linalg.contract indexing_maps = [#left, #right, #out] ins(%a, %b : memref<32x32xf32>, memref<32x32xf32>) outs(%c : memref<32x32xf32>)
  linalg.fill ins(%zero : f32) outs(%b : memref<32x32xf32>)
  linalg.contract indexing_maps = [#left, #right, #out] ins(%a, %c : memref<32x32xf32>, memref<32x32xf32>) outs(%b : memref<32x32xf32>)
  llvm.return
}
