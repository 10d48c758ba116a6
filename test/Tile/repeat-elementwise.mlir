// RUN: seqmix-opt %s --seqmix-repeat-elementwise | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
#first = affine_map<(d0, d1) -> (d0)>
#second = affine_map<(d0, d1) -> (d1)>

// The decayed state is read twice and cheap: both readers decay it.
// CHECK-LABEL: kernel.entry @decay
// CHECK: absorb (%[[S:.+]]: tensor<16x32xf32>, %[[A:.+]]: tensor<16xf32>
// CHECK: linalg.generic {{.*}}["parallel", "reduction"]} ins(%[[S]], %[[A]] : tensor<16x32xf32>, tensor<16xf32>) outs(%{{.+}} : tensor<32xf32>)
// CHECK-COUNT-2: arith.mulf
// CHECK: linalg.generic {{.*}}["parallel", "parallel"]} ins(%[[S]], %[[A]], %{{.+}} : {{.+}}) outs(%{{.+}} : tensor<16x32xf32>)
// CHECK: arith.mulf
kernel.entry @decay attributes {operator_name = "decay", sizes = ["T"], params = {K = 16 : i64, V = 32 : i64}, divides = {}, equals = {}, arrays = [
      {name = "a", axes = ["T", "K"], elem = f32}, {name = "o", axes = ["T", "V"], elem = f32, result}], form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %a: memref<?x16xf32, strided<[?, 1]>>, %o: memref<?x32xf32, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 1 size %T)
      streamed (%a [T, K] : memref<?x16xf32, strided<[?, 1]>>)
      results (%o [T, V] : memref<?x32xf32, strided<[?, 1]>>)
      init () {
        %zero = arith.constant dense<0.0> : tensor<16x32xf32>
        stream.yield %zero : tensor<16x32xf32>
      }
      absorb (%s: tensor<16x32xf32>, %at: tensor<16xf32>) {
        %e = tensor.empty() : tensor<16x32xf32>
        %none = arith.constant dense<0.0> : tensor<32xf32>
        %s1 = linalg.generic {indexing_maps = [#id, #first, #id], iterator_types = ["parallel", "parallel"]} ins(%s, %at : tensor<16x32xf32>, tensor<16xf32>) outs(%e : tensor<16x32xf32>) {
        ^bb0(%u: f32, %v: f32, %w: f32):
          %0 = arith.mulf %u, %v : f32
          linalg.yield %0 : f32
        } -> tensor<16x32xf32>
        %r = linalg.generic {indexing_maps = [#turned, #second, #first], iterator_types = ["parallel", "reduction"]} ins(%s1, %at : tensor<16x32xf32>, tensor<16xf32>) outs(%none : tensor<32xf32>) {
        ^bb0(%u: f32, %v: f32, %w: f32):
          %0 = arith.mulf %u, %v : f32
          %1 = arith.addf %w, %0 : f32
          linalg.yield %1 : f32
        } -> tensor<32xf32>
        %s2 = linalg.generic {indexing_maps = [#id, #second, #id], iterator_types = ["parallel", "parallel"]} ins(%s1, %r : tensor<16x32xf32>, tensor<32xf32>) outs(%e : tensor<16x32xf32>) {
        ^bb0(%u: f32, %v: f32, %w: f32):
          %0 = arith.addf %u, %v : f32
          linalg.yield %0 : f32
        } -> tensor<16x32xf32>
        stream.yield %s2, %r : tensor<16x32xf32>, tensor<32xf32>
      }
      finish (%s: tensor<16x32xf32>) {
        stream.yield
      }
}

// A function is not worth it.
// CHECK-LABEL: kernel.entry @function
// CHECK-COUNT-1: math.exp
// CHECK-NOT: math.exp
kernel.entry @function attributes {operator_name = "function", sizes = ["T"], params = {K = 16 : i64, V = 32 : i64}, divides = {}, equals = {}, arrays = [
      {name = "a", axes = ["T", "K"], elem = f32}], form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %a: memref<?x16xf32, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 1 size %T)
      streamed (%a [T, K] : memref<?x16xf32, strided<[?, 1]>>)
      init () {
        %zero = arith.constant dense<0.0> : tensor<16x32xf32>
        %none = arith.constant dense<0.0> : tensor<32xf32>
        stream.yield %zero, %none : tensor<16x32xf32>, tensor<32xf32>
      }
      absorb (%s: tensor<16x32xf32>, %n: tensor<32xf32>, %at: tensor<16xf32>) {
        %e = tensor.empty() : tensor<16x32xf32>
        %s1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<16x32xf32>) outs(%e : tensor<16x32xf32>) {
        ^bb0(%u: f32, %w: f32):
          %0 = math.exp %u : f32
          linalg.yield %0 : f32
        } -> tensor<16x32xf32>
        %r = linalg.generic {indexing_maps = [#turned, #second, #first], iterator_types = ["parallel", "reduction"]} ins(%s1, %at : tensor<16x32xf32>, tensor<16xf32>) outs(%n : tensor<32xf32>) {
        ^bb0(%u: f32, %v: f32, %w: f32):
          %0 = arith.mulf %u, %v : f32
          %1 = arith.addf %w, %0 : f32
          linalg.yield %1 : f32
        } -> tensor<32xf32>
        %s2 = linalg.generic {indexing_maps = [#id, #second, #id], iterator_types = ["parallel", "parallel"]} ins(%s1, %r : tensor<16x32xf32>, tensor<32xf32>) outs(%e : tensor<16x32xf32>) {
        ^bb0(%u: f32, %v: f32, %w: f32):
          %0 = arith.addf %u, %v : f32
          linalg.yield %0 : f32
        } -> tensor<16x32xf32>
        stream.yield %s2, %r : tensor<16x32xf32>, tensor<32xf32>
      }
      finish (%s: tensor<16x32xf32>, %n: tensor<32xf32>) {
        stream.yield
      }
}
