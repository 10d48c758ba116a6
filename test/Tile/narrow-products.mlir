// RUN: seqmix-opt %s --seqmix-narrow-products --canonicalize | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>

// A widened tile goes to the product as it is; what is computed for a product
// alone is rounded where it is computed; what is read otherwise stays.
//
// CHECK-LABEL: kernel.entry @bf16
// CHECK: absorb (%[[ACC:.+]]: tensor<16x16xf32>, %[[X:.+]]: tensor<16x16xbf16>, %[[Y:.+]]: tensor<16x16xbf16>)
// CHECK:   %[[F:.+]] = linalg.generic {{.*}} ins(%[[Y]] :
// CHECK:     math.exp
// CHECK:     %[[R:.+]] = arith.truncf %{{.+}} : f32 to bf16
// CHECK:     linalg.yield %[[R]] : bf16
// CHECK:   } -> tensor<16x16xbf16>
// CHECK:   %[[P:.+]] = linalg.contract {{.*}} ins(%[[X]], %[[F]] : tensor<16x16xbf16>, tensor<16x16xbf16>) outs(%[[ACC]] : tensor<16x16xf32>)
// CHECK:   %[[E:.+]] = linalg.generic {{.*}} ins(%[[P]] :
// CHECK:   } -> tensor<16x16xf32>
// CHECK:   linalg.contract {{.*}} ins(%[[X]], %[[E]] : tensor<16x16xbf16>, tensor<16x16xf32>) outs(%[[E]] :
//
// CHECK-LABEL: kernel.entry @f32
// CHECK: absorb (%[[ACC:.+]]: tensor<16x16xf32>, %[[X:.+]]: tensor<16x16xbf16>)
// CHECK:   %[[F:.+]] = linalg.generic
// CHECK-NOT: truncf
// CHECK:   linalg.contract {{.*}} ins(%[[X]], %[[F]] : tensor<16x16xbf16>, tensor<16x16xf32>)
kernel.entry @bf16 attributes {operator_name = "bf16", sizes = ["T"], params = {D = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "D"], elem = bf16}, {name = "y", axes = ["T", "D"], elem = bf16}],
    form = "chunkwise", require = {}, product_type = bf16} {
^bb0(%T: index, %x: memref<?x16xbf16, strided<[?, 1]>>, %y: memref<?x16xbf16, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 16 size %T)
      streamed (%x [T, D] : memref<?x16xbf16, strided<[?, 1]>>, %y [T, D] : memref<?x16xbf16, strided<[?, 1]>>)
      init () {
        %zero = arith.constant dense<0.0> : tensor<16x16xf32>
        stream.yield %zero : tensor<16x16xf32>
      }
      absorb (%acc: tensor<16x16xf32>, %xb: tensor<16x16xbf16>, %yb: tensor<16x16xbf16>) {
        %e = tensor.empty() : tensor<16x16xf32>
        %xf = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%xb : tensor<16x16xbf16>) outs(%e : tensor<16x16xf32>) {
        ^bb0(%u: bf16, %v: f32):
          %0 = arith.extf %u : bf16 to f32
          linalg.yield %0 : f32
        } -> tensor<16x16xf32>
        %yf = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%yb : tensor<16x16xbf16>) outs(%e : tensor<16x16xf32>) {
        ^bb0(%u: bf16, %v: f32):
          %0 = arith.extf %u : bf16 to f32
          %1 = math.exp %0 : f32
          linalg.yield %1 : f32
        } -> tensor<16x16xf32>
        %p = linalg.contract indexing_maps = [#a, #b, #c] ins(%xf, %yf : tensor<16x16xf32>, tensor<16x16xf32>) outs(%acc : tensor<16x16xf32>) -> tensor<16x16xf32>
        %pe = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%p : tensor<16x16xf32>) outs(%e : tensor<16x16xf32>) {
        ^bb0(%u: f32, %v: f32):
          %0 = math.exp %u : f32
          linalg.yield %0 : f32
        } -> tensor<16x16xf32>
        %q = linalg.contract indexing_maps = [#a, #b, #c] ins(%xf, %pe : tensor<16x16xf32>, tensor<16x16xf32>) outs(%pe : tensor<16x16xf32>) -> tensor<16x16xf32>
        stream.yield %q : tensor<16x16xf32>
      }
      finish (%acc: tensor<16x16xf32>) {
        stream.yield
      }
}

kernel.entry @f32 attributes {operator_name = "f32", sizes = ["T"], params = {D = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "D"], elem = bf16}],
    form = "chunkwise", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xbf16, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 16 size %T)
      streamed (%x [T, D] : memref<?x16xbf16, strided<[?, 1]>>)
      init () {
        %zero = arith.constant dense<0.0> : tensor<16x16xf32>
        stream.yield %zero : tensor<16x16xf32>
      }
      absorb (%acc: tensor<16x16xf32>, %xb: tensor<16x16xbf16>) {
        %e = tensor.empty() : tensor<16x16xf32>
        %xf = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%xb : tensor<16x16xbf16>) outs(%e : tensor<16x16xf32>) {
        ^bb0(%u: bf16, %v: f32):
          %0 = arith.extf %u : bf16 to f32
          linalg.yield %0 : f32
        } -> tensor<16x16xf32>
        %yf = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%acc : tensor<16x16xf32>) outs(%e : tensor<16x16xf32>) {
        ^bb0(%u: f32, %v: f32):
          %1 = math.exp %u : f32
          linalg.yield %1 : f32
        } -> tensor<16x16xf32>
        %p = linalg.contract indexing_maps = [#a, #b, #c] ins(%xf, %yf : tensor<16x16xf32>, tensor<16x16xf32>) outs(%acc : tensor<16x16xf32>) -> tensor<16x16xf32>
        stream.yield %p : tensor<16x16xf32>
      }
      finish (%acc: tensor<16x16xf32>) {
        stream.yield
      }
}
