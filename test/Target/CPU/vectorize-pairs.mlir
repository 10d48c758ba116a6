// RUN: seqmix-opt %s --seqmix-cpu-vectorize="lanes=16 matrix=tiles" --split-input-file | FileCheck %s --check-prefixes=CHECK,TILES
// RUN: seqmix-opt %s --seqmix-cpu-vectorize="lanes=16 matrix=pairs" --split-input-file | FileCheck %s --check-prefixes=CHECK,PAIRS

// Both factors are rounded to words of two bf16 numbers: along K a vector of 32
// numbers, along n two rows, put together lane by lane. Then 2 × 2 tiles, or
// 8 × 2 vectors, of sums in registers.
// CHECK-LABEL: func.func @product
// CHECK: %[[WORDS:.+]] = memref.alloca() {{.*}} : memref<16384xi32>
// CHECK: %[[H:.+]] = llvm.call_intrinsic "llvm.x86.avx512bf16.cvtne2ps2bf16.512"
// CHECK: %[[W:.+]] = vector.bitcast %[[H]] : vector<32xbf16> to vector<16xi32>
// CHECK: vector.store %[[W]], %[[WORDS]]
// CHECK: llvm.call_intrinsic "llvm.x86.avx512bf16.cvtne2ps2bf16.512"
// CHECK: vector.shuffle {{.*}} [0, 16, 1, 17,
// TILES-COUNT-4: "llvm.x86.tileloadd64"
// TILES: scf.for
// TILES-COUNT-4: "llvm.x86.tileloadd64"
// TILES-COUNT-4: "llvm.x86.tdpbf16ps"
// TILES-COUNT-4: "llvm.x86.tilestored64"
// PAIRS: scf.for
// PAIRS-COUNT-16: "llvm.x86.avx512bf16.dpbf16ps.512"
// PAIRS-COUNT-16: vector.store
func.func @product(%a: memref<64x128xf32>, %b: memref<128x64xf32>, %out: memref<64x64xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<64x128xf32>, memref<128x64xf32>) outs(%out : memref<64x64xf32>)
  return
}

// -----

// Rows of bf16 pairs are tiles as they lie.
// CHECK-LABEL: func.func @as_it_lies
// TILES-NOT: vector.load %arg0
// TILES: "llvm.x86.tdpbf16ps"
func.func @as_it_lies(%a: memref<64x128xbf16>, %b: memref<128x64xbf16>, %out: memref<64x64xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<64x128xbf16>, memref<128x64xbf16>) outs(%out : memref<64x64xf32>)
  return
}

// -----

// A tile that is cut off goes by way of the stack.
// CHECK-LABEL: func.func @cut
// TILES: memref.alloca() {{.*}} : memref<256xf32>
// TILES: "llvm.x86.tilezero"
// TILES: vector.maskedstore %arg2
// PAIRS: vector.maskedstore %arg2
func.func @cut(%a: memref<24x40xf32>, %b: memref<40x20xf32>, %out: memref<24x20xf32>) {
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<24x40xf32>, memref<40x20xf32>) outs(%out : memref<24x20xf32>)
  return
}

// -----

// In a loop over rows the factor that all of them read is packed ahead.
// CHECK-LABEL: func.func @rows
// CHECK: "llvm.x86.avx512bf16.cvtne2ps2bf16.512"
// CHECK: scf.for %{{.+}} = %{{.+}} to %{{.+}} step %c32
// TILES: "llvm.x86.tdpbf16ps"
// PAIRS: "llvm.x86.avx512bf16.dpbf16ps.512"
// CHECK: } {kernel.rows, kernel.scratch = 1 : i64}
func.func @rows(%a: memref<128x128xbf16>, %b: memref<128x64xf32>, %out: memref<128x64xf32>) {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %c128 = arith.constant 128 : index
  scf.for %r = %c0 to %c128 step %c32 {
    %ar = memref.subview %a[%r, 0] [32, 128] [1, 1] : memref<128x128xbf16> to memref<32x128xbf16, strided<[128, 1], offset: ?>>
    %or = memref.subview %out[%r, 0] [32, 64] [1, 1] : memref<128x64xf32> to memref<32x64xf32, strided<[64, 1], offset: ?>>
    linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
        ins(%ar, %b : memref<32x128xbf16, strided<[128, 1], offset: ?>>, memref<128x64xf32>) outs(%or : memref<32x64xf32, strided<[64, 1], offset: ?>>)
  } {kernel.rows}
  return
}

// -----

// Both ways through a tile use the factor that is packed once ahead; one that is written in the loop is packed where it is used.
// CHECK-LABEL: func.func @ways
// CHECK: "llvm.x86.avx512bf16.cvtne2ps2bf16.512"
// CHECK-NOT: "llvm.x86.avx512bf16.cvtne2ps2bf16.512"
// CHECK: scf.for %{{.+}} = %{{.+}} to %{{.+}} step %c32
// CHECK: scf.if
// CHECK-NOT: "llvm.x86.avx512bf16.cvtne2ps2bf16.512"
// CHECK: } else {
// CHECK-NOT: "llvm.x86.avx512bf16.cvtne2ps2bf16.512"
// CHECK: }
// CHECK: "llvm.x86.avx512bf16.cvtne2ps2bf16.512"
// CHECK: } {kernel.rows, kernel.scratch = 1 : i64}
func.func @ways(%a: memref<128x128xbf16>, %b: memref<128x64xf32>, %own: memref<128x64xf32>, %out: memref<128x64xf32>, %which: i1) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %c128 = arith.constant 128 : index
  scf.for %r = %c0 to %c128 step %c32 {
    %ar = memref.subview %a[%r, 0] [32, 128] [1, 1] : memref<128x128xbf16> to memref<32x128xbf16, strided<[128, 1], offset: ?>>
    %or = memref.subview %out[%r, 0] [32, 64] [1, 1] : memref<128x64xf32> to memref<32x64xf32, strided<[64, 1], offset: ?>>
    scf.if %which {
      linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
          ins(%ar, %b : memref<32x128xbf16, strided<[128, 1], offset: ?>>, memref<128x64xf32>) outs(%or : memref<32x64xf32, strided<[64, 1], offset: ?>>)
    } else {
      linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
          ins(%ar, %b : memref<32x128xbf16, strided<[128, 1], offset: ?>>, memref<128x64xf32>) outs(%or : memref<32x64xf32, strided<[64, 1], offset: ?>>)
    }
    linalg.fill ins(%zero : f32) outs(%own : memref<128x64xf32>)
    linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
        ins(%ar, %own : memref<32x128xbf16, strided<[128, 1], offset: ?>>, memref<128x64xf32>) outs(%or : memref<32x64xf32, strided<[64, 1], offset: ?>>)
  } {kernel.rows}
  return
}

// -----

// Only a contraction may round its factors.
// CHECK-LABEL: func.func @exact
// CHECK-NOT: x86
// CHECK: vector.fma
func.func @exact(%a: memref<64x128xf32>, %b: memref<128x64xf32>, %out: memref<64x64xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<64x128xf32>, memref<128x64xf32>) outs(%out : memref<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %z, %p : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// A result that was filled with zeros is not read.
// CHECK-LABEL: func.func @from_zero
// CHECK-NOT: vector.load %arg2
// TILES-COUNT-4: "llvm.x86.tilezero"
// TILES-COUNT-4: "llvm.x86.tdpbf16ps"
// TILES-COUNT-4: "llvm.x86.tilestored64"
// PAIRS-COUNT-16: "llvm.x86.avx512bf16.dpbf16ps.512"
func.func @from_zero(%a: memref<64x128xf32>, %b: memref<128x64xf32>, %out: memref<64x64xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%out : memref<64x64xf32>)
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<64x128xf32>, memref<128x64xf32>) outs(%out : memref<64x64xf32>)
  return
}

// -----

// A sum that is longer than what is packed at a time adds up in memory, from zeros.
// CHECK-LABEL: func.func @in_parts
// CHECK: %[[ZERO:.+]] = vector.broadcast %cst : f32 to vector<16xf32>
// CHECK: vector.store %[[ZERO]], %arg2
// TILES-NOT: "llvm.x86.tilezero"
// PAIRS: vector.load %arg2
func.func @in_parts(%a: memref<32x512xf32>, %b: memref<512x32xf32>, %out: memref<32x32xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%out : memref<32x32xf32>)
  linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<32x512xf32>, memref<512x32xf32>) outs(%out : memref<32x32xf32>)
  return
}

// -----

// A factor that another product of the loop writes, by the address of its tiles or by vectors, is packed where it is used.
// CHECK-LABEL: func.func @stale
// TILES: "llvm.x86.tilestored64"
// PAIRS: "llvm.x86.avx512bf16.dpbf16ps.512"
// CHECK: "llvm.x86.avx512bf16.cvtne2ps2bf16.512"
// CHECK: } {kernel.rows, kernel.scratch = 1 : i64}
func.func @stale(%x: memref<64x64xf32>, %y: memref<64x64xf32>, %t: memref<64x64xf32>, %out: memref<64x64xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>] ins(%x, %y : memref<64x64xf32>, memref<64x64xf32>) outs(%t : memref<64x64xf32>)
    linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>] ins(%x, %t : memref<64x64xf32>, memref<64x64xf32>) outs(%out : memref<64x64xf32>)
  } {kernel.rows}
  return
}

// -----

// Words of pairs and panels of f32 are two packed forms of one factor.
// CHECK-LABEL: func.func @both
// CHECK-DAG: memref.alloca() {{.*}} : memref<2048xi32>
// CHECK-DAG: memref.alloca() {{.*}} : memref<4096xf32>
// CHECK: } {kernel.rows, kernel.scratch = 2 : i64}
func.func @both(%x: memref<64x64xf32>, %z: memref<4x64xf32>, %t: memref<64x64xf32>, %o: memref<4x64xf32>, %out: memref<64x64xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%x, %t : memref<64x64xf32>, memref<64x64xf32>) outs(%out : memref<64x64xf32>)
    linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%z, %t : memref<4x64xf32>, memref<64x64xf32>) outs(%o : memref<4x64xf32>) {
    ^bb0(%p: f32, %q: f32, %r: f32):
      %0 = arith.mulf %p, %q : f32
      %1 = arith.addf %r, %0 : f32
      linalg.yield %1 : f32
    }
  } {kernel.rows}
  return
}

// -----

// A product that the next op has nothing to do with: AMX's instructions stand between that op's vectors, a step of them for 8
// rows, a block of 32 columns for 16. Without tile registers one comes after the other.
// CHECK-LABEL: func.func @beside
// TILES:       scf.for {{.*}} step %c16
// TILES:         "llvm.x86.tilezero"
// TILES:         scf.for
// TILES-NOT:       math.exp
// TILES:           "llvm.x86.tileloadd64"
// TILES:           math.exp
// TILES:           "llvm.x86.tileloadd64"
// TILES:           math.exp
// TILES:           "llvm.x86.tileloadd64"
// TILES:           "llvm.x86.tdpbf16ps"
// TILES:           math.exp
// TILES:           "llvm.x86.tdpbf16ps"
// TILES-COUNT-4: "llvm.x86.tilestored64"
// TILES-NOT:   "llvm.x86.tdpbf16ps"
// PAIRS:       "llvm.x86.avx512bf16.dpbf16ps.512"
// PAIRS:       math.exp
func.func @beside(%q: memref<4x32x64xbf16>, %k: memref<64x64xbf16>, %s: memref<32x64xf32>, %e: memref<32x64xf32>, %p: memref<32x64xbf16>, %sum: memref<32xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %qi = memref.subview %q[%i, 0, 0] [1, 32, 64] [1, 1, 1] : memref<4x32x64xbf16> to memref<32x64xbf16, strided<[64, 1], offset: ?>>
    linalg.fill ins(%zero : f32) outs(%s : memref<32x64xf32>)
    linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] {kernel.beside}
        ins(%qi, %k : memref<32x64xbf16, strided<[64, 1], offset: ?>>, memref<64x64xbf16>) outs(%s : memref<32x64xf32>)
    linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
        ins(%e : memref<32x64xf32>) outs(%p, %sum : memref<32x64xbf16>, memref<32xf32>) {
    ^bb0(%x: f32, %w: bf16, %l: f32):
      %0 = math.exp %x : f32
      %1 = arith.truncf %0 : f32 to bf16
      %2 = arith.addf %l, %0 : f32
      linalg.yield %1, %2 : bf16, f32
    }
  } {kernel.rows}
  return
}

// -----

// Of a lower triangle blocks above the diagonal are not found: rows start at the columns. A factor that is one is read
// up to the diagonal: 32 rows a tile, 8 rows of pairs.
// CHECK-LABEL: func.func @lower
// CHECK: scf.for %[[N:.+]] = %c0{{.*}} to %c64{{.*}} step %c32
// TILES: %[[BLOCK:.+]] = arith.divui %[[N]], %c32
// TILES: %[[FIRST:.+]] = arith.muli %[[BLOCK]], %c32
// TILES: scf.for %{{.+}} = %[[FIRST]] to %c64{{.*}} step %c32
// PAIRS: %[[BLOCK:.+]] = arith.divui %[[N]], %c8
// PAIRS: %[[FIRST:.+]] = arith.muli %[[BLOCK]], %c8
// PAIRS: scf.for %[[M:.+]] = %[[FIRST]] to %c64{{.*}} step %c8
// CHECK-LABEL: func.func @lower_factor
// TILES: scf.for %[[M:.+]] = %c0{{.*}} to %c64{{.*}} step %c32
// TILES: %[[END:.+]] = arith.addi %[[M]], %c63
// TILES: %[[PARTS:.+]] = arith.divui %[[END]], %c32
// TILES: %[[DEPTH:.+]] = arith.minui %[[PARTS]], %c2
// TILES: scf.for %{{.+}} = %c0{{.*}} to %[[DEPTH]]
// TILES: "llvm.x86.tdpbf16ps"
// PAIRS: scf.for %[[M:.+]] = %c0{{.*}} to %c64{{.*}} step %c8
// PAIRS: %[[END:.+]] = arith.addi %[[M]], %c9
// PAIRS: %[[PAIRS:.+]] = arith.divui %[[END]], %c2
// PAIRS: %[[WORDS:.+]] = arith.minui %[[PAIRS]], %c32
// PAIRS: %[[REST:.+]] = arith.subi %[[WORDS]]
// PAIRS: %[[COUNT:.+]] = arith.minui %[[REST]], %c16
// PAIRS: scf.for %{{.+}} = %c0{{.*}} to %[[COUNT]]
// PAIRS: "llvm.x86.avx512bf16.dpbf16ps.512"
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
