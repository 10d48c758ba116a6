// RUN: seqmix-opt %s --pass-pipeline='builtin.module(llvm.func(seqmix-cpu-sink-fills))' | FileCheck %s

#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (k, n)>
#out = affine_map<(m, n, k) -> (m, n)>

// Past what touches other tiles, loops too.
// CHECK-LABEL: llvm.func @sinks
// CHECK:      scf.for
// CHECK:      }
// CHECK:      linalg.fill ins(%{{.+}} : f32) outs(%[[C:.+]] : memref<32x32xf32>)
// CHECK-NEXT: linalg.contract {{.+}} outs(%[[C]] :
llvm.func @sinks(%i: i64) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %a = memref.alloca() : memref<32x32xf32>
  %b = memref.alloca() : memref<32x32xf32>
  %c = memref.alloca() : memref<32x32xf32>
  linalg.fill ins(%zero : f32) outs(%c : memref<32x32xf32>)
  scf.for %r = %c0 to %c32 step %c1 {
    %row = memref.subview %a[%r, 0] [1, 32] [1, 1] : memref<32x32xf32> to memref<1x32xf32, strided<[32, 1], offset: ?>>
    linalg.fill ins(%zero : f32) outs(%row : memref<1x32xf32, strided<[32, 1], offset: ?>>)
  }
  linalg.contract indexing_maps = [#left, #right, #out] ins(%a, %b : memref<32x32xf32>, memref<32x32xf32>) outs(%c : memref<32x32xf32>)
  llvm.return
}

// Not past what reads the tile or a part of it, or may do so, nor where it is filled with something else or only in part.
// CHECK-LABEL: llvm.func @stays
// CHECK:      linalg.fill
// CHECK-NEXT: linalg.copy
// CHECK-NEXT: linalg.contract
// CHECK-NEXT: linalg.fill
// CHECK-NEXT: memref.load
// CHECK-NEXT: linalg.contract
// CHECK-NEXT: linalg.fill
// CHECK-NEXT: llvm.call
// CHECK-NEXT: linalg.contract
// CHECK-NEXT: linalg.fill
// CHECK-NEXT: memref.alloca
// CHECK-NEXT: linalg.contract
// CHECK-NEXT: linalg.fill
// CHECK-NEXT: memref.alloca
// CHECK-NEXT: linalg.contract
llvm.func @other()
llvm.func @stays(%i: i64) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %a = memref.alloca() : memref<32x32xf32>
  %b = memref.alloca() : memref<32x32xf32>
  %c = memref.alloca() : memref<32x32xf32>
  %row = memref.subview %c[0, 0] [1, 32] [1, 1] : memref<32x32xf32> to memref<1x32xf32, strided<[32, 1]>>
  %other = memref.subview %a[0, 0] [1, 32] [1, 1] : memref<32x32xf32> to memref<1x32xf32, strided<[32, 1]>>
  linalg.fill ins(%zero : f32) outs(%c : memref<32x32xf32>)
  linalg.copy ins(%row : memref<1x32xf32, strided<[32, 1]>>) outs(%other : memref<1x32xf32, strided<[32, 1]>>)
  linalg.contract indexing_maps = [#left, #right, #out] ins(%a, %b : memref<32x32xf32>, memref<32x32xf32>) outs(%c : memref<32x32xf32>)
  linalg.fill ins(%zero : f32) outs(%c : memref<32x32xf32>)
  %x = memref.load %c[%c0, %c0] : memref<32x32xf32>
  linalg.contract indexing_maps = [#left, #right, #out] ins(%a, %b : memref<32x32xf32>, memref<32x32xf32>) outs(%c : memref<32x32xf32>)
  linalg.fill ins(%zero : f32) outs(%c : memref<32x32xf32>)
  llvm.call @other() : () -> ()
  linalg.contract indexing_maps = [#left, #right, #out] ins(%a, %b : memref<32x32xf32>, memref<32x32xf32>) outs(%c : memref<32x32xf32>)
  linalg.fill ins(%one : f32) outs(%c : memref<32x32xf32>)
  %d = memref.alloca() : memref<2xf32>
  linalg.contract indexing_maps = [#left, #right, #out] ins(%a, %b : memref<32x32xf32>, memref<32x32xf32>) outs(%c : memref<32x32xf32>)
  linalg.fill ins(%zero : f32) outs(%row : memref<1x32xf32, strided<[32, 1]>>)
  %e = memref.alloca() : memref<2xf32>
  linalg.contract indexing_maps = [#left, #right, #out] ins(%a, %b : memref<32x32xf32>, memref<32x32xf32>) outs(%c : memref<32x32xf32>)
  llvm.return
}
