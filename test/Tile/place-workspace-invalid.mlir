// RUN: seqmix-opt %s --seqmix-place-workspace --verify-diagnostics

kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [{name = "x", axes = ["T"], elem = f32}],
    form = "streaming", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
  // expected-error @+1 {{expected a buffer of f32 without a layout to be shared by tasks, found 'memref<?xbf16>'}}
  %a = memref.alloc(%T) : memref<?xbf16>
}
