// RUN: seqmix-opt %s --seqmix-cuda-map-blocks | FileCheck %s

// The launch says the grids as expressions of sizes. A kernel with far scratch has a bounded number of blocks. Kernels share
// the workspace, so the larger need counts.
// CHECK-LABEL: kernel.entry @two
// CHECK-SAME: launches = [{block = [256, 1, 1], grid = [{min = [{mul = ["B", {ceildiv = ["T", 8]}]}, 1024]}, 1, 1], kernel = "two", shared = 256 : i64},
// CHECK-SAME: {block = [256, 1, 1], grid = [{max = [{add = ["B", -2]}, {min = ["T", 5]}]}, 1, 1], kernel = "two_1", shared = 0 : i64},
// CHECK-SAME: {block = [256, 1, 1], grid = [{min = ["B", 1024]}, 1, 1], kernel = "two_2", shared = 0 : i64}]
// CHECK-SAME: workspace = {max = [{mul = [128, {min = [{mul = ["B", {ceildiv = ["T", 8]}]}, 1024]}]}, {mul = [64, {min = ["B", 1024]}]}]}
// CHECK-NOT: kernel.parallel

// CHECK: gpu.module @seqmix_kernels
// CHECK: llvm.mlir.global external @seqmix_shared() {addr_space = 3 : i32, alignment = 128 : i64}

// Slots: B, T; x with two strides; y with one; workspace and its size.
// CHECK: gpu.func @two(%[[B:arg[0-9]+]]: i64, %[[T:arg[0-9]+]]: i64, %[[X:arg[0-9]+]]: i64, %[[XB:arg[0-9]+]]: i64, %{{.*}}: i64, %[[Y:arg[0-9]+]]: i64, %{{.*}}: i64, %[[W:arg[0-9]+]]: i64, %{{arg[0-9]+}}: i64) kernel
// CHECK-SAME: kernel.product_type = bf16, known_block_size = array<i32: 256, 1, 1>
// CHECK: arith.index_cast %[[T]] : i64 to index
// CHECK: llvm.inttoptr %[[X]] : i64 to !llvm.ptr<1>
// The size of axis S is T's slot.
// CHECK: llvm.insertvalue %[[XB]], %{{.*}}[4, 0]
// CHECK: llvm.insertvalue %[[T]], %{{.*}}[3, 1]
// CHECK: %[[TILES:.*]] = arith.ceildivsi %dim, %c8
// CHECK: nvvm.read.ptx.sreg.ctaid.x
// CHECK: %[[BLOCK:.*]] = llvm.zext
// CHECK: llvm.mlir.addressof @seqmix_shared : !llvm.ptr<3>
// Far scratch: the workspace and this block's multiple of 128 bytes (100, on 64 bytes).
// CHECK: %[[FAR:.*]] = llvm.mlir.constant(128 : i64)
// CHECK: %[[OFFSET:.*]] = llvm.mul %[[BLOCK]], %[[FAR]]
// CHECK: llvm.add %[[W]], %[[OFFSET]]
// The tasks of this block; the last index is the fastest.
// CHECK: %[[FIRST:.*]] = arith.index_castui %[[BLOCK]]
// CHECK: %[[TOTAL:.*]] = arith.muli %{{.*}}, %[[TILES]]
// CHECK: nvvm.read.ptx.sreg.nctaid.x
// CHECK: scf.for %[[I:.*]] = %[[FIRST]] to %[[TOTAL]] step
// CHECK: arith.remui %[[I]], %[[TILES]]
// CHECK: arith.divui %[[I]], %[[TILES]]
// CHECK: gpu.return
// Without far scratch a block is a task.
// CHECK: gpu.func @two_1
// CHECK-NOT: scf.for
// CHECK: gpu.func @two_2
kernel.entry @two attributes {operator_name = "two", sizes = ["B", "T"], params = {}, divides = {}, equals = {S = "T"},
  arrays = [{name = "x", axes = ["B", "S"], elem = f32}, {name = "y", axes = ["T"], elem = f32, result}],
  form = "sequential", require = {}, product_type = bf16} {
^bb0(%B: index, %T: index, %x: memref<?x?xf32, strided<[?, 1]>>, %y: memref<?xf32, strided<[1]>>):
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c5 = arith.constant 5 : index
  %c8 = arith.constant 8 : index
  %S = memref.dim %x, %c1 : memref<?x?xf32, strided<[?, 1]>>
  %tiles = arith.ceildivsi %S, %c8 : index
  kernel.parallel grid(%B, %tiles) {
  ^bb0(%b: index, %t: index, %near: memref<256xi8, #kernel.memory<near>>, %far: memref<100xi8, #kernel.memory<far>>):
    %v = memref.load %x[%b, %t] : memref<?x?xf32, strided<[?, 1]>>
    memref.store %v, %y[%t] : memref<?xf32, strided<[1]>>
  }
  %less = arith.subi %B, %c2 : index
  %least = arith.minsi %T, %c5 : index
  %n = arith.maxsi %less, %least : index
  kernel.parallel grid(%n) {
  ^bb0(%t: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
  }
  kernel.parallel grid(%B) {
  ^bb0(%t: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<64xi8, #kernel.memory<far>>):
  }
}
