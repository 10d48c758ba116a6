// RUN: seqmix-opt %s -split-input-file -verify-diagnostics

// call_c1: an entry
kernel.entry @copy attributes {operator_name = "copy", sizes = ["T"], params = {K = 16}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}, {name = "y", axes = ["T", "K"], elem = f32, result}],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>):
}
func.func @f(%T: index, %x: memref<?x16xf32>, %y: memref<?x16xf32>) {
  // expected-error @+1 {{expected the name of a kernel.entry, found @nothing}}
  kernel.call @nothing sizes(%T) arrays(%x, %y) : memref<?x16xf32>, memref<?x16xf32>
  return
}

// -----

// call_c1: an entry, and no other symbol
kernel.entry @copy attributes {operator_name = "copy", sizes = ["T"], params = {K = 16}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}, {name = "y", axes = ["T", "K"], elem = f32, result}],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>):
}
func.func @f(%T: index, %x: memref<?x16xf32>, %y: memref<?x16xf32>) {
  // expected-error @+1 {{expected the name of a kernel.entry, found @f}}
  kernel.call @f sizes(%T) arrays(%x, %y) : memref<?x16xf32>, memref<?x16xf32>
  return
}

// -----

// call_c2: as many sizes
kernel.entry @copy attributes {operator_name = "copy", sizes = ["T"], params = {K = 16}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}, {name = "y", axes = ["T", "K"], elem = f32, result}],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>):
}
func.func @f(%T: index, %x: memref<?x16xf32>, %y: memref<?x16xf32>) {
  // expected-error @+1 {{expected 1 sizes and 2 arrays, found 2 and 2}}
  kernel.call @copy sizes(%T, %T) arrays(%x, %y) : memref<?x16xf32>, memref<?x16xf32>
  return
}

// -----

// call_c2: as many arrays
kernel.entry @copy attributes {operator_name = "copy", sizes = ["T"], params = {K = 16}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}, {name = "y", axes = ["T", "K"], elem = f32, result}],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>):
}
func.func @f(%T: index, %x: memref<?x16xf32>, %y: memref<?x16xf32>) {
  // expected-error @+1 {{expected 1 sizes and 2 arrays, found 1 and 1}}
  kernel.call @copy sizes(%T) arrays(%x) : memref<?x16xf32>
  return
}

// -----

// call_c2: rank
kernel.entry @copy attributes {operator_name = "copy", sizes = ["T"], params = {K = 16}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}, {name = "y", axes = ["T", "K"], elem = f32, result}],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>):
}
func.func @f(%T: index, %x: memref<?x16xf32>, %y: memref<?xf32>) {
  // expected-error @+1 {{expected array 1 to fit 'memref<?x16xf32, strided<[?, 1]>>', found 'memref<?xf32>'}}
  kernel.call @copy sizes(%T) arrays(%x, %y) : memref<?x16xf32>, memref<?xf32>
  return
}

// -----

// call_c2: element type
kernel.entry @copy attributes {operator_name = "copy", sizes = ["T"], params = {K = 16}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}, {name = "y", axes = ["T", "K"], elem = f32, result}],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>):
}
func.func @f(%T: index, %x: memref<?x16xf32>, %y: memref<?x16xf16>) {
  // expected-error @+1 {{expected array 1 to fit 'memref<?x16xf32, strided<[?, 1]>>', found 'memref<?x16xf16>'}}
  kernel.call @copy sizes(%T) arrays(%x, %y) : memref<?x16xf32>, memref<?x16xf16>
  return
}

// -----

// call_c2: static dimensions
kernel.entry @copy attributes {operator_name = "copy", sizes = ["T"], params = {K = 16}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}, {name = "y", axes = ["T", "K"], elem = f32, result}],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>):
}
func.func @f(%T: index, %x: memref<?x16xf32>, %y: memref<?x8xf32>) {
  // expected-error @+1 {{expected array 1 to fit 'memref<?x16xf32, strided<[?, 1]>>', found 'memref<?x8xf32>'}}
  kernel.call @copy sizes(%T) arrays(%x, %y) : memref<?x16xf32>, memref<?x8xf32>
  return
}

// -----

// call_c2: a static dimension is not passed as a dynamic one
kernel.entry @copy attributes {operator_name = "copy", sizes = ["T"], params = {K = 16}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}, {name = "y", axes = ["T", "K"], elem = f32, result}],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>):
}
func.func @f(%T: index, %x: memref<?x16xf32>, %y: memref<?x?xf32>) {
  // expected-error @+1 {{expected array 1 to fit 'memref<?x16xf32, strided<[?, 1]>>', found 'memref<?x?xf32>'}}
  kernel.call @copy sizes(%T) arrays(%x, %y) : memref<?x16xf32>, memref<?x?xf32>
  return
}
