// RUN: seqmix-opt %s --seqmix-cpu-vectorize=lanes=16 --split-input-file | FileCheck %s
// RUN: seqmix-opt %s --seqmix-cpu-vectorize=lanes=8 --split-input-file | FileCheck %s --check-prefix=V8

// Two vectors a row, side by side; the row's own operand is read once.
// CHECK-LABEL: func.func @elementwise
// V8-LABEL: func.func @elementwise
func.func @elementwise(%a: memref<4x32xf32>, %s: memref<4xf32>, %b: memref<4x32xf32>) {
  // CHECK: scf.for %[[I:.+]] =
  // CHECK: %[[S:.+]] = memref.load %{{.+}}[%[[I]]] : memref<4xf32>
  // CHECK-COUNT-2: vector.load %{{.+}} : memref<4x32xf32>, vector<16xf32>
  // CHECK: vector.store %{{.+}} : memref<4x32xf32>, vector<16xf32>
  // CHECK-NOT: linalg
  // V8: vector.load %{{.+}} : memref<4x32xf32>, vector<8xf32>
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%a, %s : memref<4x32xf32>, memref<4xf32>) outs(%b : memref<4x32xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %z = arith.mulf %x, %y : f32
    linalg.yield %z : f32
  }
  return
}

// -----

// A tail that is no tile's padding is masked.
// CHECK-LABEL: func.func @masked
// CHECK: vector.load %{{.+}} : memref<3x20xf32>, vector<16xf32>
// CHECK: vector.constant_mask [4] : vector<16xi1>
// CHECK: vector.maskedload
// CHECK: vector.maskedstore
func.func @masked(%a: memref<3x20xf32>, %b: memref<3x20xf32>) {
  linalg.copy ins(%a : memref<3x20xf32>) outs(%b : memref<3x20xf32>)
  return
}

// -----

// A tail in a tile's padding is computed whole.
// CHECK-LABEL: func.func @padded
// CHECK-NOT: mask
// CHECK: vector.store %{{.+}} : memref<3x20xf32, strided<[32, 1]>>, vector<16xf32>
// CHECK-NOT: mask
// CHECK: return
func.func @padded(%near: memref<384xi8>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %view = memref.view %near[%c0][] : memref<384xi8> to memref<3x32xf32>
  %tile = memref.subview %view[0, 0] [3, 20] [1, 1] : memref<3x32xf32> to memref<3x20xf32, strided<[32, 1]>>
  linalg.fill ins(%zero : f32) outs(%tile : memref<3x20xf32, strided<[32, 1]>>)
  return
}

// -----

// A view of which several parts are used has no padding.
// CHECK-LABEL: func.func @neighbours
// CHECK: vector.maskedstore
func.func @neighbours(%near: memref<384xi8>, %out: memref<3x12xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %view = memref.view %near[%c0][] : memref<384xi8> to memref<3x32xf32>
  %left = memref.subview %view[0, 0] [3, 20] [1, 1] : memref<3x32xf32> to memref<3x20xf32, strided<[32, 1]>>
  %right = memref.subview %view[0, 20] [3, 12] [1, 1] : memref<3x32xf32> to memref<3x12xf32, strided<[32, 1], offset: 20>>
  linalg.fill ins(%zero : f32) outs(%left : memref<3x20xf32, strided<[32, 1]>>)
  linalg.copy ins(%right : memref<3x12xf32, strided<[32, 1], offset: 20>>) outs(%out : memref<3x12xf32>)
  return
}

// -----

// Along a reduction: four sums, folded by halves, then the value from before.
// CHECK-LABEL: func.func @row_sum
// CHECK: %[[ZERO:.+]] = arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK: scf.for {{.+}} iter_args({{.+}}, {{.+}}, {{.+}}, {{.+}}) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>)
// CHECK: vector.shuffle {{.+}} [8, 9, 10, 11, 12, 13, 14, 15] : vector<16xf32>, vector<16xf32>
// CHECK: arith.addf {{.+}} : vector<8xf32>
// CHECK: arith.addf {{.+}} : vector<1xf32>
// CHECK: memref.store
func.func @row_sum(%a: memref<4x128xf32>, %s: memref<4xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
                  iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<4x128xf32>) outs(%s : memref<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %z = arith.addf %o, %x : f32
    linalg.yield %z : f32
  }
  return
}

// -----

// 16 rows end together: a maximum is one instruction, which ignores what is no number, and their vectors fold by pairs into one.
// CHECK-LABEL: func.func @row_maximum
// CHECK: memref.alloca() {{.*}} : memref<256xf32>
// CHECK: %[[NONE:.+]] = arith.constant dense<0xFF800000> : vector<16xf32>
// CHECK: %[[IS:.+]] = arith.cmpf ogt, %[[X:.+]], %[[TOP:.+]] : vector<16xf32>
// CHECK: arith.select %[[IS]], %[[X]], %[[TOP]]
// CHECK-NOT: maxnumf
// CHECK-COUNT-30: vector.shuffle
// CHECK: vector.shuffle {{.+}} [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15]
// CHECK-NOT: vector.shuffle
// CHECK: vector.store
func.func @row_maximum(%a: memref<32x128xf32>, %s: memref<32xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
                  iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<32x128xf32>) outs(%s : memref<32xf32>) {
  ^bb0(%x: f32, %acc: f32):
    %0 = arith.maxnumf %acc, %x : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// A fold that may not be reordered stays in order.
// CHECK-LABEL: func.func @ordered
// CHECK-NOT: vector.shuffle
// CHECK: arith.subf
// CHECK-NOT: vector.shuffle
// CHECK: return
func.func @ordered(%a: memref<4x128xf32>, %s: memref<4xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
                  iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<4x128xf32>) outs(%s : memref<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %z = arith.subf %x, %o : f32
    linalg.yield %z : f32
  }
  return
}

// -----

// CHECK-LABEL: func.func @index
// CHECK: vector.step : vector<16xindex>
// CHECK: arith.cmpi sle, {{.+}} : vector<16xindex>
func.func @index(%a: memref<16x16xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      outs(%a : memref<16x16xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %m = arith.cmpi sle, %j, %i : index
    %z = arith.select %m, %o, %zero : f32
    linalg.yield %z : f32
  }
  return
}

// -----

// Rows inside the array in vectors, then an element at a time, then zeros.
// CHECK-LABEL: func.func @load
// CHECK: arith.minsi
// CHECK: arith.maxsi
// CHECK: vector.load %{{.+}} : memref<?x?xbf16, strided<[?, 1]>>, vector<16xbf16>
// CHECK: arith.extf %{{.+}} : vector<16xbf16> to vector<16xf32>
// CHECK: vector.store %{{.+}} : memref<8x32xf32>, vector<16xf32>
// CHECK: memref.load
// CHECK: memref.store
// CHECK-NOT: kernel.load
func.func @load(%x: memref<?x?xbf16, strided<[?, 1]>>, %i: index, %tile: memref<8x32xf32>) {
  kernel.load %x[%i, %i] dims [0, 1] into %tile : memref<?x?xbf16, strided<[?, 1]>>, memref<8x32xf32>
  return
}

// -----

// A whole static row needs no limit; a point axis none either.
// CHECK-LABEL: func.func @store
// CHECK-COUNT-1: arith.minsi
// CHECK: arith.truncf %{{.+}} : vector<16xf32> to vector<16xbf16>
// CHECK-NOT: memref.store
// CHECK: return
func.func @store(%x: memref<?x?x32xbf16, strided<[?, ?, 1]>>, %i: index, %tile: memref<8x32xf32>) {
  %c0 = arith.constant 0 : index
  kernel.store %tile into %x[%i, %i, %c0] dims [0, 2] : memref<8x32xf32>, memref<?x?x32xbf16, strided<[?, ?, 1]>>
  return
}

// -----

// Rows that are copied as they are fill registers; a prefetch asks for each line of a row.
// CHECK-LABEL: func.func @copy
// CHECK: memref.prefetch %{{.+}} locality<3>
// CHECK: vector.load %{{.+}} : memref<?x64xbf16, strided<[?, 1]>>, vector<32xbf16>
// CHECK: vector.load %{{.+}} : memref<?x64xbf16, strided<[?, 1]>>, vector<32xbf16>
// CHECK-NOT: kernel.prefetch
// CHECK: scf.for %[[ROW:.+]] = %c0{{.*}} to %c4
// CHECK: scf.for %[[COLUMN:.+]] = %c0{{.*}} to %c64{{.*}} step %c32
// CHECK: memref.prefetch %{{.+}}[%{{.+}}, %{{.+}}], read, locality<2>, data : memref<?x64xbf16, strided<[?, 1]>>
// CHECK: return
func.func @copy(%x: memref<?x64xbf16, strided<[?, 1]>>, %tile: memref<8x64xbf16>, %i: index) {
  %c0 = arith.constant 0 : index
  kernel.load %x[%i, %c0] dims [0, 1] into %tile : memref<?x64xbf16, strided<[?, 1]>>, memref<8x64xbf16>
  kernel.prefetch %x[%i, %c0] dims [0, 1] shape [4, 64] : memref<?x64xbf16, strided<[?, 1]>>
  return
}

// -----

// Sums along rows keep as many vectors as registers allow: a row is read whole.
// What moves with the vectors alone is read before the loop over rows, and what
// does not is read once a row.
// CHECK-LABEL: func.func @wide_rows
// CHECK-COUNT-16: vector.load %{{.+}} : memref<128xf32>, vector<16xf32>
// CHECK: scf.for %[[K:[a-z0-9]+]] =
// CHECK: memref.load %{{.+}}[%[[K]]] : memref<64xf32>
// CHECK-NOT: memref.load
// CHECK-COUNT-8: vector.load %{{.+}}[%[[K]], %{{.+}}] : memref<64x128xf32>, vector<16xf32>
// CHECK-NOT: memref<128xf32>, vector<16xf32>
// CHECK: scf.yield
// CHECK-COUNT-8: vector.store %{{.+}} : memref<128xf32>, vector<16xf32>
func.func @wide_rows(%s: memref<64x128xf32>, %k: memref<64xf32>, %v: memref<128xf32>, %o: memref<128xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (j)>],
                  iterator_types = ["reduction", "parallel"]}
      ins(%s, %k, %v : memref<64x128xf32>, memref<64xf32>, memref<128xf32>) outs(%o : memref<128xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32, %w: f32):
    %0 = arith.mulf %x, %y : f32
    %1 = arith.mulf %0, %z : f32
    %2 = arith.addf %w, %1 : f32
    linalg.yield %2 : f32
  }
  return
}

// -----

// A product and a sum may be one instruction.
// CHECK-LABEL: func.func @contracted
// CHECK: arith.mulf %{{.+}}, %{{.+}} fastmath<contract> : vector<16xf32>
// CHECK: arith.addf %{{.+}}, %{{.+}} fastmath<contract> : vector<16xf32>
func.func @contracted(%a: memref<16xf32>, %b: memref<16xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%a : memref<16xf32>) outs(%b : memref<16xf32>) {
  ^bb0(%x: f32, %o: f32):
    %0 = arith.mulf %x, %x : f32
    %1 = arith.addf %0, %o : f32
    linalg.yield %1 : f32
  }
  return
}

// -----

// Rows of an array that a loop goes through are asked for ahead, a line at a
// time: two vectors of bf16. A tile in scratch is not.
// CHECK-LABEL: func.func @ahead
// CHECK: scf.for %[[T:[a-z0-9]+]] =
// CHECK: scf.for
// CHECK: arith.addi %[[T]], %{{.+}}
// CHECK: memref.prefetch %{{.+}}, read, locality<2>, data : memref<?x?xbf16
// CHECK-NOT: memref.prefetch
// CHECK-COUNT-2: vector.load {{.+}}vector<16xbf16>
// CHECK-NOT: memref.prefetch
func.func @ahead(%x: memref<?x?xbf16, strided<[?, 1]>>, %h: memref<256xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %t = %c0 to %n step %c1 {
    %row = memref.subview %x[%t, 0] [1, 256] [1, 1] : memref<?x?xbf16, strided<[?, 1]>> to memref<256xbf16, strided<[1], offset: ?>>
    linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
        ins(%row : memref<256xbf16, strided<[1], offset: ?>>) outs(%h : memref<256xf32>) {
    ^bb0(%u: bf16, %o: f32):
      %0 = arith.extf %u : bf16 to f32
      %1 = arith.addf %0, %o : f32
      linalg.yield %1 : f32
    }
  }
  return
}

// -----

// Past the end of an axis of lanes zeros are whole vectors but for the first, which may be cut.
// CHECK-LABEL: func.func @clear
// CHECK: %[[WHOLE:.+]] = arith.muli %{{.+}}, %c16{{.*}} : index
// CHECK: scf.for %{{.+}} = %{{.+}} to %[[WHOLE]] step %c1
// CHECK: memref.store
// CHECK: scf.for %{{.+}} = %[[WHOLE]] to %c1024{{.*}} step %c16
// CHECK: vector.store %{{.+}} : memref<1024xf32>, vector<16xf32>
func.func @clear(%x: memref<?xf32, strided<[1]>>, %tile: memref<1024xf32>, %i: index) {
  kernel.load %x[%i] dims [0] into %tile : memref<?xf32, strided<[1]>>, memref<1024xf32>
  return
}

// -----

// Rows that are scaled by 1 where they lie stay as they are. Into other memory they are written all the same.
// CHECK-LABEL: func.func @scale_in_place
// CHECK:       %[[BY:.+]] = memref.load %{{.+}}[%{{.+}}] : memref<4xf32>
// CHECK:       %[[ONE:.+]] = arith.constant 1.0
// CHECK:       %[[CHANGES:.+]] = arith.cmpf une, %[[BY]], %[[ONE]]
// CHECK:       scf.if %[[CHANGES]] {
// CHECK:         arith.mulf
// CHECK:         vector.store
// CHECK:       }
// CHECK-NOT:   scf.if
// CHECK:       arith.mulf
func.func @scale_in_place(%x: memref<4x32xf32>, %by: memref<4xf32>, %y: memref<4x32xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %by : memref<4x32xf32>, memref<4xf32>) outs(%x : memref<4x32xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %by : memref<4x32xf32>, memref<4xf32>) outs(%y : memref<4x32xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  }
  return
}
