// RUN: seqmix-opt %s -split-input-file -verify-diagnostics

// parallel_c1: as many arguments
func.func @f(%n: index) {
  // expected-error @+1 {{expected 3 block arguments (1 indices, near and far scratch), found 2}}
  kernel.parallel grid(%n) {
  ^bb0(%s: memref<64xi8, #kernel.memory<near>>, %r: memref<0xi8, #kernel.memory<far>>):
  }
  return
}

// -----

// parallel_c1: indices
func.func @f(%n: index) {
  // expected-error @+1 {{expected block argument 0 to be index, found}}
  kernel.parallel grid(%n) {
  ^bb0(%i: i32, %s: memref<64xi8, #kernel.memory<near>>, %r: memref<0xi8, #kernel.memory<far>>):
  }
  return
}

// -----

// parallel_c1: near scratch
func.func @f(%n: index) {
  // expected-error @+1 {{expected near scratch of type memref<Nxi8, #kernel.memory<near>>, found}}
  kernel.parallel grid(%n) {
  ^bb0(%i: index, %r: memref<0xi8, #kernel.memory<far>>, %t: memref<0xi8, #kernel.memory<far>>):
  }
  return
}

// -----

// parallel_c1: far scratch
func.func @f(%n: index) {
  // expected-error @+1 {{expected far scratch of type memref<Nxi8, #kernel.memory<far>>, found}}
  kernel.parallel grid(%n) {
  ^bb0(%i: index, %s: memref<64xi8, #kernel.memory<near>>, %t: memref<2x2xi8, #kernel.memory<far>>):
  }
  return
}
