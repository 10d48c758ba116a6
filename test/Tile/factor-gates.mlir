// RUN: seqmix-opt %s --pass-pipeline='builtin.module(kernel.entry(seqmix-factor-gates,cse))' | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>

// With a gate a channel: what the state is read with is the factor of the scores, too. Two tiles of keys share their
// exponentials, which are then a tile.
//
// CHECK-LABEL: kernel.entry @channels
// CHECK: absorb (%[[Q:.+]]: tensor<32x16xbf16>, %[[K:.+]]: tensor<32x16xf32>, %[[L:.+]]: tensor<32x16xf32>, %[[G:.+]]: tensor<32x16xf32>)
// CHECK:   %[[C:.+]] = stream.cumsum
// CHECK:   %[[QA:.+]] = linalg.generic {{.*}} ins(%[[Q]], %[[C]] :
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.truncf
// CHECK-NEXT: math.exp
// CHECK-NEXT: arith.extf
// CHECK-NEXT: arith.mulf
// CHECK:   %[[E:.+]] = linalg.generic {{.*}} ins(%[[C]] : tensor<32x16xf64>)
// CHECK:     arith.negf
// CHECK:     arith.minimumf %{{.+}}, %cst
// CHECK:     math.exp
// CHECK:   %[[KB:.+]] = linalg.generic {{.*}} ins(%[[K]], %[[E]] :
// CHECK-NOT: math.exp
// CHECK:   stream.scores diagonal ins(%{{.+}}, %[[K]] : {{.*}}) gates(%[[C]], %[[C]] : {{.*}}) factors(%[[QA]], %[[KB]] : tensor<32x16xf32>, tensor<32x16xf32>)
// CHECK:   %[[LB:.+]] = linalg.generic {{.*}} ins(%[[L]], %[[E]] :
// CHECK:   stream.scores diagonal ins(%{{.+}}, %[[L]] : {{.*}}) factors(%[[QA]], %[[LB]] :
//
// A sum that decays like scores takes their factor, from a reference: 0 where all gates are in reach, else the last ones.
// What it starts from is added at the end, and what decayed the factor before is gone.
//
// CHECK-LABEL: kernel.entry @update
// CHECK: absorb (%[[S:.+]]: tensor<16x16xf32>, %{{.+}}: tensor<16x16xf32>, %[[K:.+]]: tensor<32x16xf32>, %[[G:.+]]: tensor<32x16xf32>)
// CHECK:   %[[C:.+]] = stream.cumsum
// CHECK:   %[[LAST:.+]] = tensor.extract_slice %[[C]][31, 0] [1, 16] [1, 1]
// CHECK:   %[[REACH:.+]] = linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%[[LAST]] :
// CHECK:   %[[R:.+]] = linalg.generic {{.*}} ins(%[[LAST]], %[[REACH]] : tensor<16xf64>, tensor<f32>)
// CHECK:     arith.cmpf olt
// CHECK:     arith.select
// CHECK:   %[[KB:.+]] = linalg.generic {{.*}} ins(%[[K]], %[[C]], %[[R]] :
// CHECK:     %[[D:.+]] = arith.subf %in_{{.+}}, %in_{{.+}} : f64
// CHECK:     math.exp
// CHECK:   stream.scores diagonal {{.*}} factors(%{{.+}}, %[[KB]] :
// CHECK:   %[[ZERO:.+]] = linalg.fill
// CHECK:   %[[DECAY:.+]] = linalg.generic {{.*}} ins(%[[LAST]], %[[R]] : tensor<16xf64>, tensor<16xf64>)
// CHECK:   %[[SUM:.+]] = linalg.contract {{.*}} ins(%[[KB]], %{{.+}} : {{.*}}) outs(%[[ZERO]] :
// CHECK:   linalg.generic {{.*}} ins(%[[S]], %{{.+}}, %[[SUM]], %[[DECAY]] :
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK-NOT:  math.exp
//
// With a gate a token its exponentials are the factors.
//
// CHECK-LABEL: kernel.entry @tokens
// CHECK:   %[[C:.+]] = stream.cumsum
// CHECK:   %[[A:.+]] = linalg.generic {{.*}} ins(%[[C]] : tensor<32xf64>) outs(%{{.+}} : tensor<32xf32>)
// CHECK:   %[[B:.+]] = linalg.generic {{.*}} ins(%[[C]] : tensor<32xf64>) outs(%{{.+}} : tensor<32xf32>)
// CHECK:   stream.scores negative ins({{.*}} factors(%[[A]], %[[B]] : tensor<32xf32>, tensor<32xf32>)
//
// Ratios of an operator on f32 keep their digits.
//
// CHECK-LABEL: kernel.entry @f32
// CHECK-NOT: factors
kernel.entry @channels attributes {operator_name = "channels", sizes = ["T"], params = {C = 32 : i64, K = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "q", axes = ["T", "K"], elem = bf16}, {name = "k", axes = ["T", "K"], elem = f32}, {name = "l", axes = ["T", "K"], elem = f32},
      {name = "g", axes = ["T", "K"], elem = f32}, {name = "o", axes = ["T", "C"], elem = f32, result}],
    form = "chunkwise", require = {}, product_type = bf16} {
^bb0(%T: index, %q: memref<?x16xbf16, strided<[?, 1]>>, %k: memref<?x16xf32, strided<[?, 1]>>, %l: memref<?x16xf32, strided<[?, 1]>>,
     %g: memref<?x16xf32, strided<[?, 1]>>, %o: memref<?x32xf32, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 32 size %T)
      streamed (%q [T, K] : memref<?x16xbf16, strided<[?, 1]>>, %k [T, K] : memref<?x16xf32, strided<[?, 1]>>,
          %l [T, K] : memref<?x16xf32, strided<[?, 1]>>, %g [T, K] : memref<?x16xf32, strided<[?, 1]>>)
      results (%o [T, C] : memref<?x32xf32, strided<[?, 1]>>)
      init () {
        stream.yield
      }
      absorb (%qt: tensor<32x16xbf16>, %kt: tensor<32x16xf32>, %lt: tensor<32x16xf32>, %gt: tensor<32x16xf32>) {
        %e = tensor.empty() : tensor<32x16xf32>
        %e64 = tensor.empty() : tensor<32x16xf64>
        %p = tensor.empty() : tensor<32x32xf32>
        %G = stream.cumsum ins(%gt : tensor<32x16xf32>) outs(%e64 : tensor<32x16xf64>) -> tensor<32x16xf64>
        %w = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%qt : tensor<32x16xbf16>) outs(%e : tensor<32x16xf32>) {
        ^bb0(%x: bf16, %out: f32):
          %0 = arith.extf %x : bf16 to f32
          linalg.yield %0 : f32
        } -> tensor<32x16xf32>
        %read = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
            ins(%qt, %G : tensor<32x16xbf16>, tensor<32x16xf64>) outs(%e : tensor<32x16xf32>) {
        ^bb0(%x: bf16, %a: f64, %out: f32):
          %0 = arith.truncf %a : f64 to f32
          %1 = math.exp %0 : f32
          %2 = arith.extf %x : bf16 to f32
          %3 = arith.mulf %2, %1 : f32
          linalg.yield %3 : f32
        } -> tensor<32x16xf32>
        %P = stream.scores diagonal ins(%w, %kt : tensor<32x16xf32>, tensor<32x16xf32>) gates(%G, %G : tensor<32x16xf64>, tensor<32x16xf64>)
            outs(%p : tensor<32x32xf32>) -> tensor<32x32xf32>
        %R = stream.scores diagonal ins(%w, %lt : tensor<32x16xf32>, tensor<32x16xf32>) gates(%G, %G : tensor<32x16xf64>, tensor<32x16xf64>)
            outs(%P : tensor<32x32xf32>) -> tensor<32x32xf32>
        %y = linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
            ins(%read, %kt : tensor<32x16xf32>, tensor<32x16xf32>) outs(%R : tensor<32x32xf32>) -> tensor<32x32xf32>
        stream.yield %y : tensor<32x32xf32>
      }
      finish () {
        stream.yield
      }
}

kernel.entry @update attributes {operator_name = "update", sizes = ["T"], params = {C = 32 : i64, K = 16 : i64, V = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "k", axes = ["T", "K"], elem = f32}, {name = "g", axes = ["T", "K"], elem = f32}, {name = "s0", axes = ["K", "V"], elem = f32},
      {name = "o", axes = ["T", "C"], elem = f32, result}, {name = "s", axes = ["K", "V"], elem = f32, result}],
    form = "chunkwise", require = {}, product_type = bf16} {
^bb0(%T: index, %k: memref<?x16xf32, strided<[?, 1]>>, %g: memref<?x16xf32, strided<[?, 1]>>, %s0: memref<16x16xf32, strided<[?, 1]>>,
     %o: memref<?x32xf32, strided<[?, 1]>>, %s: memref<16x16xf32, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 32 size %T)
      resident (%s0 [K, V] : memref<16x16xf32, strided<[?, 1]>>)
      streamed (%k [T, K] : memref<?x16xf32, strided<[?, 1]>>, %g [T, K] : memref<?x16xf32, strided<[?, 1]>>)
      results (%o [T, C] : memref<?x32xf32, strided<[?, 1]>>)
      finals (%s [K, V] : memref<16x16xf32, strided<[?, 1]>>)
      init (%st: tensor<16x16xf32>) {
        stream.yield %st : tensor<16x16xf32>
      }
      absorb (%carry: tensor<16x16xf32>, %st: tensor<16x16xf32>, %kt: tensor<32x16xf32>, %gt: tensor<32x16xf32>) {
        %e = tensor.empty() : tensor<32x16xf32>
        %e64 = tensor.empty() : tensor<32x16xf64>
        %p = tensor.empty() : tensor<32x32xf32>
        %es = tensor.empty() : tensor<16x16xf32>
        %e1 = tensor.empty() : tensor<16xf32>
        %G = stream.cumsum ins(%gt : tensor<32x16xf32>) outs(%e64 : tensor<32x16xf64>) -> tensor<32x16xf64>
        %P = stream.scores diagonal ins(%kt, %kt : tensor<32x16xf32>, tensor<32x16xf32>) gates(%G, %G : tensor<32x16xf64>, tensor<32x16xf64>)
            outs(%p : tensor<32x32xf32>) -> tensor<32x32xf32>
        %last = tensor.extract_slice %G[31, 0] [1, 16] [1, 1] : tensor<32x16xf64> to tensor<16xf64>
        %decay = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
            ins(%last : tensor<16xf64>) outs(%e1 : tensor<16xf32>) {
        ^bb0(%x: f64, %out: f32):
          %0 = arith.truncf %x : f64 to f32
          %1 = math.exp %0 : f32
          linalg.yield %1 : f32
        } -> tensor<16xf32>
        %start = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1) -> (d0)>, #id], iterator_types = ["parallel", "parallel"]}
            ins(%carry, %decay : tensor<16x16xf32>, tensor<16xf32>) outs(%es : tensor<16x16xf32>) {
        ^bb0(%x: f32, %a: f32, %out: f32):
          %0 = arith.mulf %x, %a : f32
          linalg.yield %0 : f32
        } -> tensor<16x16xf32>
        %kd = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1) -> (d1)>, #id, #id], iterator_types = ["parallel", "parallel"]}
            ins(%kt, %last, %G : tensor<32x16xf32>, tensor<16xf64>, tensor<32x16xf64>) outs(%e : tensor<32x16xf32>) {
        ^bb0(%x: f32, %a: f64, %c: f64, %out: f32):
          %0 = arith.subf %a, %c : f64
          %1 = arith.truncf %0 : f64 to f32
          %2 = math.exp %1 : f32
          %3 = arith.mulf %x, %2 : f32
          linalg.yield %3 : f32
        } -> tensor<32x16xf32>
        %next = linalg.contract indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
            ins(%kd, %kt : tensor<32x16xf32>, tensor<32x16xf32>) outs(%start : tensor<16x16xf32>) -> tensor<16x16xf32>
        stream.yield %next, %P : tensor<16x16xf32>, tensor<32x32xf32>
      }
      finish (%carry: tensor<16x16xf32>, %st: tensor<16x16xf32>) {
        stream.yield %carry : tensor<16x16xf32>
      }
}

kernel.entry @tokens attributes {operator_name = "tokens", sizes = ["T"], params = {C = 32 : i64, K = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "k", axes = ["T", "K"], elem = f32}, {name = "g", axes = ["T"], elem = f32}, {name = "o", axes = ["T", "C"], elem = f32, result}],
    form = "chunkwise", require = {}, product_type = f16} {
^bb0(%T: index, %k: memref<?x16xf32, strided<[?, 1]>>, %g: memref<?xf32, strided<[1]>>, %o: memref<?x32xf32, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 32 size %T)
      streamed (%k [T, K] : memref<?x16xf32, strided<[?, 1]>>, %g [T] : memref<?xf32, strided<[1]>>)
      results (%o [T, C] : memref<?x32xf32, strided<[?, 1]>>)
      init () {
        stream.yield
      }
      absorb (%kt: tensor<32x16xf32>, %gt: tensor<32xf32>) {
        %e64 = tensor.empty() : tensor<32xf64>
        %p = tensor.empty() : tensor<32x32xf32>
        %G = stream.cumsum ins(%gt : tensor<32xf32>) outs(%e64 : tensor<32xf64>) -> tensor<32xf64>
        %P = stream.scores negative ins(%kt, %kt : tensor<32x16xf32>, tensor<32x16xf32>) gates(%G, %G : tensor<32xf64>, tensor<32xf64>)
            outs(%p : tensor<32x32xf32>) -> tensor<32x32xf32>
        stream.yield %P : tensor<32x32xf32>
      }
      finish () {
        stream.yield
      }
}

kernel.entry @f32 attributes {operator_name = "f32", sizes = ["T"], params = {C = 32 : i64, K = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "k", axes = ["T", "K"], elem = f32}, {name = "g", axes = ["T"], elem = f32}, {name = "o", axes = ["T", "C"], elem = f32, result}],
    form = "chunkwise", require = {}, product_type = f32} {
^bb0(%T: index, %k: memref<?x16xf32, strided<[?, 1]>>, %g: memref<?xf32, strided<[1]>>, %o: memref<?x32xf32, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 32 size %T)
      streamed (%k [T, K] : memref<?x16xf32, strided<[?, 1]>>, %g [T] : memref<?xf32, strided<[1]>>)
      results (%o [T, C] : memref<?x32xf32, strided<[?, 1]>>)
      init () {
        stream.yield
      }
      absorb (%kt: tensor<32x16xf32>, %gt: tensor<32xf32>) {
        %e64 = tensor.empty() : tensor<32xf64>
        %p = tensor.empty() : tensor<32x32xf32>
        %G = stream.cumsum ins(%gt : tensor<32xf32>) outs(%e64 : tensor<32xf64>) -> tensor<32xf64>
        %P = stream.scores ins(%kt, %kt : tensor<32x16xf32>, tensor<32x16xf32>) gates(%G, %G : tensor<32xf64>, tensor<32xf64>)
            outs(%p : tensor<32x32xf32>) -> tensor<32x32xf32>
        stream.yield %P : tensor<32x32xf32>
      }
      finish () {
        stream.yield
      }
}
