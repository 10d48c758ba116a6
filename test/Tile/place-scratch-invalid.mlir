// RUN: seqmix-opt %s --seqmix-place-scratch -verify-diagnostics

kernel.entry @dynamic attributes {operator_name = "dynamic", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [],
    form = "step", require = {}, product_type = f32} {
^bb0(%T: index):
  kernel.parallel grid(%T) {
  ^bb0(%i: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    // expected-error @+1 {{expected a buffer of static shape without a layout, found 'memref<?xf32>'}}
    %a = memref.alloc(%T) : memref<?xf32>
  }
}
