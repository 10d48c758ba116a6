// RUN: seqmix-opt %s --seqmix-cuda-map-blocks --split-input-file --verify-diagnostics

// A grid that the manifest cannot say.
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {}, divides = {}, equals = {},
  arrays = [], form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index):
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{computes the size of a grid, which the manifest cannot say: expected add, mul, div, ceildiv, min or max of sizes and constants}}
  %n = arith.shrui %T, %c1 : index
  kernel.parallel grid(%n) {
  ^bb0(%t: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
  }
}

// -----

// More near scratch than a block has shared memory.
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {}, divides = {}, equals = {},
  arrays = [], form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index):
  // expected-error @+1 {{needs 200000 bytes of near scratch, but a block of sm_80 has at most 166912 bytes of shared memory: use smaller tiles or far scratch}}
  kernel.parallel grid(%T) {
  ^bb0(%t: index, %near: memref<200000xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
  }
}

// -----

// Work between tasks.
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {}, divides = {}, equals = {},
  arrays = [{name = "x", axes = ["T"], elem = f32}], form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{stands between the tasks of an entry, where only arithmetic on sizes is expected}}
  %v = memref.load %x[%c0] : memref<?xf32, strided<[1]>>
  kernel.parallel grid(%T) {
  ^bb0(%t: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
  }
}

// -----

// A call from the host.
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {}, divides = {}, equals = {},
  arrays = [{name = "x", axes = ["T"], elem = f32}], form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}
func.func @f(%T: index, %x: memref<?xf32>) {
  // expected-error @+1 {{expected no call of an entry from code on the host, which this target does not launch; compile the operator by itself, or for a CPU}}
  kernel.call @e sizes(%T) arrays(%x) : memref<?xf32>
  return
}
