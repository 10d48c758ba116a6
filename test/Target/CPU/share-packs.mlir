// RUN: seqmix-opt %s --pass-pipeline='builtin.module(func.func(seqmix-cpu-share-packs))' --split-input-file | FileCheck %s
// RUN: seqmix-opt %s --pass-pipeline='builtin.module(func.func(seqmix-cpu-share-packs,seqmix-cpu-vectorize))' --split-input-file | FileCheck %s --check-prefix=PACKED

// Two products read one tile, one of them under a condition: it is packed once, ahead of the first.
// CHECK-LABEL: func.func @twice
// CHECK: scf.if
// CHECK: linalg.contract {{.*}} {kernel.packed = 0 : i64}
// CHECK: linalg.contract {{.*}} {kernel.packed = 0 : i64}
// PACKED-LABEL: func.func @twice
// PACKED: "llvm.x86.avx512bf16.cvtne2ps2bf16.512"
// PACKED-NOT: scf.if
// PACKED: vector.shuffle
// PACKED: scf.if
// PACKED-NOT: vector.shuffle
#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @twice(%near: memref<65536xi8>, %a: memref<64x128xf32>, %out: memref<64x128xf32>, %if: i1) attributes {kernel.matrix = "pairs"} {
  %c0 = arith.constant 0 : index
  %s = memref.view %near[%c0][] : memref<65536xi8> to memref<128x128xf32>
  scf.if %if {
    linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%a, %s : memref<64x128xf32>, memref<128x128xf32>) outs(%out : memref<64x128xf32>)
  }
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%a, %s : memref<64x128xf32>, memref<128x128xf32>) outs(%out : memref<64x128xf32>)
  return
}

// -----

// Not a tile that is written between the two, or read in two ways, and no array: others may write to it.
// CHECK-LABEL: func.func @apart
// PACKED-LABEL: func.func @apart
// CHECK-NOT: kernel.packed
#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @apart(%near: memref<131072xi8>, %array: memref<128x128xf32>, %a: memref<64x128xf32>, %out: memref<64x128xf32>) attributes {kernel.matrix = "pairs"} {
  %c0 = arith.constant 0 : index
  %c65536 = arith.constant 65536 : index
  %zero = arith.constant 0.0 : f32
  %s = memref.view %near[%c0][] : memref<131072xi8> to memref<128x128xf32>
  %t = memref.view %near[%c65536][] : memref<131072xi8> to memref<128x128xf32>
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%a, %s : memref<64x128xf32>, memref<128x128xf32>) outs(%out : memref<64x128xf32>)
  %row = memref.subview %s[7, 0] [1, 128] [1, 1] : memref<128x128xf32> to memref<1x128xf32, strided<[128, 1], offset: 896>>
  linalg.fill ins(%zero : f32) outs(%row : memref<1x128xf32, strided<[128, 1], offset: 896>>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%a, %s : memref<64x128xf32>, memref<128x128xf32>) outs(%out : memref<64x128xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%a, %t : memref<64x128xf32>, memref<128x128xf32>) outs(%out : memref<64x128xf32>)
  linalg.contract indexing_maps = [#mk, #nk, #mn] ins(%a, %t : memref<64x128xf32>, memref<128x128xf32>) outs(%out : memref<64x128xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%a, %array : memref<64x128xf32>, memref<128x128xf32>) outs(%out : memref<64x128xf32>)
  linalg.contract indexing_maps = [#mk, #kn, #mn] ins(%a, %array : memref<64x128xf32>, memref<128x128xf32>) outs(%out : memref<64x128xf32>)
  return
}
