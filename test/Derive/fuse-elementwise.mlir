// RUN: seqmix-opt %s --seqmix-fuse-elementwise | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#vec = affine_map<(i) -> (i)>

// A producer with one consumer goes into it, through the broadcast between them.
// CHECK-LABEL: func.func @chain
// CHECK-SAME:    (%[[X:.*]]: tensor<16xf32>, %[[Y:.*]]: tensor<16x8xf32>)
// CHECK:         %[[R:.*]] = linalg.generic {{.*}} ins(%[[X]], %[[Y]] : tensor<16xf32>, tensor<16x8xf32>)
// CHECK:           arith.negf
// CHECK-NEXT:      arith.mulf
// CHECK-NOT:     linalg.generic
// CHECK:         return %[[R]]
func.func @chain(%x: tensor<16xf32>, %y: tensor<16x8xf32>) -> tensor<16x8xf32> {
  %e0 = tensor.empty() : tensor<16xf32>
  %a = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]} ins(%x : tensor<16xf32>) outs(%e0 : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = arith.negf %in : f32
    linalg.yield %1 : f32
  } -> tensor<16xf32>
  %e1 = tensor.empty() : tensor<16x8xf32>
  %b = linalg.generic {indexing_maps = [#row, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %y : tensor<16xf32>, tensor<16x8xf32>) outs(%e1 : tensor<16x8xf32>) {
  ^bb0(%in: f32, %in2: f32, %out: f32):
    %1 = arith.mulf %in, %in2 : f32
    linalg.yield %1 : f32
  } -> tensor<16x8xf32>
  return %b : tensor<16x8xf32>
}

// But for a function such as e^x, which the broadcast would compute eight times.
// CHECK-LABEL: func.func @repeated
// CHECK-SAME:    (%[[X:.*]]: tensor<16xf32>, %[[Y:.*]]: tensor<16x8xf32>)
// CHECK:         %[[E:.*]] = linalg.generic {{.*}} ins(%[[X]] : tensor<16xf32>)
// CHECK:           math.exp
// CHECK:         %[[R:.*]] = linalg.generic {{.*}} ins(%[[E]], %[[Y]] : tensor<16xf32>, tensor<16x8xf32>)
// CHECK:           arith.mulf
// CHECK-NOT:     linalg.generic
// CHECK:         return %[[R]]
func.func @repeated(%x: tensor<16xf32>, %y: tensor<16x8xf32>) -> tensor<16x8xf32> {
  %e0 = tensor.empty() : tensor<16xf32>
  %a = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]} ins(%x : tensor<16xf32>) outs(%e0 : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = math.exp %in : f32
    linalg.yield %1 : f32
  } -> tensor<16xf32>
  %e1 = tensor.empty() : tensor<16x8xf32>
  %b = linalg.generic {indexing_maps = [#row, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %y : tensor<16xf32>, tensor<16x8xf32>) outs(%e1 : tensor<16x8xf32>) {
  ^bb0(%in: f32, %in2: f32, %out: f32):
    %1 = arith.mulf %in, %in2 : f32
    linalg.yield %1 : f32
  } -> tensor<16x8xf32>
  return %b : tensor<16x8xf32>
}

// One of two consumers: it is computed once.
// CHECK-LABEL: func.func @shared
// CHECK-COUNT-1: math.exp
// CHECK-NOT:     math.exp
// CHECK:         return
func.func @shared(%x: tensor<16xf32>) -> (tensor<16xf32>, tensor<16xf32>) {
  %e0 = tensor.empty() : tensor<16xf32>
  %a = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]} ins(%x : tensor<16xf32>) outs(%e0 : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = math.exp %in : f32
    linalg.yield %1 : f32
  } -> tensor<16xf32>
  %b = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]} ins(%a : tensor<16xf32>) outs(%e0 : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = arith.negf %in : f32
    linalg.yield %1 : f32
  } -> tensor<16xf32>
  %c = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]} ins(%a : tensor<16xf32>) outs(%e0 : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = arith.addf %in, %in : f32
    linalg.yield %1 : f32
  } -> tensor<16xf32>
  return %b, %c : tensor<16xf32>, tensor<16xf32>
}

// Positions and truth values are never worth a tile: each consumer computes them again.
// CHECK-LABEL: func.func @positions
// CHECK-NOT:     -> tensor<16xindex>
// CHECK-NOT:     -> tensor<16xi1>
// CHECK:         linalg.index 0
// CHECK:         linalg.index 0
// CHECK:         return
func.func @positions(%x: tensor<16xf32>, %n: index) -> (tensor<16xf32>, tensor<16xf32>) {
  %c0 = arith.constant 0.0 : f32
  %ei = tensor.empty() : tensor<16xindex>
  %i = linalg.generic {indexing_maps = [#vec], iterator_types = ["parallel"]} outs(%ei : tensor<16xindex>) {
  ^bb0(%out: index):
    %1 = linalg.index 0 : index
    linalg.yield %1 : index
  } -> tensor<16xindex>
  %em = tensor.empty() : tensor<16xi1>
  %m = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]} ins(%i : tensor<16xindex>) outs(%em : tensor<16xi1>) {
  ^bb0(%in: index, %out: i1):
    %1 = arith.cmpi slt, %in, %n : index
    linalg.yield %1 : i1
  } -> tensor<16xi1>
  %e0 = tensor.empty() : tensor<16xf32>
  %a = linalg.generic {indexing_maps = [#vec, #vec, #vec], iterator_types = ["parallel"]}
      ins(%m, %x : tensor<16xi1>, tensor<16xf32>) outs(%e0 : tensor<16xf32>) {
  ^bb0(%in: i1, %in2: f32, %out: f32):
    %1 = arith.select %in, %in2, %c0 : f32
    linalg.yield %1 : f32
  } -> tensor<16xf32>
  %b = linalg.generic {indexing_maps = [#vec, #vec, #vec], iterator_types = ["parallel"]}
      ins(%m, %x : tensor<16xi1>, tensor<16xf32>) outs(%e0 : tensor<16xf32>) {
  ^bb0(%in: i1, %in2: f32, %out: f32):
    %1 = arith.select %in, %c0, %in2 : f32
    linalg.yield %1 : f32
  } -> tensor<16xf32>
  return %a, %b : tensor<16xf32>, tensor<16xf32>
}

// Nothing goes into a product, and a reduction is no producer.
// CHECK-LABEL: func.func @products
// CHECK:         math.exp
// CHECK:         linalg.contract
// CHECK:         iterator_types = ["parallel", "reduction"]
// CHECK:         arith.negf
func.func @products(%x: tensor<16x8xf32>, %y: tensor<8x4xf32>) -> tensor<16xf32> {
  %e0 = tensor.empty() : tensor<16x8xf32>
  %a = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<16x8xf32>) outs(%e0 : tensor<16x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = math.exp %in : f32
    linalg.yield %1 : f32
  } -> tensor<16x8xf32>
  %zero = arith.constant dense<0.0> : tensor<16x4xf32>
  %p = linalg.contract indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>]
      ins(%a, %y : tensor<16x8xf32>, tensor<8x4xf32>) outs(%zero : tensor<16x4xf32>) -> tensor<16x4xf32>
  %z1 = arith.constant dense<0.0> : tensor<16xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%p : tensor<16x4xf32>) outs(%z1 : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = arith.addf %in, %out : f32
    linalg.yield %1 : f32
  } -> tensor<16xf32>
  %e1 = tensor.empty() : tensor<16xf32>
  %n = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]} ins(%s : tensor<16xf32>) outs(%e1 : tensor<16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %1 = arith.negf %in : f32
    linalg.yield %1 : f32
  } -> tensor<16xf32>
  return %n : tensor<16xf32>
}
