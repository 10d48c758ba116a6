// RUN: seqmix-opt %s --seqmix-cpu-lower-entries --verify-diagnostics

kernel.entry @seqmix_write attributes {operator_name = "write", sizes = [], params = {K = 1 : i64}, divides = {}, equals = {},
    arrays = [{name = "y", axes = ["K"], elem = f32, result}], form = "step", require = {}, product_type = f32} {
^bb0(%y: memref<1xf32, strided<[1]>>):
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  // expected-error @+1 {{expected only kernel.parallel and computations of sizes in a kernel.entry; move this op into a kernel.parallel}}
  memref.store %zero, %y[%c0] : memref<1xf32, strided<[1]>>
}
