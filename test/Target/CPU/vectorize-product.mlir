// RUN: seqmix-opt %s --seqmix-cpu-vectorize=lanes=16 --split-input-file | FileCheck %s
// RUN: seqmix-opt %s --seqmix-cpu-vectorize=lanes=8 --split-input-file | FileCheck %s --check-prefix=V8

// 8 × 2 registers over all of K; out is read and written once.
// CHECK-LABEL: func.func @product
// CHECK: scf.for
// CHECK: scf.for
// CHECK-COUNT-16: vector.load %{{.+}} : memref<64x64xf32>, vector<16xf32>
// CHECK: scf.for
// CHECK-COUNT-2: vector.load %{{.+}} : memref<128x64xf32>, vector<16xf32>
// CHECK-COUNT-16: vector.fma
// CHECK-NOT: vector.fma
// CHECK: scf.yield
// CHECK-COUNT-16: vector.store
// CHECK-NOT: memref.alloca
// V8-LABEL: func.func @product
// V8-COUNT-12: vector.fma
// V8: scf.yield
// V8-COUNT-12: vector.store
// The rows that 6 leaves over.
// V8-COUNT-8: vector.fma
func.func @product(%a: memref<64x128xf32>, %b: memref<128x64xf32>, %out: memref<64x64xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<64x128xf32>, memref<128x64xf32>) outs(%out : memref<64x64xf32>)
  return
}

// -----

// b by rows of K: transposed in registers, panel by panel, onto the stack.
// CHECK-LABEL: func.func @transposed
// CHECK: memref.alloca() {alignment = 64 : i64, kernel.number = 0 : i64} : memref<16384xf32>
// CHECK-COUNT-64: vector.shuffle
// CHECK-COUNT-16: vector.store %{{.+}} : memref<16384xf32>, vector<16xf32>
// CHECK: vector.fma
func.func @transposed(%a: memref<64x128xf32>, %b: memref<64x128xf32>, %out: memref<64x64xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<64x128xf32>, memref<64x128xf32>) outs(%out : memref<64x64xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @narrow
// Both factors are widened once, not for each block of registers.
// CHECK-COUNT-3: arith.extf %{{.+}} : vector<16xbf16> to vector<16xf32>
// CHECK-NOT: arith.extf
// CHECK: vector.fma
func.func @narrow(%a: memref<64x128xbf16>, %b: memref<128x64xbf16>, %out: memref<64x64xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<64x128xbf16>, memref<128x64xbf16>) outs(%out : memref<64x64xf32>)
  return
}

// -----

// A matrix times a vector has no rows to block: it is a reduction.
// CHECK-LABEL: func.func @matrix_vector
// CHECK-NOT: vector.fma
// CHECK: vector.shuffle
func.func @matrix_vector(%a: memref<64x128xf32>, %b: memref<128xf32>, %out: memref<64xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (k)>, affine_map<(m, k) -> (m)>]
      ins(%a, %b : memref<64x128xf32>, memref<128xf32>) outs(%out : memref<64xf32>)
  return
}

// -----

// A result that was filled with zeros is not read; one over a longer sum than a panel holds is.
// CHECK-LABEL: func.func @from_zero
// CHECK-NOT: vector.broadcast %cst : f32
// CHECK-NOT: vector.load %arg2
// CHECK-COUNT-16: vector.fma
// CHECK-COUNT-16: vector.store
// CHECK-LABEL: func.func @in_parts
// CHECK: %[[ZERO:.+]] = vector.broadcast %cst : f32 to vector<16xf32>
// CHECK: vector.store %[[ZERO]], %arg2
// CHECK: vector.load %arg2
func.func @from_zero(%a: memref<64x128xf32>, %b: memref<128x64xf32>, %out: memref<64x64xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%out : memref<64x64xf32>)
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<64x128xf32>, memref<128x64xf32>) outs(%out : memref<64x64xf32>)
  return
}
func.func @in_parts(%a: memref<64x1024xf32>, %b: memref<64x1024xf32>, %out: memref<64x64xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%out : memref<64x64xf32>)
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<64x1024xf32>, memref<64x1024xf32>) outs(%out : memref<64x64xf32>)
  return
}

// -----

// Of a lower triangle blocks above the diagonal are not found; a factor that is one is read up to the diagonal.
// CHECK-LABEL: func.func @lower
// CHECK: scf.for %[[N:.+]] = %c0{{.*}} to %c64{{.*}} step %c32
// CHECK: %[[BLOCK:.+]] = arith.divui %[[N]], %c8
// CHECK: %[[FIRST:.+]] = arith.muli %[[BLOCK]], %c8
// CHECK: scf.for %{{.+}} = %[[FIRST]] to %c64{{.*}} step %c8
// CHECK: vector.fma
// CHECK-LABEL: func.func @lower_factor
// CHECK: scf.for %[[M:.+]] = %c0{{.*}} to %c64{{.*}} step %c8
// CHECK: %[[END:.+]] = arith.addi %[[M]], %c8
// CHECK: %[[DEPTH:.+]] = arith.minui %[[END]], %c64
// CHECK: scf.for %{{.+}} = %c0{{.*}} to %[[DEPTH]]
// CHECK: vector.fma
func.func @lower(%a: memref<64x128xf32>, %b: memref<64x128xf32>, %out: memref<64x64xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      {kernel.lower = array<i64: 0, 1>} ins(%a, %b : memref<64x128xf32>, memref<64x128xf32>) outs(%out : memref<64x64xf32>)
  return
}
func.func @lower_factor(%a: memref<64x64xf32>, %b: memref<64x128xf32>, %out: memref<64x128xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      {kernel.lower = array<i64: 0, 2>} ins(%a, %b : memref<64x64xf32>, memref<64x128xf32>) outs(%out : memref<64x128xf32>)
  return
}
