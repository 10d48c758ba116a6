// RUN: seqmix-opt %s --seqmix-fuse-reductions | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// The exponentials are summed where they are computed; the product that reads
// them comes after.
// CHECK-LABEL: kernel.entry @softmax
// CHECK: %[[E:.+]]:2 = linalg.generic {{{.*}}iterator_types = ["parallel", "reduction"]} ins(%{{.+}} : tensor<16x32xf32>) outs(%{{.+}}, %{{.+}} : tensor<16x32xf32>, tensor<16xf32>)
// CHECK:   %[[EXP:.+]] = math.exp
// CHECK:   %[[SUM:.+]] = arith.addf %{{.+}}, %[[EXP]]
// CHECK:   linalg.yield %[[EXP]], %[[SUM]]
// CHECK: linalg.contract {{.*}} ins(%[[E]]#0,
// CHECK: stream.yield %{{.+}}, %[[E]]#1
//
// What is read before the reduction stays.
// CHECK-LABEL: kernel.entry @read_before
// CHECK: linalg.generic {{{.*}}["parallel", "parallel"]}
// CHECK: linalg.contract
// CHECK: linalg.generic {{{.*}}["parallel", "reduction"]}
kernel.entry @softmax attributes {operator_name = "softmax", sizes = ["T"], params = {D = 32 : i64}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "D"], elem = f32}], form = "streaming", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x32xf32, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 16 size %T)
      streamed (%x [T, D] : memref<?x32xf32, strided<[?, 1]>>)
      init () {
        %zero = arith.constant dense<0.0> : tensor<16x16xf32>
        %none = arith.constant dense<0.0> : tensor<16xf32>
        stream.yield %zero, %none : tensor<16x16xf32>, tensor<16xf32>
      }
      absorb (%acc: tensor<16x16xf32>, %l: tensor<16xf32>, %xt: tensor<16x32xf32>) {
        %e = tensor.empty() : tensor<16x32xf32>
        %p = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%xt : tensor<16x32xf32>) outs(%e : tensor<16x32xf32>) {
        ^bb0(%u: f32, %v: f32):
          %0 = math.exp %u : f32
          linalg.yield %0 : f32
        } -> tensor<16x32xf32>
        %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%p : tensor<16x32xf32>) outs(%l : tensor<16xf32>) {
        ^bb0(%u: f32, %v: f32):
          %0 = arith.addf %v, %u : f32
          linalg.yield %0 : f32
        } -> tensor<16xf32>
        %o = linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
          ins(%p, %xt : tensor<16x32xf32>, tensor<16x32xf32>) outs(%acc : tensor<16x16xf32>) -> tensor<16x16xf32>
        stream.yield %o, %s : tensor<16x16xf32>, tensor<16xf32>
      }
      finish (%acc: tensor<16x16xf32>, %l: tensor<16xf32>) {
        stream.yield
      }
}

kernel.entry @read_before attributes {operator_name = "read_before", sizes = ["T"], params = {D = 32 : i64}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "D"], elem = f32}], form = "streaming", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x32xf32, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 16 size %T)
      streamed (%x [T, D] : memref<?x32xf32, strided<[?, 1]>>)
      init () {
        %zero = arith.constant dense<0.0> : tensor<16x16xf32>
        %none = arith.constant dense<0.0> : tensor<16xf32>
        stream.yield %zero, %none : tensor<16x16xf32>, tensor<16xf32>
      }
      absorb (%acc: tensor<16x16xf32>, %l: tensor<16xf32>, %xt: tensor<16x32xf32>) {
        %e = tensor.empty() : tensor<16x32xf32>
        %p = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%xt : tensor<16x32xf32>) outs(%e : tensor<16x32xf32>) {
        ^bb0(%u: f32, %v: f32):
          %0 = math.exp %u : f32
          linalg.yield %0 : f32
        } -> tensor<16x32xf32>
        %o = linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
          ins(%p, %xt : tensor<16x32xf32>, tensor<16x32xf32>) outs(%acc : tensor<16x16xf32>) -> tensor<16x16xf32>
        %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%p : tensor<16x32xf32>) outs(%l : tensor<16xf32>) {
        ^bb0(%u: f32, %v: f32):
          %0 = arith.addf %v, %u : f32
          linalg.yield %0 : f32
        } -> tensor<16xf32>
        stream.yield %o, %s : tensor<16x16xf32>, tensor<16xf32>
      }
      finish (%acc: tensor<16x16xf32>, %l: tensor<16xf32>) {
        stream.yield
      }
}

// A reduction with its loops in another order takes those of the elements.
// CHECK-LABEL: kernel.entry @turned
// CHECK: %[[E:.+]]:2 = linalg.generic {{{.*}}iterator_types = ["reduction", "parallel"]} ins(%{{.+}} : tensor<16x32xf32>) outs(%{{.+}}, %{{.+}} : tensor<16x32xf32>, tensor<32xf32>)
// CHECK: stream.yield %[[E]]#0, %[[E]]#1
kernel.entry @turned attributes {operator_name = "turned", sizes = ["T"], params = {D = 32 : i64}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "D"], elem = f32}], form = "streaming", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x32xf32, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 16 size %T)
      streamed (%x [T, D] : memref<?x32xf32, strided<[?, 1]>>)
      init () {
        %zero = arith.constant dense<0.0> : tensor<16x32xf32>
        %none = arith.constant dense<0.0> : tensor<32xf32>
        stream.yield %zero, %none : tensor<16x32xf32>, tensor<32xf32>
      }
      absorb (%acc: tensor<16x32xf32>, %l: tensor<32xf32>, %xt: tensor<16x32xf32>) {
        %e = tensor.empty() : tensor<16x32xf32>
        %p = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%xt : tensor<16x32xf32>) outs(%e : tensor<16x32xf32>) {
        ^bb0(%u: f32, %v: f32):
          %0 = arith.mulf %u, %u : f32
          linalg.yield %0 : f32
        } -> tensor<16x32xf32>
        %s = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, #row], iterator_types = ["parallel", "reduction"]} ins(%p : tensor<16x32xf32>) outs(%l : tensor<32xf32>) {
        ^bb0(%u: f32, %v: f32):
          %0 = arith.addf %v, %u : f32
          linalg.yield %0 : f32
        } -> tensor<32xf32>
        stream.yield %p, %s : tensor<16x32xf32>, tensor<32xf32>
      }
      finish (%acc: tensor<16x32xf32>, %l: tensor<32xf32>) {
        stream.yield
      }
}
