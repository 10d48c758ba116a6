// RUN: seqmix-opt %s --seqmix-expand-tile-ops --canonicalize | FileCheck %s
// RUN: seqmix-opt %s --seqmix-expand-tile-ops=keep=stream.solve,stream.cumsum | FileCheck %s --check-prefix=KEEP
// Numbers: test/Execution/Tile/tile-ops.mlir.

// In place there is nothing to copy: rows past the end are filled.
//
// CHECK-LABEL: func.func @pad
// CHECK-SAME:    %[[X:.+]]: memref<64x32xf32>, %[[N:.+]]: index
// CHECK-NOT:     linalg.copy
// CHECK:         scf.for %[[I:.+]] = %[[N]] to %{{.+}} step
// CHECK:           %[[ROW:.+]] = memref.subview %[[X]][%[[I]], 0] [1, 32] [1, 1]
// CHECK:           linalg.fill ins(%{{.+}} : f32) outs(%[[ROW]] :
func.func @pad(%x: memref<64x32xf32>, %n: index) {
  stream.pad ins(%x : memref<64x32xf32>) valid(%n) outs(%x : memref<64x32xf32>) dim 0 axis "T" value 1.0
  return
}

// A loop over rows; the floor; f64.
//
// CHECK-LABEL: func.func @cumsum
// CHECK-SAME:    %[[G:.+]]: memref<64x32xf32>, %[[O:.+]]: memref<64x32xf64>
// CHECK:         %[[FLOOR:.+]] = arith.constant -1.280000e+02 : f64
// CHECK:         scf.for %[[T:.+]] =
// CHECK:           %[[BEFORE:.+]] = memref.subview %[[O]][%{{.+}}, 0] [1, 32] [1, 1]
// CHECK:           %[[ROW:.+]] = memref.subview %[[O]][%[[T]], 0] [1, 32] [1, 1]
// CHECK:           linalg.generic {{.*}} ins(%[[BEFORE]], %{{.+}} : {{.*}}) outs(%[[ROW]] :
// CHECK:             arith.extf %{{.+}} : f32 to f64
// CHECK:             arith.maximumf %{{.+}}, %[[FLOOR]] : f64
// CHECK:             arith.addf %{{.+}} : f64
//
// KEEP-LABEL: func.func @cumsum
// KEEP: stream.cumsum
func.func @cumsum(%g: memref<64x32xf32>, %o: memref<64x32xf64>) {
  stream.cumsum ins(%g : memref<64x32xf32>) outs(%o : memref<64x32xf64>)
  return
}

// The first row from the init, then a loop over rows.
//
// CHECK-LABEL: func.func @cummax
// CHECK-SAME:    %{{.+}}: memref<64xf32>, %[[INIT:.+]]: memref<f32>, %[[O:.+]]: memref<64xf32>
// CHECK:         linalg.generic {{.*}} ins(%[[INIT]], %{{.+}} :
// CHECK:           arith.addf
// CHECK:           arith.maximumf
// CHECK:         scf.for %[[T:.+]] =
// CHECK:           memref.subview %[[O]][%{{.+}}] [1] [1]
// CHECK:           linalg.generic
func.func @cummax(%a: memref<64xf32>, %i: memref<f32>, %o: memref<64xf32>) {
  stream.cummax ins(%a, %a : memref<64xf32>, memref<64xf32>) init(%i : memref<f32>) outs(%o : memref<64xf32>)
  return
}

// Rows of one token do not see each other.
//
// CHECK-LABEL: func.func @group_scores
// CHECK:         linalg.contract
// CHECK:         linalg.generic
// CHECK:         %[[ROW:.+]] = linalg.index 0
// CHECK:         %[[FIRST:.+]] = arith.andi %[[ROW]], %{{.+}} : index
// CHECK:         arith.cmpi ult, %{{.+}}, %[[FIRST]] : index
func.func @group_scores(%x: memref<64x32xf32>, %o: memref<64x64xf32>) {
  stream.scores group 4 ins(%x, %x : memref<64x32xf32>, memref<64x32xf32>) outs(%o : memref<64x64xf32>)
  return
}

// A gate a token: one product, needed below the diagonal; the exponent of a masked pair becomes 0 before it
// is evaluated.
//
// CHECK-LABEL: func.func @token_scores
// CHECK-NOT:     scf.for
// CHECK:         linalg.contract {{.*}} {kernel.lower = array<i64: 0, 1>}
// CHECK-NOT:     scf.for
// CHECK:         linalg.generic
// CHECK:           %[[BELOW:.+]] = arith.cmpi ult
// CHECK:           %[[D:.+]] = arith.subf %{{.+}} : f64
// CHECK:           %[[F:.+]] = arith.truncf %[[D]] : f64 to f32
// CHECK:           %[[E:.+]] = arith.select %[[BELOW]], %[[F]], %{{.+}} : f32
// CHECK:           math.exp %[[E]] : f32
// CHECK:           arith.select %[[BELOW]]
func.func @token_scores(%x: memref<64x32xf32>, %a: memref<64xf64>, %b: memref<64xf64>, %o: memref<64x64xf32>) {
  stream.scores ins(%x, %x : memref<64x32xf32>, memref<64x32xf32>) gates(%a, %b : memref<64xf64>, memref<64xf64>) outs(%o : memref<64x64xf32>)
  return
}

// A gate a channel: the whole tile where the gates span little, else blocks.
//
// CHECK-LABEL: func.func @channel_scores
// CHECK:         %[[SPAN:.+]] = memref.load %{{.+}}[] : memref<f32>
// CHECK:         %[[NARROW:.+]] = arith.cmpf olt, %[[SPAN]], %{{.+}} : f32
// CHECK:         scf.if %[[NARROW]] {
// CHECK:           linalg.contract {{.*}} outs(%{{.+}} : memref<64x64xf32>)
// CHECK:         } else {
// CHECK:           scf.for
// CHECK:             scf.for
// CHECK:               linalg.contract {{.*}} outs(%{{.+}} : memref<16x16xf32,
// CHECK:           scf.for
// CHECK:             scf.if
// CHECK:               linalg.contract {{.*}} outs(%{{.+}} : memref<16x16xf32,
// CHECK:             } else {
// CHECK:               linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction"]
func.func @channel_scores(%x: memref<64x32xf32>, %a: memref<64x32xf64>, %o: memref<64x64xf32>) {
  stream.scores diagonal ins(%x, %x : memref<64x32xf32>, memref<64x32xf32>) gates(%a, %a : memref<64x32xf64>, memref<64x32xf64>) outs(%o : memref<64x64xf32>)
  return
}

// The factors in one product where no gate reaches far; without them blocks, and no square of the whole tile.
//
// CHECK-LABEL: func.func @factored_scores
// CHECK-SAME:    %[[X:[^:]+]]: memref<64x32xf32>, %{{.+}}: memref<64x32xf64>, %[[F:[^:]+]]: memref<64x32xbf16>, %[[O:.+]]: memref<64x64xf32>
// CHECK:         math.absf
// CHECK:         %[[NEAR:.+]] = arith.cmpf olt, %{{.+}}, %{{.+}} : f32
// CHECK:         scf.if %[[NEAR]] {
// CHECK:           linalg.contract {{.*}} ins(%[[F]], %[[F]] : memref<64x32xbf16>, memref<64x32xbf16>) outs(%[[O]] :
// CHECK:           arith.negf
// CHECK:         } else {
// CHECK-NOT:       outs(%{{.+}} : memref<64x32xf32>)
// CHECK:           scf.for
// CHECK:             linalg.contract {{.*}} outs(%{{.+}} : memref<16x16xf32,
func.func @factored_scores(%x: memref<64x32xf32>, %a: memref<64x32xf64>, %f: memref<64x32xbf16>, %o: memref<64x64xf32>) {
  stream.scores negative ins(%x, %x : memref<64x32xf32>, memref<64x32xf32>) gates(%a, %a : memref<64x32xf64>, memref<64x32xf64>)
      factors(%f, %f : memref<64x32xbf16>, memref<64x32xbf16>) outs(%o : memref<64x64xf32>)
  return
}

// With a gate a token the rows go into the product as they are, and the factors save the exponentials of pairs.
//
// CHECK-LABEL: func.func @factored_token_scores
// CHECK-SAME:    %[[X:[^:]+]]: memref<64x32xf32>, %[[A:[^:]+]]: memref<64xf64>, %[[F:[^:]+]]: memref<64xf32>, %[[O:.+]]: memref<64x64xf32>
// CHECK:         linalg.contract {{.*}} ins(%[[X]], %[[X]] : {{.*}}) outs(%[[O]] :
// CHECK:         scf.if
// CHECK:           linalg.generic {{.*}} ins(%[[F]], %[[F]] : {{.*}}) outs(%[[O]] :
// CHECK-NOT:       math.exp
// CHECK:         } else {
// CHECK:           linalg.generic {{.*}} ins(%[[A]], %[[A]] : {{.*}}) outs(%[[O]] :
// CHECK:           math.exp
func.func @factored_token_scores(%x: memref<64x32xf32>, %a: memref<64xf64>, %f: memref<64xf32>, %o: memref<64x64xf32>) {
  stream.scores diagonal ins(%x, %x : memref<64x32xf32>, memref<64x32xf32>) gates(%a, %a : memref<64xf64>, memref<64xf64>)
      factors(%f, %f : memref<64xf32>, memref<64xf32>) outs(%o : memref<64x64xf32>)
  return
}

// CHECK-LABEL: func.func @apply
// CHECK:         scf.if
// CHECK:           linalg.contract {{.*}} outs(%{{.+}} : memref<64x32xf32>)
// CHECK:         } else {
// CHECK:           scf.for
func.func @apply(%p: memref<64x64xf32>, %x: memref<64x32xf32>, %a: memref<64x32xf64>, %o: memref<64x32xf32>) {
  stream.apply ins(%p, %x : memref<64x64xf32>, memref<64x32xf32>) gates(%a, %a : memref<64x32xf64>, memref<64x32xf64>) outs(%o : memref<64x32xf32>)
  return
}

// The inverses of the diagonal blocks, row after row; then block after block, each taken out of those after it.
//
// CHECK-LABEL: func.func @solve
// CHECK-DAG:     %[[LOWER:.+]] = memref.alloc() : memref<4x16x16xf32>
// CHECK-DAG:     %[[INVERSE:.+]] = memref.alloc() : memref<4x16x16xf32>
// CHECK:         scf.for
// CHECK:           linalg.copy
// CHECK:         scf.for
// CHECK:           linalg.generic
// CHECK:         arith.negf
// CHECK:         scf.for
// CHECK:           linalg.generic
// CHECK:           scf.for
// CHECK:             linalg.contract
// CHECK:           } {kernel.rows}
//
// KEEP-LABEL: func.func @solve
// KEEP: stream.solve
func.func @solve(%n: memref<64x64xf32>, %r: memref<64x32xf32>) {
  stream.solve ins(%n, %r : memref<64x64xf32>, memref<64x32xf32>) outs(%r : memref<64x32xf32>)
  return
}

// Where products round to bf16, both factors of those between blocks are split: one product of three times the depth.
//
// CHECK-LABEL: kernel.entry @rounded_solve
// CHECK:         scf.for
// CHECK:           %[[MINUS:.+]] = arith.negf
// CHECK:           %[[HIGH:.+]] = arith.truncf %[[MINUS]] : f32 to bf16
// CHECK:           %[[WIDE:.+]] = arith.extf %[[HIGH]] : bf16 to f32
// CHECK:           %[[REST:.+]] = arith.subf %[[MINUS]], %[[WIDE]] : f32
// CHECK:           %[[LOW:.+]] = arith.truncf %[[REST]] : f32 to bf16
// CHECK:           linalg.yield %[[HIGH]], %[[HIGH]], %[[LOW]] : bf16, bf16, bf16
// CHECK:         scf.for
// CHECK:           linalg.yield %{{.+}}, %{{.+}}, %{{.+}} : bf16, bf16, bf16
// CHECK:           scf.for
// CHECK:             linalg.contract {{.*}} ins(%{{.+}}, %{{.+}} : memref<16x48xbf16, {{.+}}>, memref<48x32xbf16>)
// CHECK-NOT:         linalg.contract
kernel.entry @rounded_solve attributes {operator_name = "rounded_solve", sizes = [], params = {}, divides = {}, equals = {}, arrays = [],
    form = "chunkwise", require = {}, product_type = bf16} {
  %n = memref.alloc() : memref<64x64xf32>
  %r = memref.alloc() : memref<64x32xf32>
  stream.solve ins(%n, %r : memref<64x64xf32>, memref<64x32xf32>) outs(%r : memref<64x32xf32>)
}
