// RUN: seqmix-opt %s -split-input-file -verify-diagnostics

// workspace_c1: two of them
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [{name = "x", axes = ["T"], elem = f32}],
    form = "streaming", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
  %a = kernel.workspace %T : memref<?xi8>
  // expected-error @+1 {{expected one workspace in an entry, found another}}
  %b = kernel.workspace %T : memref<?xi8>
}

// -----

// A shape that says how many bytes there are
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [{name = "x", axes = ["T"], elem = f32}],
    form = "streaming", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
  // expected-error @+1 {{expected a result of type memref<?xi8>, found 'memref<64xi8>'}}
  %a = kernel.workspace %T : memref<64xi8>
}
