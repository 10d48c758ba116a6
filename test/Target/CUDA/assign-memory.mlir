// RUN: seqmix-opt %s --seqmix-cuda-assign-memory | FileCheck %s

// CHECK: gpu.func @f(%arg0: memref<8xf32, 1>, %arg1: memref<64xi8, 3>, %arg2: memref<64xi8, 1>)
// CHECK: memref.view %arg1[%c0][] : memref<64xi8, 3> to memref<16xf32, 3>
// CHECK: memref.subview {{.*}} to memref<8xf32, strided<[1]>, 3>
// CHECK-NOT: #kernel.memory
gpu.module @seqmix_kernels {
  gpu.func @f(%x: memref<8xf32>, %near: memref<64xi8, #kernel.memory<near>>, %far: memref<64xi8, #kernel.memory<far>>) kernel {
    %c0 = arith.constant 0 : index
    %0 = memref.view %near[%c0][] : memref<64xi8, #kernel.memory<near>> to memref<16xf32, #kernel.memory<near>>
    %1 = memref.subview %0[0] [8] [1] : memref<16xf32, #kernel.memory<near>> to memref<8xf32, strided<[1]>, #kernel.memory<near>>
    %2 = memref.load %1[%c0] : memref<8xf32, strided<[1]>, #kernel.memory<near>>
    memref.store %2, %x[%c0] : memref<8xf32>
    gpu.return
  }
}
