// RUN: seqmix-opt %s --seqmix-lower-stream --canonicalize -split-input-file | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#scalar = affine_map<(d0, d1) -> ()>

// A recurrence: points B and H, HK read at H's index over the ratio; tiles of
// bf16 loaded as f32 and stored from f32; the pad with 0 is the load's; the state
// scaled and added to where it is; the initial state's tile becomes the state.
//
// CHECK-LABEL: kernel.entry @recurrence
// CHECK: ^bb0(%[[B:.+]]: index, %[[T:.+]]: index, %[[H:.+]]: index, %[[HK:.+]]: index, %[[K:.+]]: memref<?x?x?x16xbf16{{.*}}>, %[[V:.+]]: memref<?x?x?x20xbf16{{.*}}>, %[[G:.+]]: memref<?xf32, strided<[1]>>, %[[S0:.+]]: memref<?x?x16x20xf32{{.*}}>, %[[O:.+]]: memref<?x?x?x20xbf16{{.*}}>, %[[S:.+]]: memref<?x?x16x20xf32{{.*}}>):
// CHECK-DAG: %[[C0:.+]] = arith.constant 0 : index
// CHECK-DAG: %[[C32:.+]] = arith.constant 32 : index
// CHECK: kernel.parallel grid(%[[B]], %[[H]]) {
// CHECK: ^bb0(%[[BI:.+]]: index, %[[HI:.+]]: index, %{{.+}}: memref<0xi8, #kernel.memory<near>>, %{{.+}}: memref<0xi8, #kernel.memory<far>>):
// CHECK:   %[[STATE0:.+]] = memref.alloc() : memref<16x32xf32>
// CHECK:   %[[STATE:.+]] = memref.subview %[[STATE0]][0, 0] [16, 20] [1, 1]
// CHECK:   kernel.load %[[S0]][%[[BI]], %[[HI]], %[[C0]], %[[C0]]] dims [2, 3] into %[[STATE]]
// CHECK:   %[[GATE:.+]] = memref.alloc() : memref<f32>
// CHECK:   kernel.load %[[G]][%[[HI]]] dims [] into %[[GATE]]
// CHECK:   scf.for %[[TI:.+]] = %[[C0]] to %[[T]] step %[[C32]] {
// CHECK:     %[[KT:.+]] = memref.alloc() : memref<32x16xf32>
// CHECK:     %[[RATIO:.+]] = arith.divui %[[H]], %[[HK]]
// CHECK:     %[[GROUP:.+]] = arith.divui %[[HI]], %[[RATIO]]
// CHECK:     kernel.load %[[K]][%[[BI]], %[[TI]], %[[GROUP]], %[[C0]]] dims [1, 3] into %[[KT]] : memref<?x?x?x16xbf16{{.*}}>, memref<32x16xf32>
// CHECK:     %[[VT:.+]] = memref.subview
// CHECK:     kernel.load %[[V]][%[[BI]], %[[TI]], %[[HI]], %[[C0]]] dims [1, 3] into %[[VT]]
// CHECK-NOT: stream.pad
// CHECK-NOT: memref.alloc
// CHECK:     linalg.generic {{.*}} ins(%[[STATE]], %[[GATE]] : {{.*}}) outs(%[[STATE]] :
// CHECK:       math.exp
// CHECK-NOT: memref.alloc
// CHECK:     linalg.contract {{.*}} ins(%[[KT]], %[[VT]] : {{.*}}) outs(%[[STATE]] :
// CHECK:     %[[OT:.+]] = memref.subview
// CHECK:     linalg.fill {{.*}} outs(%[[OT]] :
// CHECK:     linalg.contract {{.*}} ins(%[[KT]], %[[STATE]] : {{.*}}) outs(%[[OT]] :
// CHECK-NOT: linalg.copy
// CHECK:     kernel.store %[[OT]] into %[[O]][%[[BI]], %[[TI]], %[[HI]], %[[C0]]] dims [1, 3] : memref<32x20xf32, strided<[32, 1]>>, memref<?x?x?x20xbf16
// CHECK:   }
// CHECK:   kernel.store %[[STATE]] into %[[S]][%[[BI]], %[[HI]], %[[C0]], %[[C0]]] dims [2, 3]
kernel.entry @recurrence attributes {operator_name = "recurrence", sizes = ["B", "T", "H", "HK"], params = {K = 16 : i64, V = 20 : i64},
    divides = {HK = "H"}, equals = {}, arrays = [
      {name = "k", axes = ["B", "T", "HK", "K"], elem = bf16}, {name = "v", axes = ["B", "T", "H", "V"], elem = bf16},
      {name = "g", axes = ["H"], elem = f32}, {name = "s0", axes = ["B", "H", "K", "V"], elem = f32},
      {name = "o", axes = ["B", "T", "H", "V"], elem = bf16, result}, {name = "s", axes = ["B", "H", "K", "V"], elem = f32, result}],
    form = "chunkwise", require = {}, product_type = f32} {
^bb0(%B: index, %T: index, %H: index, %HK: index,
     %k: memref<?x?x?x16xbf16, strided<[?, ?, ?, 1]>>, %v: memref<?x?x?x20xbf16, strided<[?, ?, ?, 1]>>, %g: memref<?xf32, strided<[1]>>,
     %s0: memref<?x?x16x20xf32, strided<[?, ?, ?, 1]>>, %o: memref<?x?x?x20xbf16, strided<[?, ?, ?, 1]>>, %s: memref<?x?x16x20xf32, strided<[?, ?, ?, 1]>>):
  stream.loop
      parallel (B tile 1 size %B, H tile 1 size %H)
      stream (T tile 32 size %T)
      resident (%s0 [B, H, K, V] : memref<?x?x16x20xf32, strided<[?, ?, ?, 1]>>, %g [H] : memref<?xf32, strided<[1]>>)
      streamed (%k [B, T, HK, K] : memref<?x?x?x16xbf16, strided<[?, ?, ?, 1]>>, %v [B, T, H, V] : memref<?x?x?x20xbf16, strided<[?, ?, ?, 1]>>)
      results (%o [B, T, H, V] : memref<?x?x?x20xbf16, strided<[?, ?, ?, 1]>>)
      finals (%s [B, H, K, V] : memref<?x?x16x20xf32, strided<[?, ?, ?, 1]>>)
      init (%a: tensor<16x20xf32>, %gate: tensor<f32>) {
        stream.yield %a : tensor<16x20xf32>
      }
      absorb (%S: tensor<16x20xf32>, %a: tensor<16x20xf32>, %gate: tensor<f32>, %kb: tensor<32x16xbf16>, %vb: tensor<32x20xbf16>) {
        %ek = tensor.empty() : tensor<32x16xf32>
        %ev = tensor.empty() : tensor<32x20xf32>
        %es = tensor.empty() : tensor<16x20xf32>
        %eo = tensor.empty() : tensor<32x20xbf16>
        %kf = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%kb : tensor<32x16xbf16>) outs(%ek : tensor<32x16xf32>) {
        ^bb0(%x: bf16, %y: f32):
          %0 = arith.extf %x : bf16 to f32
          linalg.yield %0 : f32
        } -> tensor<32x16xf32>
        %vf = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%vb : tensor<32x20xbf16>) outs(%ev : tensor<32x20xf32>) {
        ^bb0(%x: bf16, %y: f32):
          %0 = arith.extf %x : bf16 to f32
          linalg.yield %0 : f32
        } -> tensor<32x20xf32>
        %kp = stream.pad ins(%kf : tensor<32x16xf32>) outs(%ek : tensor<32x16xf32>) dim 0 axis "T" value 0.0 -> tensor<32x16xf32>
        %S1 = linalg.generic {indexing_maps = [#id, #scalar, #id], iterator_types = ["parallel", "parallel"]}
            ins(%S, %gate : tensor<16x20xf32>, tensor<f32>) outs(%es : tensor<16x20xf32>) {
        ^bb0(%x: f32, %gc: f32, %y: f32):
          %0 = math.exp %gc : f32
          %1 = arith.mulf %x, %0 : f32
          linalg.yield %1 : f32
        } -> tensor<16x20xf32>
        %S2 = linalg.contract indexing_maps = [affine_map<(k, v, t) -> (t, k)>, affine_map<(k, v, t) -> (t, v)>, affine_map<(k, v, t) -> (k, v)>]
            ins(%kp, %vf : tensor<32x16xf32>, tensor<32x20xf32>) outs(%S1 : tensor<16x20xf32>) -> tensor<16x20xf32>
        %z = arith.constant 0.0 : f32
        %zv = linalg.fill ins(%z : f32) outs(%ev : tensor<32x20xf32>) -> tensor<32x20xf32>
        %o2 = linalg.contract indexing_maps = [affine_map<(t, v, k) -> (t, k)>, affine_map<(t, v, k) -> (k, v)>, affine_map<(t, v, k) -> (t, v)>]
            ins(%kf, %S2 : tensor<32x16xf32>, tensor<16x20xf32>) outs(%zv : tensor<32x20xf32>) -> tensor<32x20xf32>
        %ob = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%o2 : tensor<32x20xf32>) outs(%eo : tensor<32x20xbf16>) {
        ^bb0(%x: f32, %y: bf16):
          %0 = arith.truncf %x : f32 to bf16
          linalg.yield %0 : bf16
        } -> tensor<32x20xbf16>
        stream.yield %S2, %ob : tensor<16x20xf32>, tensor<32x20xbf16>
      }
      finish (%S: tensor<16x20xf32>, %a: tensor<16x20xf32>, %gate: tensor<f32>) {
        stream.yield %S : tensor<16x20xf32>
      }
}

// A grid over tiles; a range; tiles that are skipped, full or mixed; a resident
// array that only `finish` reads; a scalar of an array read by the mask.
//
// CHECK-LABEL: kernel.entry @classified
// CHECK: ^bb0(%[[T:.+]]: index, %[[S:.+]]: index, %[[X:.+]]: memref<?x16xf32{{.*}}>, %[[Y:.+]]: memref<?x16xf32{{.*}}>, %[[N:.+]]: memref<?xi32{{.*}}>, %[[O:.+]]: memref<?x16xf32{{.*}}>):
// CHECK-DAG: %[[C0:.+]] = arith.constant 0 : index
// CHECK-DAG: %[[C8:.+]] = arith.constant 8 : index
// CHECK-DAG: %[[C32:.+]] = arith.constant 32 : index
// CHECK: %[[TASKS:.+]] = arith.ceildivui %[[T]], %[[C8]]
// CHECK: kernel.parallel grid(%[[TASKS]]) {
// CHECK: ^bb0(%[[TASK:.+]]: index,
// CHECK:   %[[I:.+]] = arith.muli %[[TASK]], %[[C8]]
// CHECK:   %[[ACC:.+]] = memref.alloc() : memref<8x16xf32>
// CHECK:   linalg.fill {{.*}} outs(%[[ACC]] :
// CHECK:   %[[FIRST:.+]] = arith.maxsi
// CHECK:   %[[END:.+]] = arith.minsi %{{.+}}, %[[S]]
// CHECK:   %[[REST:.+]] = arith.remui %[[FIRST]], %[[C32]]
// CHECK:   %[[LOW:.+]] = arith.subi %[[FIRST]], %[[REST]]
// CHECK:   scf.for %[[J:.+]] = %[[LOW]] to %[[END]] step %[[C32]] {
// CHECK:     %[[ANY:.+]] = arith.cmpi sle, %[[J]], %[[I]]
// CHECK:     scf.if %[[ANY]] {
// CHECK:       %[[TILEEND:.+]] = arith.addi %[[J]], %[[C32]]
// CHECK:       %[[WITHIN:.+]] = arith.cmpi sle, %[[TILEEND]], %[[S]]
// CHECK:       scf.if %{{.+}} {
// CHECK:         kernel.load %[[Y]][%[[J]], %[[C0]]] dims [0, 1]
// CHECK-NOT:     memref.load
// CHECK:       } else {
// CHECK:         kernel.load %[[Y]][%[[J]], %[[C0]]] dims [0, 1]
// CHECK:         memref.load %[[N]][%[[J]]]
// CHECK:       }
// CHECK:   }
// CHECK:   kernel.load %[[X]][%[[I]], %[[C0]]] dims [0, 1]
// CHECK:   kernel.store %{{.+}} into %[[O]][%[[I]], %[[C0]]] dims [0, 1]
kernel.entry @classified attributes {operator_name = "classified", sizes = ["T", "S"], params = {D = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "D"], elem = f32}, {name = "y", axes = ["S", "D"], elem = f32}, {name = "n", axes = ["S"], elem = i32},
      {name = "o", axes = ["T", "D"], elem = f32, result}],
    form = "streaming", require = {}, product_type = f32} {
^bb0(%T: index, %S: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>, %n: memref<?xi32, strided<[1]>>,
     %o: memref<?x16xf32, strided<[?, 1]>>):
  stream.loop
      parallel (T tile 8 size %T)
      stream (S tile 32 size %S)
      resident (%x [T, D] : memref<?x16xf32, strided<[?, 1]>>)
      streamed (%y [S, D] : memref<?x16xf32, strided<[?, 1]>>)
      finals (%o [T, D] : memref<?x16xf32, strided<[?, 1]>>)
      range () {
        %i = stream.position "T"
        %c5 = arith.constant 5 : index
        %c8 = arith.constant 8 : index
        %first = arith.subi %i, %c5 : index
        %end = arith.addi %i, %c8 : index
        stream.yield %first, %end : index, index
      }
      classify () {
        %i = stream.position "T"
        %j = stream.position "S"
        %n0 = stream.extent "S"
        %any = arith.cmpi sle, %j, %i : index
        %all = arith.cmpi slt, %n0, %i : index
        stream.yield %any, %all : i1, i1
      }
      init (%xt: tensor<8x16xf32>) {
        %zero = arith.constant dense<0.0> : tensor<8x16xf32>
        stream.yield %zero : tensor<8x16xf32>
      }
      absorb (%acc: tensor<8x16xf32>, %xt: tensor<8x16xf32>, %yt: tensor<32x16xf32>) {
        %j = stream.position "S"
        %scale = memref.load %n[%j] : memref<?xi32, strided<[1]>>
        %f = arith.sitofp %scale : i32 to f32
        %next = linalg.generic {indexing_maps = [affine_map<(t, d, s) -> (s, d)>, affine_map<(t, d, s) -> (t, d)>], iterator_types = ["parallel", "parallel", "reduction"]}
            ins(%yt : tensor<32x16xf32>) outs(%acc : tensor<8x16xf32>) {
        ^bb0(%u: f32, %v: f32):
          %0 = arith.mulf %u, %f : f32
          %1 = arith.addf %v, %0 : f32
          linalg.yield %1 : f32
        } -> tensor<8x16xf32>
        stream.yield %next : tensor<8x16xf32>
      }
      absorb_full (%acc: tensor<8x16xf32>, %xt: tensor<8x16xf32>, %yt: tensor<32x16xf32>) {
        %next = linalg.generic {indexing_maps = [affine_map<(t, d, s) -> (s, d)>, affine_map<(t, d, s) -> (t, d)>], iterator_types = ["parallel", "parallel", "reduction"]}
            ins(%yt : tensor<32x16xf32>) outs(%acc : tensor<8x16xf32>) {
        ^bb0(%u: f32, %v: f32):
          %1 = arith.addf %v, %u : f32
          linalg.yield %1 : f32
        } -> tensor<8x16xf32>
        stream.yield %next : tensor<8x16xf32>
      }
      finish (%acc: tensor<8x16xf32>, %xt: tensor<8x16xf32>) {
        %sum = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
            ins(%acc, %xt : tensor<8x16xf32>, tensor<8x16xf32>) outs(%acc : tensor<8x16xf32>) {
        ^bb0(%u: f32, %v: f32, %w: f32):
          %0 = arith.addf %u, %v : f32
          linalg.yield %0 : f32
        } -> tensor<8x16xf32>
        stream.yield %sum : tensor<8x16xf32>
      }
}

// Carries that trade places are copied through a third buffer; a value that is
// read again is copied before it is added to; slices are views.
//
// CHECK-LABEL: kernel.entry @copies
// CHECK:   %[[C1:.+]] = memref.alloc() : memref<16xf32>
// CHECK:   linalg.fill {{.*}} outs(%[[C1]] :
// CHECK:   %[[C2:.+]] = memref.alloc() : memref<16xf32>
// CHECK:   linalg.copy ins(%[[C1]] : {{.*}}) outs(%[[C2]] :
// CHECK:   scf.for
// CHECK:     %[[X:.+]] = memref.alloc() : memref<4x16xf32>
// CHECK:     kernel.load {{.*}} into %[[X]]
// CHECK:     %[[ROW:.+]] = memref.subview %[[X]][3, 0] [1, 16] [1, 1] : memref<4x16xf32> to memref<16xf32, strided<[1], offset: 48>>
// CHECK:     %[[OUT:.+]] = memref.alloc() : memref<4x16xf32>
// CHECK:     linalg.copy ins(%[[X]] : {{.*}}) outs(%[[OUT]] :
// CHECK:     %[[FIRST:.+]] = memref.subview %[[OUT]][0, 0] [1, 16] [1, 1]
// CHECK:     linalg.copy ins(%[[ROW]] : {{.*}}) outs(%[[FIRST]] :
// CHECK:     %[[SUM:.+]] = memref.alloc() : memref<4x16xf32>
// CHECK:     linalg.copy ins(%[[OUT]] : {{.*}}) outs(%[[SUM]] :
// CHECK:     linalg.generic {{.*}} ins(%[[X]] : {{.*}}) outs(%[[SUM]] :
// CHECK:     kernel.store %[[SUM]]
// CHECK:     kernel.store %[[OUT]]
// CHECK:     %[[SAVED1:.+]] = memref.alloc() : memref<16xf32>
// CHECK:     linalg.copy ins(%[[C2]] : {{.*}}) outs(%[[SAVED1]] :
// CHECK:     %[[SAVED2:.+]] = memref.alloc() : memref<16xf32>
// CHECK:     linalg.copy ins(%[[C1]] : {{.*}}) outs(%[[SAVED2]] :
// CHECK:     linalg.copy ins(%[[SAVED1]] : {{.*}}) outs(%[[C1]] :
// CHECK:     linalg.copy ins(%[[SAVED2]] : {{.*}}) outs(%[[C2]] :
kernel.entry @copies attributes {operator_name = "copies", sizes = ["T"], params = {D = 16 : i64}, divides = {}, equals = {}, arrays = [
      {name = "x", axes = ["T", "D"], elem = f32}, {name = "o", axes = ["T", "D"], elem = f32, result}, {name = "p", axes = ["T", "D"], elem = f32, result}],
    form = "chunkwise", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %o: memref<?x16xf32, strided<[?, 1]>>, %p: memref<?x16xf32, strided<[?, 1]>>):
  stream.loop parallel () stream (T tile 4 size %T)
      streamed (%x [T, D] : memref<?x16xf32, strided<[?, 1]>>)
      results (%o [T, D] : memref<?x16xf32, strided<[?, 1]>>, %p [T, D] : memref<?x16xf32, strided<[?, 1]>>)
      init () {
        %one = arith.constant 1.0 : f32
        %e = tensor.empty() : tensor<16xf32>
        %ones = linalg.fill ins(%one : f32) outs(%e : tensor<16xf32>) -> tensor<16xf32>
        stream.yield %ones, %ones : tensor<16xf32>, tensor<16xf32>
      }
      absorb (%a: tensor<16xf32>, %b: tensor<16xf32>, %xt: tensor<4x16xf32>) {
        %row = tensor.extract_slice %xt[3, 0] [1, 16] [1, 1] : tensor<4x16xf32> to tensor<16xf32>
        %y = tensor.insert_slice %row into %xt[0, 0] [1, 16] [1, 1] : tensor<16xf32> into tensor<4x16xf32>
        %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%xt : tensor<4x16xf32>) outs(%y : tensor<4x16xf32>) {
        ^bb0(%u: f32, %v: f32):
          %0 = arith.addf %u, %v : f32
          linalg.yield %0 : f32
        } -> tensor<4x16xf32>
        stream.yield %b, %a, %z, %y : tensor<16xf32>, tensor<16xf32>, tensor<4x16xf32>, tensor<4x16xf32>
      }
      finish (%a: tensor<16xf32>, %b: tensor<16xf32>) {
        stream.yield
      }
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>

// A task of 4 tiles of queries: keys are loaded once for all of them, and only if they matter to any; each tile has a carry and is
// skipped on its own. The bias moves with the queries, so each tile loads its own.
//
// CHECK-LABEL: kernel.entry @grouped
// CHECK: ^bb0(%[[T:.+]]: index, %[[Q:.+]]: memref<?x16xf32{{.*}}>, %[[K:.+]]: memref<?x16xf32{{.*}}>, %[[BIAS:.+]]: memref<?x?xf32{{.*}}>, %[[O:.+]]: memref<?x16xf32{{.*}}>):
// CHECK: %[[TASKS:.+]] = arith.ceildivui %[[T]], %c32
// CHECK: kernel.parallel grid(%[[TASKS]]) {
// CHECK: ^bb0(%[[TASK:.+]]: index,
// CHECK:   %[[FIRST:.+]] = arith.muli %[[TASK]], %c32
// CHECK:   %[[QS:.+]] = memref.alloc() : memref<4x8x16xf32>
// CHECK:   %[[REST:.+]] = arith.subi %[[T]], %[[FIRST]]
// CHECK:   %[[TILES:.+]] = arith.ceildivui %[[REST]], %c8
// CHECK:   %[[COUNT:.+]] = arith.minui %[[TILES]], %c4
// CHECK:   scf.for %[[G:.+]] = %c0 to %{{.+}} step %c1 {
// CHECK:     %[[ROWS:.+]] = arith.muli %[[G]], %c8
// CHECK:     %[[AT:.+]] = arith.addi %[[FIRST]], %[[ROWS]]
// CHECK:     %[[QT:.+]] = memref.subview %[[QS]][%[[G]], 0, 0] [1, 8, 16]
// CHECK:     kernel.load %[[Q]][%[[AT]], %c0] dims [0, 1] into %[[QT]]
// CHECK:   %[[SUMS:.+]] = memref.alloc() : memref<4x8x16xf32>
// CHECK:   scf.for %[[G:.+]] = %c0 to %{{.+}} step %c1 {
// CHECK:     %[[SUM:.+]] = memref.subview %[[SUMS]][%[[G]], 0, 0] [1, 8, 16]
// CHECK:     linalg.fill {{.*}} outs(%[[SUM]] :
// CHECK:   scf.for %[[S:.+]] = %c0 to %[[T]] step %c16 {
// CHECK:     %[[ANY:.+]] = scf.for {{.*}} iter_args(%[[FOUND:.+]] = %false) -> (i1) {
// CHECK:       %[[OWN:.+]] = arith.cmpi sle, %[[S]]
// CHECK:       %[[OR:.+]] = arith.ori %[[FOUND]], %[[OWN]]
// CHECK:       scf.yield %[[OR]]
// CHECK:     scf.if %[[ANY]] {
// CHECK:       %[[KT:.+]] = memref.alloc() : memref<16x16xf32>
// CHECK:       kernel.load %[[K]][%[[S]], %c0] dims [0, 1] into %[[KT]]
// CHECK:       scf.for %[[G:.+]] = %c0 to %{{.+}} step %c1 {
// CHECK:         kernel.prefetch %[[K]][%{{.+}}, %c0] dims [0, 1] shape [4, 16]
// CHECK-NOT:     kernel.prefetch
// CHECK:         %[[MATTERS:.+]] = arith.cmpi sle, %[[S]]
// CHECK:         scf.if %[[MATTERS]] {
// CHECK:           %[[SUM:.+]] = memref.subview %[[SUMS]][%[[G]], 0, 0]
// CHECK:           %[[QT:.+]] = memref.subview %[[QS]][%[[G]], 0, 0]
// CHECK:           kernel.load %[[BIAS]][
// CHECK-NOT:       linalg.copy
// CHECK:           linalg.contract {{.*}} ins(%{{.+}}, %[[KT]] : {{.*}}) outs(%[[SUM]] :
// CHECK:       } {kernel.rows}
// CHECK:   scf.for %[[G:.+]] = %c0 to %{{.+}} step %c1 {
// CHECK:     kernel.store {{.*}} into %[[O]][
kernel.entry @grouped attributes {operator_name = "grouped", sizes = ["T"], params = {D = 16 : i64}, divides = {}, equals = {S = "T"}, arrays = [
      {name = "q", axes = ["T", "D"], elem = f32}, {name = "k", axes = ["S", "D"], elem = f32}, {name = "bias", axes = ["T", "S"], elem = f32},
      {name = "o", axes = ["T", "D"], elem = f32, result}],
    form = "streaming", require = {}, product_type = f32} {
^bb0(%T: index, %q: memref<?x16xf32, strided<[?, 1]>>, %k: memref<?x16xf32, strided<[?, 1]>>, %bias: memref<?x?xf32, strided<[?, 1]>>, %o: memref<?x16xf32, strided<[?, 1]>>):
  stream.loop parallel (T tile 8 group 4 size %T) stream (S tile 16 size %T)
      resident (%q [T, D] : memref<?x16xf32, strided<[?, 1]>>)
      streamed (%k [S, D] : memref<?x16xf32, strided<[?, 1]>>, %bias [T, S] : memref<?x?xf32, strided<[?, 1]>>)
      finals (%o [T, D] : memref<?x16xf32, strided<[?, 1]>>)
      classify () {
        %i = stream.position "T"
        %j = stream.position "S"
        %any = arith.cmpi sle, %j, %i : index
        %false = arith.constant false
        stream.yield %any, %false : i1, i1
      }
      init (%qt: tensor<8x16xf32>) {
        %zero = arith.constant 0.0 : f32
        %e = tensor.empty() : tensor<8x16xf32>
        %sum = linalg.fill ins(%zero : f32) outs(%e : tensor<8x16xf32>) -> tensor<8x16xf32>
        stream.yield %sum : tensor<8x16xf32>
      }
      absorb (%sum: tensor<8x16xf32>, %qt: tensor<8x16xf32>, %kt: tensor<16x16xf32>, %bt: tensor<8x16xf32>) {
        %e = tensor.empty() : tensor<8x16xf32>
        %p = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%bt, %qt : tensor<8x16xf32>, tensor<8x16xf32>) outs(%e : tensor<8x16xf32>) {
        ^bb0(%u: f32, %w: f32, %v: f32):
          %0 = arith.addf %u, %w : f32
          linalg.yield %0 : f32
        } -> tensor<8x16xf32>
        %next = linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
            ins(%p, %kt : tensor<8x16xf32>, tensor<16x16xf32>) outs(%sum : tensor<8x16xf32>) -> tensor<8x16xf32>
        stream.yield %next : tensor<8x16xf32>
      }
      finish (%sum: tensor<8x16xf32>, %qt: tensor<8x16xf32>) {
        stream.yield %sum : tensor<8x16xf32>
      }
}

// -----

// Bounds of tiles: what does not move along the stream is looked through before it, once however often it is asked for; the
// rest before each step. What lies past the end of an axis does not count. NaN of a real element goes through both.
//
// CHECK-LABEL: kernel.entry @bounds
// CHECK:   %[[DLOW:.+]] = memref.alloc() : memref<i32>
// CHECK:   %[[DHIGH:.+]] = memref.alloc() : memref<i32>
// CHECK:   %[[XLOW:.+]] = memref.alloc() : memref<f32>
// CHECK:   %[[XHIGH:.+]] = memref.alloc() : memref<f32>
// CHECK:   %[[DTILE:.+]] = memref.alloc() : memref<8xi32>
// CHECK:   kernel.load %{{.+}}[%[[Q:.+]]] dims [0] into %[[DTILE]]
// CHECK:   %[[LEFT:.+]] = arith.subi %{{.+}}, %[[Q]]
// CHECK:   linalg.fill ins(%c2147483647_i32 : i32) outs(%[[DLOW]]
// CHECK:   linalg.fill ins(%c-2147483648_i32 : i32) outs(%[[DHIGH]]
// CHECK:   linalg.generic {{.*}} ["reduction"]} ins(%[[DTILE]] : memref<8xi32>) outs(%[[DLOW]], %[[DHIGH]] : memref<i32>, memref<i32>)
// CHECK:     %[[I:.+]] = linalg.index 0
// CHECK:     %[[COUNTS:.+]] = arith.cmpi slt, %[[I]], %[[LEFT]]
// CHECK:     arith.select %[[COUNTS]], %{{.+}}, %c2147483647_i32
// CHECK:     arith.select %[[COUNTS]], %{{.+}}, %c-2147483648_i32
// CHECK:     arith.minsi
// CHECK:     arith.maxsi
// CHECK:   memref.load %[[DLOW]][]
// CHECK:   scf.for %[[J:.+]] =
// CHECK-NOT: memref<8xi32>
// CHECK:     %[[XTILE:.+]] = memref.alloc() : memref<4xf32>
// CHECK:     kernel.load %{{.+}}[%[[J]]] dims [0] into %[[XTILE]] : memref<?xbf16, strided<[1]>>, memref<4xf32>
// CHECK:     linalg.generic {{.*}} ins(%[[XTILE]] : memref<4xf32>) outs(%[[XLOW]], %[[XHIGH]] :
// CHECK:       arith.minimumf
// CHECK:       arith.maximumf
// CHECK:     memref.load %[[DLOW]][]
// CHECK:     memref.load %[[XLOW]][]
// CHECK:     scf.if
kernel.entry @bounds attributes {operator_name = "bounds", sizes = ["T", "S"], params = {}, divides = {}, equals = {}, arrays = [
      {name = "d", axes = ["T"], elem = i32}, {name = "x", axes = ["S"], elem = bf16}, {name = "o", axes = ["T"], elem = f32, result}],
    form = "streaming", require = {}, product_type = f32} {
^bb0(%T: index, %S: index, %d: memref<?xi32, strided<[1]>>, %x: memref<?xbf16, strided<[1]>>, %o: memref<?xf32, strided<[1]>>):
  stream.loop parallel (T tile 8 size %T) stream (S tile 4 size %S)
      finals (%o [T] : memref<?xf32, strided<[1]>>)
      range () {
        %low, %high = stream.bounds %d ["T"] : memref<?xi32, strided<[1]>> -> index
        stream.yield %low, %high : index, index
      }
      classify () {
        %low, %high = stream.bounds %d ["T"] : memref<?xi32, strided<[1]>> -> index
        %least, %most = stream.bounds %x ["S"] : memref<?xbf16, strided<[1]>> -> f32
        %some = arith.cmpi slt, %low, %high : index
        %any = arith.cmpf ult, %least, %most : f32
        %both = arith.andi %some, %any : i1
        stream.yield %both, %some : i1, i1
      }
      init () {
        %zero = arith.constant 0.0 : f32
        %e = tensor.empty() : tensor<8xf32>
        %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<8xf32>) -> tensor<8xf32>
        stream.yield %zeros : tensor<8xf32>
      }
      absorb (%a: tensor<8xf32>) {
        %b = linalg.add ins(%a, %a : tensor<8xf32>, tensor<8xf32>) outs(%a : tensor<8xf32>) -> tensor<8xf32>
        stream.yield %b : tensor<8xf32>
      }
      finish (%a: tensor<8xf32>) {
        stream.yield %a : tensor<8xf32>
      }
}

// -----

// Scores are 0 above their diagonal: a product that has them as a factor says
// which of its loops are their rows and columns.
//
// CHECK-LABEL: kernel.entry @scores
// CHECK:     stream.scores {{.*}} outs(%[[P:.+]] : memref<32x32xf32>)
// CHECK:     linalg.contract {{.*}} {kernel.lower = array<i64: 0, 2>} ins(%[[P]], %{{.+}} :
kernel.entry @scores attributes {operator_name = "scores", sizes = ["T"], params = {D = 16 : i64}, divides = {}, equals = {}, arrays = [
    {name = "x", axes = ["T", "D"], elem = f32}, {name = "y", axes = ["T", "D"], elem = f32, result}], form = "chunkwise", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>):
  stream.loop
      parallel ()
      stream (T tile 32 size %T)
      streamed (%x [T, D] : memref<?x16xf32, strided<[?, 1]>>)
      results (%y [T, D] : memref<?x16xf32, strided<[?, 1]>>)
      init () {
        stream.yield
      }
      absorb (%xt: tensor<32x16xf32>) {
        %zero = arith.constant 0.0 : f32
        %e = tensor.empty() : tensor<32x32xf32>
        %p = stream.scores ins(%xt, %xt : tensor<32x16xf32>, tensor<32x16xf32>) outs(%e : tensor<32x32xf32>) -> tensor<32x32xf32>
        %o = tensor.empty() : tensor<32x16xf32>
        %f = linalg.fill ins(%zero : f32) outs(%o : tensor<32x16xf32>) -> tensor<32x16xf32>
        %r = linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
            ins(%p, %xt : tensor<32x32xf32>, tensor<32x16xf32>) outs(%f : tensor<32x16xf32>) -> tensor<32x16xf32>
        stream.yield %r : tensor<32x16xf32>
      }
      finish () {
        stream.yield
      }
}
