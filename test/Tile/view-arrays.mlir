// RUN: seqmix-opt %s --seqmix-view-arrays | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
#row = affine_map<(d0) -> (d0)>

// A state is read where it was and written where it is to be.
// CHECK-LABEL: kernel.entry @state
// CHECK-NOT: memref.alloc
// CHECK: %[[FROM:.+]] = memref.subview %s0[%[[B:.+]], 0, 0] [1, 16, 32] [1, 1, 1]
// CHECK: %[[TO:.+]] = memref.subview %s[%[[B]], 0, 0] [1, 16, 32] [1, 1, 1]
// CHECK: linalg.generic {{.*}} ins(%[[FROM]] : {{.*}}) outs(%[[TO]] :
// CHECK-NOT: kernel.store
//
// Where the operand is read after the first write, or in another order than it
// is written, the result waits in scratch.
// CHECK-LABEL: kernel.entry @read_later
// CHECK: memref.alloc() : memref<16x16xf32>
// CHECK: kernel.store
// CHECK-LABEL: kernel.entry @read_turned
// CHECK: memref.alloc() : memref<16x16xf32>
// CHECK: kernel.store
kernel.entry @state attributes {operator_name = "state", sizes = ["B"], params = {K = 16 : i64, V = 32 : i64}, divides = {}, equals = {}, arrays = [
      {name = "s0", axes = ["B", "K", "V"], elem = f32}, {name = "s", axes = ["B", "K", "V"], elem = f32, result, may_alias = "s0"}],
      form = "step", require = {}, product_type = f32} {
^bb0(%B: index, %s0: memref<?x16x32xf32, strided<[?, ?, 1]>>, %s: memref<?x16x32xf32, strided<[?, ?, 1]>>):
  kernel.parallel grid(%B) {
  ^bb0(%b: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %tile = memref.alloc() : memref<16x32xf32>
    kernel.load %s0[%b, %c0, %c0] dims [1, 2] into %tile : memref<?x16x32xf32, strided<[?, ?, 1]>>, memref<16x32xf32>
    linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%tile : memref<16x32xf32>) outs(%tile : memref<16x32xf32>) {
    ^bb0(%u: f32, %v: f32):
      %0 = arith.addf %u, %u : f32
      linalg.yield %0 : f32
    }
    kernel.store %tile into %s[%b, %c0, %c0] dims [1, 2] : memref<16x32xf32>, memref<?x16x32xf32, strided<[?, ?, 1]>>
  }
}

kernel.entry @read_later attributes {operator_name = "read_later", sizes = ["B"], params = {K = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "s0", axes = ["B", "K", "K"], elem = f32}, {name = "o", axes = ["B", "K", "K"], elem = f32, result}, {name = "s", axes = ["B", "K", "K"], elem = f32, result, may_alias = "s0"}],
      form = "step", require = {}, product_type = f32} {
^bb0(%B: index, %s0: memref<?x16x16xf32, strided<[?, ?, 1]>>, %o: memref<?x16x16xf32, strided<[?, ?, 1]>>, %s: memref<?x16x16xf32, strided<[?, ?, 1]>>):
  kernel.parallel grid(%B) {
  ^bb0(%b: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %tile = memref.alloc() : memref<16x16xf32>
    kernel.load %s0[%b, %c0, %c0] dims [1, 2] into %tile : memref<?x16x16xf32, strided<[?, ?, 1]>>, memref<16x16xf32>
    %next = memref.alloc() : memref<16x16xf32>
    %out = memref.alloc() : memref<16x16xf32>
    linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%tile : memref<16x16xf32>) outs(%next : memref<16x16xf32>) {
    ^bb0(%u: f32, %v: f32):
      %0 = arith.addf %u, %u : f32
      linalg.yield %0 : f32
    }
    linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%tile, %next : memref<16x16xf32>, memref<16x16xf32>) outs(%out : memref<16x16xf32>) {
    ^bb0(%u: f32, %v: f32, %w: f32):
      %0 = arith.mulf %u, %v : f32
      linalg.yield %0 : f32
    }
    kernel.store %out into %o[%b, %c0, %c0] dims [1, 2] : memref<16x16xf32>, memref<?x16x16xf32, strided<[?, ?, 1]>>
    kernel.store %next into %s[%b, %c0, %c0] dims [1, 2] : memref<16x16xf32>, memref<?x16x16xf32, strided<[?, ?, 1]>>
  }
}

kernel.entry @read_turned attributes {operator_name = "read_turned", sizes = ["B"], params = {K = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "s0", axes = ["B", "K", "K"], elem = f32}, {name = "s", axes = ["B", "K", "K"], elem = f32, result, may_alias = "s0"}],
      form = "step", require = {}, product_type = f32} {
^bb0(%B: index, %s0: memref<?x16x16xf32, strided<[?, ?, 1]>>, %s: memref<?x16x16xf32, strided<[?, ?, 1]>>):
  kernel.parallel grid(%B) {
  ^bb0(%b: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %tile = memref.alloc() : memref<16x16xf32>
    kernel.load %s0[%b, %c0, %c0] dims [1, 2] into %tile : memref<?x16x16xf32, strided<[?, ?, 1]>>, memref<16x16xf32>
    %next = memref.alloc() : memref<16x16xf32>
    linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel"]} ins(%tile : memref<16x16xf32>) outs(%next : memref<16x16xf32>) {
    ^bb0(%u: f32, %v: f32):
      %0 = arith.addf %u, %u : f32
      linalg.yield %0 : f32
    }
    kernel.store %next into %s[%b, %c0, %c0] dims [1, 2] : memref<16x16xf32>, memref<?x16x16xf32, strided<[?, ?, 1]>>
  }
}

// The channels of a scan: tasks that lie within D go through the arrays, and
// the carry, which lives on in f32, is written to y as it is computed; the last
// task, where D is no multiple, works on padded copies.
// CHECK-LABEL: kernel.entry @scan
// CHECK: %[[SIZE:.+]] = memref.dim %{{.+}} : memref<?x?xbf16
// CHECK: arith.cmpi sle, %{{.+}}, %[[SIZE]]
// CHECK: scf.if
// CHECK:   scf.for
// CHECK:     %[[X:.+]] = memref.subview %x[%[[T:.+]], %[[D:.+]]] [1, 64] [1, 1]
// CHECK:     %[[Y:.+]] = memref.subview %y[%[[T]], %[[D]]] [1, 64] [1, 1]
// CHECK:     linalg.generic {{.*}} ins(%[[CARRY:.+]], %[[X]] : {{.*}}) outs(%[[CARRY]], %[[Y]] :
// CHECK:       arith.truncf
// CHECK-NOT: kernel.store
// CHECK: } else {
// CHECK:   scf.for
// CHECK:     kernel.load
// CHECK:     kernel.store
kernel.entry @scan attributes {operator_name = "scan", sizes = ["T", "D"], params = {}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "D"], elem = bf16}, {name = "y", axes = ["T", "D"], elem = bf16, result}],
      form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %D: index, %x: memref<?x?xbf16, strided<[?, 1]>>, %y: memref<?x?xbf16, strided<[?, 1]>>):
  %c64 = arith.constant 64 : index
  %tiles = arith.ceildivui %D, %c64 : index
  kernel.parallel grid(%tiles) {
  ^bb0(%i: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %zero = arith.constant 0.0 : f32
    %d = arith.muli %i, %c64 : index
    %carry = memref.alloc() : memref<64xf32>
    linalg.fill ins(%zero : f32) outs(%carry : memref<64xf32>)
    scf.for %t = %c0 to %T step %c1 {
      %tile = memref.alloc() : memref<64xbf16>
      kernel.load %x[%t, %d] dims [1] into %tile : memref<?x?xbf16, strided<[?, 1]>>, memref<64xbf16>
      linalg.generic {indexing_maps = [#row, #row, #row], iterator_types = ["parallel"]} ins(%carry, %tile : memref<64xf32>, memref<64xbf16>) outs(%carry : memref<64xf32>) {
      ^bb0(%u: f32, %v: bf16, %w: f32):
        %0 = arith.extf %v : bf16 to f32
        %1 = arith.addf %u, %0 : f32
        linalg.yield %1 : f32
      }
      kernel.store %carry into %y[%t, %d] dims [1] : memref<64xf32>, memref<?x?xbf16, strided<[?, 1]>>
    }
  }
}

// Where a wide tile ends past D, narrow ones are worked on in turn, most of them
// whole again.
// CHECK-LABEL: kernel.entry @wide_scan
// CHECK: scf.if
// CHECK: memref.subview %x[%{{.+}}, %{{.+}}] [1, 256] [1, 1]
// CHECK: } else {
// CHECK: %[[END:.+]] = arith.minui
// CHECK: scf.for %[[N:.+]] = %{{.+}} to %[[END]] step %c128{{.*}} {
// CHECK:   scf.if
// CHECK:     linalg.fill {{.+}} : memref<128xf32>
// CHECK:     memref.subview %x[%{{.+}}, %[[N]]] [1, 128] [1, 1]
// CHECK:   } else {
// CHECK:     linalg.fill {{.+}} : memref<128xf32>
// CHECK:     kernel.load %x[%{{.+}}, %[[N]]] {{.+}} memref<128xf32>
// CHECK-NOT: memref<256xf32>
kernel.entry @wide_scan attributes {operator_name = "wide_scan", sizes = ["T", "D"], params = {}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "D"], elem = f32}, {name = "y", axes = ["T", "D"], elem = f32, result}],
      form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %D: index, %x: memref<?x?xf32, strided<[?, 1]>>, %y: memref<?x?xf32, strided<[?, 1]>>):
  %c256 = arith.constant 256 : index
  %tiles = arith.ceildivui %D, %c256 : index
  kernel.parallel grid(%tiles) {
  ^bb0(%i: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %zero = arith.constant 0.0 : f32
    %d = arith.muli %i, %c256 : index
    %carry = memref.alloc() : memref<256xf32>
    linalg.fill ins(%zero : f32) outs(%carry : memref<256xf32>)
    scf.for %t = %c0 to %T step %c1 {
      %tile = memref.alloc() : memref<256xf32>
      kernel.load %x[%t, %d] dims [1] into %tile : memref<?x?xf32, strided<[?, 1]>>, memref<256xf32>
      linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel"]} ins(%tile : memref<256xf32>) outs(%carry : memref<256xf32>) {
      ^bb0(%u: f32, %v: f32):
        %0 = arith.addf %u, %v : f32
        linalg.yield %0 : f32
      }
      kernel.store %carry into %y[%t, %d] dims [1] : memref<256xf32>, memref<?x?xf32, strided<[?, 1]>>
    }
  }
}

// Not where an op asks where in the tile it is.
// CHECK-LABEL: kernel.entry @wide_ramp
// CHECK: } else {
// CHECK-NOT: memref<128xf32>
// CHECK: kernel.load {{.+}} memref<256xf32>
kernel.entry @wide_ramp attributes {operator_name = "wide_ramp", sizes = ["T", "D"], params = {}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "D"], elem = f32}, {name = "y", axes = ["T", "D"], elem = f32, result}],
      form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %D: index, %x: memref<?x?xf32, strided<[?, 1]>>, %y: memref<?x?xf32, strided<[?, 1]>>):
  %c256 = arith.constant 256 : index
  %tiles = arith.ceildivui %D, %c256 : index
  kernel.parallel grid(%tiles) {
  ^bb0(%i: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %zero = arith.constant 0.0 : f32
    %d = arith.muli %i, %c256 : index
    %carry = memref.alloc() : memref<256xf32>
    linalg.fill ins(%zero : f32) outs(%carry : memref<256xf32>)
    scf.for %t = %c0 to %T step %c1 {
      %tile = memref.alloc() : memref<256xf32>
      kernel.load %x[%t, %d] dims [1] into %tile : memref<?x?xf32, strided<[?, 1]>>, memref<256xf32>
      linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel"]} ins(%tile : memref<256xf32>) outs(%carry : memref<256xf32>) {
      ^bb0(%u: f32, %v: f32):
        %n = linalg.index 0 : index
        %m = arith.index_cast %n : index to i32
        %w = arith.sitofp %m : i32 to f32
        %0 = arith.addf %u, %w : f32
        linalg.yield %0 : f32
      }
      kernel.store %carry into %y[%t, %d] dims [1] : memref<256xf32>, memref<?x?xf32, strided<[?, 1]>>
    }
  }
}

// A tile of tokens may end past T, which differs from turn to turn.
// CHECK-LABEL: kernel.entry @tokens
// CHECK-NOT: scf.if
// CHECK: kernel.load
kernel.entry @tokens attributes {operator_name = "tokens", sizes = ["T"], params = {D = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "D"], elem = f32}, {name = "o", axes = ["D"], elem = f32, result}], form = "chunkwise", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %o: memref<16xf32, strided<[1]>>):
  kernel.parallel grid() {
  ^bb0(%near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %c8 = arith.constant 8 : index
    %zero = arith.constant 0.0 : f32
    %sum = memref.alloc() : memref<16xf32>
    linalg.fill ins(%zero : f32) outs(%sum : memref<16xf32>)
    scf.for %t = %c0 to %T step %c8 {
      %tile = memref.alloc() : memref<8x16xf32>
      kernel.load %x[%t, %c0] dims [0, 1] into %tile : memref<?x16xf32, strided<[?, 1]>>, memref<8x16xf32>
      linalg.generic {indexing_maps = [#id, affine_map<(d0, d1) -> (d1)>], iterator_types = ["reduction", "parallel"]} ins(%tile : memref<8x16xf32>) outs(%sum : memref<16xf32>) {
      ^bb0(%u: f32, %v: f32):
        %0 = arith.addf %v, %u : f32
        linalg.yield %0 : f32
      }
    }
    kernel.store %sum into %o[%c0] dims [0] : memref<16xf32>, memref<16xf32, strided<[1]>>
  }
}
