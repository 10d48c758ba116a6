// RUN: seqmix-opt %s --seqmix-cuda-lower --seqmix-cuda-print-ptx -o /dev/null | FileCheck %s
// RUN: seqmix-opt %s --seqmix-cuda-lower --seqmix-cuda-print-ptx=arch=sm_90 -o /dev/null | FileCheck %s --check-prefix=SM90

// CHECK: .version 8.0
// CHECK: .target sm_80
// SM90: .target sm_90
// CHECK: .extern .shared .align 128 .b8 seqmix_shared[];
// CHECK: .visible .entry product(
// CHECK-COUNT-11: .param .u64 product_param
// CHECK-NOT: .param .u64
// CHECK: .maxntid 256, 1, 1
// Arrays are global, tiles shared, nothing generic.
// CHECK-NOT: {{(ld|st)\.b}}
// CHECK: ld.global.b32
// CHECK: st.shared.b32
// CHECK: bar.sync 0;
// CHECK: cvt.rn.bf16x2.f32
// CHECK: mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32
// All lanes do the product; those inside the tile store it.
// CHECK: setp{{.*}}, 3;
// CHECK-NEXT: @%p{{.*}} bra
// CHECK: st.shared.b32
// CHECK: bar.sync 0;
// CHECK-NOT: mma.sync
// CHECK: ret;
kernel.entry @product attributes {operator_name = "product", sizes = [], params = {M = 8, N = 4, K = 16}, divides = {}, equals = {},
  arrays = [{name = "a", axes = ["M", "K"], elem = f32}, {name = "b", axes = ["K", "N"], elem = f32}, {name = "c", axes = ["M", "N"], elem = f32, result}],
  form = "sequential", require = {}, product_type = bf16} {
^bb0(%a: memref<8x16xf32, strided<[?, 1]>>, %b: memref<16x4xf32, strided<[?, 1]>>, %c: memref<8x4xf32, strided<[?, 1]>>):
  %c1 = arith.constant 1 : index
  kernel.parallel grid(%c1) {
  ^bb0(%i: index, %near: memref<2048xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %c512 = arith.constant 512 : index
    %c768 = arith.constant 768 : index
    %zero = arith.constant 0.0 : f32
    %A = memref.view %near[%c0][] : memref<2048xi8, #kernel.memory<near>> to memref<8x16xf32, #kernel.memory<near>>
    %B = memref.view %near[%c512][] : memref<2048xi8, #kernel.memory<near>> to memref<16x4xf32, #kernel.memory<near>>
    %C = memref.view %near[%c768][] : memref<2048xi8, #kernel.memory<near>> to memref<8x4xf32, #kernel.memory<near>>
    kernel.load %a[%c0, %c0] dims [0, 1] into %A : memref<8x16xf32, strided<[?, 1]>>, memref<8x16xf32, #kernel.memory<near>>
    kernel.load %b[%c0, %c0] dims [0, 1] into %B : memref<16x4xf32, strided<[?, 1]>>, memref<16x4xf32, #kernel.memory<near>>
    linalg.fill ins(%zero : f32) outs(%C : memref<8x4xf32, #kernel.memory<near>>)
    linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%A, %B : memref<8x16xf32, #kernel.memory<near>>, memref<16x4xf32, #kernel.memory<near>>) outs(%C : memref<8x4xf32, #kernel.memory<near>>)
    kernel.store %C into %c[%c0, %c0] dims [0, 1] : memref<8x4xf32, #kernel.memory<near>>, memref<8x4xf32, strided<[?, 1]>>
  }
}
