// RUN: seqmix-opt %s --seqmix-block-rows=rows=32 --split-input-file | FileCheck %s

#qk = affine_map<(m, n, k) -> (m, k)>
#kk = affine_map<(m, n, k) -> (n, k)>
#vv = affine_map<(m, n, k) -> (k, n)>
#o = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>

// Scores, their maximum and the product of them: one loop; the scores shrink to
// a block, positions count from the tile's first row.
// CHECK-LABEL: kernel.entry @chain
// CHECK: %[[Q:.+]] = memref.alloc() : memref<128x16xf32>
// CHECK: %[[K:.+]] = memref.alloc() : memref<64x16xf32>
// CHECK: scf.for %[[R:.+]] = %c0{{.*}} to %c128{{.*}} step %c32
// CHECK:   %[[S:.+]] = memref.alloc() : memref<32x64xf32>
// CHECK:   linalg.fill {{.*}} outs(%[[S]]
// CHECK:   %[[QR:.+]] = memref.subview %[[Q]][%[[R]], 0] [32, 16] [1, 1]
// CHECK:   linalg.contract {{.*}} ins(%[[QR]], %[[K]] : {{.*}}) outs(%[[S]] : memref<32x64xf32>)
// CHECK:   linalg.generic {{.*}} outs(%[[S]]
// CHECK:     %[[I:.+]] = linalg.index 0
// CHECK:     arith.addi %[[I]], %[[R]]
// CHECK:   linalg.contract {{.*}} ins(%[[S]], %{{.+}} : memref<32x64xf32>, memref<64x16xf32>)
// CHECK: } {kernel.rows}
// CHECK-NOT: linalg
//
// The second product reads all rows of the first at once.
// CHECK-LABEL: kernel.entry @across
// CHECK-NOT: kernel.rows
//
// A product of a lower triangle is one of the whole.
// CHECK-LABEL: kernel.entry @lower
// CHECK-NOT: kernel.rows
//
// The products read %x by columns and by rows: it is written after the loop.
// CHECK-LABEL: kernel.entry @two_ways
// CHECK: linalg.contract
// CHECK: linalg.contract
// CHECK: } {kernel.rows}
// CHECK: linalg.fill {{.*}} : memref<128x128xf32>)
kernel.entry @chain attributes {operator_name = "chain", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [],
    form = "step", require = {}, product_type = f32} {
^bb0(%T: index):
  kernel.parallel grid(%T) {
  ^bb0(%i: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %zero = arith.constant 0.0 : f32
    %c0 = arith.constant 0 : index
    %q = memref.alloc() : memref<128x16xf32>
    memref.store %zero, %q[%c0, %c0] : memref<128x16xf32>
    %k = memref.alloc() : memref<64x16xf32>
    %v = memref.alloc() : memref<64x16xf32>
    %out = memref.alloc() : memref<128x16xf32>
    %s = memref.alloc() : memref<128x64xf32>
    linalg.fill ins(%zero : f32) outs(%s : memref<128x64xf32>)
    linalg.contract indexing_maps = [#qk, #kk, #o] ins(%q, %k : memref<128x16xf32>, memref<64x16xf32>) outs(%s : memref<128x64xf32>)
    linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%s : memref<128x64xf32>) {
    ^bb0(%x: f32):
      %r = linalg.index 0 : index
      %n = arith.index_cast %r : index to i32
      %f = arith.sitofp %n : i32 to f32
      %y = arith.addf %x, %f : f32
      linalg.yield %y : f32
    }
    linalg.contract indexing_maps = [#qk, #vv, #o] ins(%s, %v : memref<128x64xf32>, memref<64x16xf32>) outs(%out : memref<128x16xf32>)
  }
}

kernel.entry @across attributes {operator_name = "across", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [],
    form = "step", require = {}, product_type = f32} {
^bb0(%T: index):
  kernel.parallel grid(%T) {
  ^bb0(%i: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %q = memref.alloc() : memref<128x16xf32>
    %k = memref.alloc() : memref<128x16xf32>
    %s = memref.alloc() : memref<128x128xf32>
    %out = memref.alloc() : memref<128x128xf32>
    linalg.contract indexing_maps = [#qk, #kk, #o] ins(%q, %k : memref<128x16xf32>, memref<128x16xf32>) outs(%s : memref<128x128xf32>)
    linalg.contract indexing_maps = [#qk, #kk, #o] ins(%s, %s : memref<128x128xf32>, memref<128x128xf32>) outs(%out : memref<128x128xf32>)
  }
}

kernel.entry @lower attributes {operator_name = "lower", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [],
    form = "step", require = {}, product_type = f32} {
^bb0(%T: index):
  kernel.parallel grid(%T) {
  ^bb0(%i: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %zero = arith.constant 0.0 : f32
    %k = memref.alloc() : memref<128x16xf32>
    %s = memref.alloc() : memref<128x128xf32>
    linalg.fill ins(%zero : f32) outs(%s : memref<128x128xf32>)
    linalg.contract indexing_maps = [#qk, #kk, #o] {kernel.lower = array<i64: 0, 1>} ins(%k, %k : memref<128x16xf32>, memref<128x16xf32>) outs(%s : memref<128x128xf32>)
  }
}

kernel.entry @two_ways attributes {operator_name = "two_ways", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [],
    form = "step", require = {}, product_type = f32} {
^bb0(%T: index):
  kernel.parallel grid(%T) {
  ^bb0(%i: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %zero = arith.constant 0.0 : f32
    %x = memref.alloc() : memref<128x128xf32>
    %k = memref.alloc() : memref<128x16xf32>
    %rows = memref.alloc() : memref<128x16xf32>
    %columns = memref.alloc() : memref<128x16xf32>
    linalg.contract indexing_maps = [affine_map<(m, n, k) -> (k, m)>, #vv, #o] ins(%x, %k : memref<128x128xf32>, memref<128x16xf32>) outs(%columns : memref<128x16xf32>)
    linalg.contract indexing_maps = [#qk, #vv, #o] ins(%x, %k : memref<128x128xf32>, memref<128x16xf32>) outs(%rows : memref<128x16xf32>)
    linalg.fill ins(%zero : f32) outs(%x : memref<128x128xf32>)
  }
}
