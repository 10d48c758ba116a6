// RUN: seqmix-opt %s -split-input-file -verify-diagnostics

// load_c1: offsets
func.func @f(%a: memref<?x16xf32>, %b: memref<8x16xf32>, %bf: memref<8x16xbf16>, %d: memref<?x16xf32>, %i: index) {
  // expected-error @+1 {{expected 2 offsets, one an array axis, found 1}}
  kernel.load %a[%i] dims [0, 1] into %b : memref<?x16xf32>, memref<8x16xf32>
  return
}

// -----

// load_c1: dims
func.func @f(%a: memref<?x16xf32>, %b: memref<8x16xf32>, %bf: memref<8x16xbf16>, %d: memref<?x16xf32>, %i: index) {
  // expected-error @+1 {{expected 2 entries of `dims`, one a tile dimension, found 1}}
  kernel.load %a[%i, %i] dims [1] into %b : memref<?x16xf32>, memref<8x16xf32>
  return
}

// -----

// load_c1: ascending
func.func @f(%a: memref<?x16xf32>, %b: memref<8x16xf32>, %bf: memref<8x16xbf16>, %d: memref<?x16xf32>, %i: index) {
  // expected-error @+1 {{expected `dims` to be ascending axes of an array of rank 2, found [1, 0]}}
  kernel.load %a[%i, %i] dims [1, 0] into %b : memref<?x16xf32>, memref<8x16xf32>
  return
}

// -----

// load_c1: in range
func.func @f(%a: memref<?x16xf32>, %b: memref<8x16xf32>, %bf: memref<8x16xbf16>, %d: memref<?x16xf32>, %i: index) {
  // expected-error @+1 {{expected `dims` to be ascending axes of an array of rank 2, found [0, 2]}}
  kernel.load %a[%i, %i] dims [0, 2] into %b : memref<?x16xf32>, memref<8x16xf32>
  return
}

// -----

// load_c2
func.func @f(%a: memref<?x16xf32>, %b: memref<8x16xf32>, %bf: memref<8x16xbf16>, %d: memref<?x16xf32>, %i: index) {
  // expected-error @+1 {{expected the tile's elements to be 'f32', as the array's, or a wider float type, found 'bf16'}}
  kernel.load %a[%i, %i] dims [0, 1] into %bf : memref<?x16xf32>, memref<8x16xbf16>
  return
}

// -----

// load_c3
func.func @f(%a: memref<?x16xf32>, %b: memref<8x16xf32>, %bf: memref<8x16xbf16>, %d: memref<?x16xf32>, %i: index) {
  // expected-error @+1 {{expected a tile of static shape, found}}
  kernel.load %b[%i, %i] dims [0, 1] into %d : memref<8x16xf32>, memref<?x16xf32>
  return
}

// -----

// store_c1
func.func @f(%a: memref<?x16xf32>, %b: memref<8x16xf32>, %bf: memref<8x16xbf16>, %d: memref<?x16xf32>, %i: index) {
  // expected-error @+1 {{expected 2 offsets, one an array axis, found 1}}
  kernel.store %b into %a[%i] dims [0, 1] : memref<8x16xf32>, memref<?x16xf32>
  return
}

// -----

// store_c2
func.func @f(%a: memref<?x16xf32>, %b: memref<8x16xf32>, %bf: memref<8x16xbf16>, %d: memref<?x16xf32>, %i: index) {
  // expected-error @+1 {{expected the tile's elements to be 'f32', as the array's, or a wider float type, found 'bf16'}}
  kernel.store %bf into %a[%i, %i] dims [0, 1] : memref<8x16xbf16>, memref<?x16xf32>
  return
}

// -----

// store_c3
func.func @f(%a: memref<?x16xf32>, %b: memref<8x16xf32>, %bf: memref<8x16xbf16>, %d: memref<?x16xf32>, %i: index) {
  // expected-error @+1 {{expected a tile of static shape, found}}
  kernel.store %d into %a[%i, %i] dims [0, 1] : memref<?x16xf32>, memref<?x16xf32>
  return
}

// -----

// move_c1: a dimension of the shape, an entry of dims
func.func @f(%a: memref<?x16xf32>, %i: index) {
  // expected-error @+1 {{expected 2 entries of `dims`, one a tile dimension, found 1}}
  kernel.prefetch %a[%i, %i] dims [1] shape [8, 16] : memref<?x16xf32>
  return
}
