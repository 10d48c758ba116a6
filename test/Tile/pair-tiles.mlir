// RUN: seqmix-opt %s --seqmix-pair-tiles --canonicalize --cse --split-input-file | FileCheck %s

#qk = affine_map<(m, n, k) -> (m, k)>
#kk = affine_map<(m, n, k) -> (n, k)>
#vv = affine_map<(m, n, k) -> (k, n)>
#o = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>

// Two tiles, if both are whole: the second one's first product beside the first one's exponentials, the first one's second
// product beside the second one's. What each of them computes for itself is its own.
//
// CHECK-LABEL: kernel.entry @pairs
// CHECK:       scf.for %[[I:.+]] = %c0 to %[[N:.+]] step %c2 {
// CHECK:         %[[J:.+]] = arith.addi %[[I]], %c1
// CHECK:         %[[HAS:.+]] = arith.cmpi slt, %[[J]], %[[N]]
// CHECK:         %[[BOTH:.+]] = scf.if %[[HAS]] -> (i1) {
// CHECK:           %[[WHOLE:.+]] = arith.cmpi slt, %[[I]],
// CHECK:           %[[NEXT:.+]] = arith.cmpi slt, %[[J]],
// CHECK:           %[[ALL:.+]] = arith.andi %[[WHOLE]], %[[NEXT]]
// CHECK:           scf.yield %[[ALL]]
// CHECK:         scf.if %[[BOTH]] {
// CHECK:           kernel.prefetch
// CHECK:           kernel.prefetch
// CHECK:           %[[S:.+]] = memref.alloc() : memref<32x64xf32>
// CHECK:           linalg.fill {{.*}} outs(%[[S]]
// CHECK:           linalg.contract indexing_maps = [{{[^]]*}}] ins({{.*}} outs(%[[S]] :
// CHECK-NOT:       kernel.beside
// CHECK:           %[[S2:.+]] = memref.alloc() : memref<32x64xf32>
// CHECK:           linalg.fill {{.*}} outs(%[[S2]]
// CHECK:           linalg.contract {{.*}} {kernel.beside} {{.*}} outs(%[[S2]] :
// CHECK-NEXT:      linalg.generic {{.*}} outs(%[[S]] :
// CHECK:             math.exp
// CHECK:           linalg.contract {{.*}} {kernel.beside} ins(%[[S]],
// CHECK-NEXT:      linalg.generic {{.*}} outs(%[[S2]] :
// CHECK:           linalg.contract indexing_maps = [{{[^]]*}}] ins(%[[S2]],
// CHECK-NOT:       kernel.beside
// CHECK:         } else {
// CHECK:           %[[END:.+]] = arith.addi %[[I]], %c2
// CHECK:           %[[LAST:.+]] = arith.minui %[[END]], %[[N]]
// CHECK:           scf.for %[[K:.+]] = %[[I]] to %[[LAST]] step %c1 {
// CHECK:             scf.if
// CHECK:           } {kernel.rows}
// CHECK:       } {kernel.rows}
kernel.entry @pairs attributes {operator_name = "pairs", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [{name = "x", axes = ["T"], elem = f32}],
    form = "streaming", require = {}, product_type = bf16} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
  kernel.parallel grid(%T) {
  ^bb0(%t: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %zero = arith.constant 0.0 : f32
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %k = memref.alloc() : memref<64x16xbf16>
    %q = memref.alloc() : memref<8x32x16xbf16>
    %acc = memref.alloc() : memref<8x32x16xf32>
    scf.for %i = %c0 to %T step %c1 {
      kernel.prefetch %x[%i] dims [0] shape [16] : memref<?xf32, strided<[1]>>
      %whole = arith.cmpi slt, %i, %t : index
      %qi = memref.subview %q[%i, 0, 0] [1, 32, 16] [1, 1, 1] : memref<8x32x16xbf16> to memref<32x16xbf16, strided<[16, 1], offset: ?>>
      %ai = memref.subview %acc[%i, 0, 0] [1, 32, 16] [1, 1, 1] : memref<8x32x16xf32> to memref<32x16xf32, strided<[16, 1], offset: ?>>
      scf.if %whole {
        %s = memref.alloc() : memref<32x64xf32>
        linalg.fill ins(%zero : f32) outs(%s : memref<32x64xf32>)
        linalg.contract indexing_maps = [#qk, #kk, #o] ins(%qi, %k : memref<32x16xbf16, strided<[16, 1], offset: ?>>, memref<64x16xbf16>) outs(%s : memref<32x64xf32>)
        linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%s : memref<32x64xf32>) {
        ^bb0(%e: f32):
          %y = math.exp %e : f32
          linalg.yield %y : f32
        }
        linalg.contract indexing_maps = [#qk, #vv, #o] ins(%s, %k : memref<32x64xf32>, memref<64x16xbf16>) outs(%ai : memref<32x16xf32, strided<[16, 1], offset: ?>>)
      } else {
        linalg.fill ins(%zero : f32) outs(%ai : memref<32x16xf32, strided<[16, 1], offset: ?>>)
      }
    } {kernel.rows}
  }
}

// -----

#qk = affine_map<(m, n, k) -> (m, k)>
#kk = affine_map<(m, n, k) -> (n, k)>
#o = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>

// Nothing waits for the arithmetic: one tile at a time.
//
// CHECK-LABEL: kernel.entry @one_product
// CHECK-NOT:   kernel.beside
kernel.entry @one_product attributes {operator_name = "one", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [],
    form = "streaming", require = {}, product_type = bf16} {
^bb0(%T: index):
  kernel.parallel grid(%T) {
  ^bb0(%t: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %k = memref.alloc() : memref<64x16xbf16>
    %q = memref.alloc() : memref<32x16xbf16>
    %s = memref.alloc() : memref<32x64xf32>
    scf.for %i = %c0 to %T step %c1 {
      %whole = arith.cmpi slt, %i, %t : index
      scf.if %whole {
        linalg.contract indexing_maps = [#qk, #kk, #o] ins(%q, %k : memref<32x16xbf16>, memref<64x16xbf16>) outs(%s : memref<32x64xf32>)
        linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%s : memref<32x64xf32>) {
        ^bb0(%e: f32):
          %y = math.exp %e : f32
          linalg.yield %y : f32
        }
      }
    } {kernel.rows}
  }
}
