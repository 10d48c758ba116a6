// RUN: seqmix-opt %s --seqmix-cuda-to-nvvm | FileCheck %s

// No call of a device library.
// CHECK: llvm.func @f(
// CHECK-SAME: nvvm.kernel
// CHECK-SAME: nvvm.maxntid = array<i32: 256, 1, 1>
// CHECK: llvm.intr.sqrt
// CHECK: llvm.intr.fabs
// CHECK: llvm.intr.fma
// CHECK: llvm.store {{.*}} : f32, !llvm.ptr<1>
// CHECK: llvm.return
gpu.module @seqmix_kernels {
  gpu.func @f(%x: f32, %y: memref<8xf32, 1>, %i: index) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %0 = math.sqrt %x : f32
    %1 = math.absf %0 : f32
    %2 = math.fma %1, %x, %x : f32
    memref.store %2, %y[%i] : memref<8xf32, 1>
    gpu.return
  }
}
