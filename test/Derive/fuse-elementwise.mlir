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

// Tiles are widened after what moves their elements: parts of one, with zeros past the end, put in turn into another. What
// computes with a part reads it as it is.
// CHECK-LABEL: kernel.entry @parts
// CHECK:         absorb (%{{.+}}: tensor<8x8xf32>, %[[X:.+]]: tensor<4x2x8xbf16>)
// CHECK-DAG:     %[[S0:.+]] = tensor.extract_slice %[[X]][0, 0, 0]
// CHECK-DAG:     %[[S1:.+]] = tensor.extract_slice %[[X]][0, 1, 0]
// CHECK-DAG:     %[[P0:.+]] = stream.pad ins(%[[S0]] : tensor<4x8xbf16>)
// CHECK-DAG:     %[[P1:.+]] = stream.pad ins(%[[S1]] : tensor<4x8xbf16>)
// CHECK-DAG:     %[[A:.+]] = tensor.insert_slice %[[P0]] into %{{.+}}[0, 0] [4, 8] [2, 1]
// CHECK-DAG:     %[[B:.+]] = tensor.insert_slice %[[P1]] into %[[A]][1, 0] [4, 8] [2, 1] : tensor<4x8xbf16> into tensor<8x8xbf16>
// CHECK:         %[[W:.+]] = linalg.generic {{.*}} ins(%[[B]] : tensor<8x8xbf16>) outs(%{{.+}} : tensor<8x8xf32>)
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      arith.extf
// CHECK:         linalg.generic {{.*}} ins(%[[S1]] : tensor<4x8xbf16>)
// CHECK:         stream.yield %[[W]]
kernel.entry @parts attributes {operator_name = "parts", sizes = ["T"], params = {R = 2 : i64, D = 8 : i64, E = 8 : i64}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "R", "D"], elem = bf16}, {name = "z", axes = ["T", "D"], elem = f32, result}, {name = "y", axes = ["E", "D"], elem = f32, result}],
    form = "chunkwise", require = {}, product_type = bf16} {
^bb0(%T: index, %x: memref<?x2x8xbf16, strided<[?, ?, 1]>>, %z: memref<?x8xf32, strided<[?, 1]>>, %y: memref<8x8xf32, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 4 size %T)
      streamed (%x [T, R, D] : memref<?x2x8xbf16, strided<[?, ?, 1]>>)
      results (%z [T, D] : memref<?x8xf32, strided<[?, 1]>>)
      finals (%y [E, D] : memref<8x8xf32, strided<[?, 1]>>)
      init () {
        %e = tensor.empty() : tensor<8x8xf32>
        stream.yield %e : tensor<8x8xf32>
      }
      absorb (%carry: tensor<8x8xf32>, %xt: tensor<4x2x8xbf16>) {
        %e0 = tensor.empty() : tensor<4x2x8xf32>
        %w = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]}
            ins(%xt : tensor<4x2x8xbf16>) outs(%e0 : tensor<4x2x8xf32>) {
        ^bb0(%in: bf16, %out: f32):
          %1 = arith.extf %in : bf16 to f32
          linalg.yield %1 : f32
        } -> tensor<4x2x8xf32>
        %e1 = tensor.empty() : tensor<4x8xf32>
        %s0 = tensor.extract_slice %w[0, 0, 0] [4, 1, 8] [1, 1, 1] : tensor<4x2x8xf32> to tensor<4x8xf32>
        %s1 = tensor.extract_slice %w[0, 1, 0] [4, 1, 8] [1, 1, 1] : tensor<4x2x8xf32> to tensor<4x8xf32>
        %p0 = stream.pad ins(%s0 : tensor<4x8xf32>) outs(%e1 : tensor<4x8xf32>) dim 0 axis "T" value 0.000000e+00 -> tensor<4x8xf32>
        %p1 = stream.pad ins(%s1 : tensor<4x8xf32>) outs(%e1 : tensor<4x8xf32>) dim 0 axis "T" value 0.000000e+00 -> tensor<4x8xf32>
        %e2 = tensor.empty() : tensor<8x8xf32>
        %i0 = tensor.insert_slice %p0 into %e2[0, 0] [4, 8] [2, 1] : tensor<4x8xf32> into tensor<8x8xf32>
        %i1 = tensor.insert_slice %p1 into %i0[1, 0] [4, 8] [2, 1] : tensor<4x8xf32> into tensor<8x8xf32>
        %neg = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%s1 : tensor<4x8xf32>) outs(%e1 : tensor<4x8xf32>) {
        ^bb0(%in: f32, %out: f32):
          %1 = arith.negf %in : f32
          linalg.yield %1 : f32
        } -> tensor<4x8xf32>
        stream.yield %i1, %neg : tensor<8x8xf32>, tensor<4x8xf32>
      }
      finish (%carry: tensor<8x8xf32>) {
        stream.yield %carry : tensor<8x8xf32>
      }
}
