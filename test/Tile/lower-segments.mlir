// RUN: seqmix-opt %s --seqmix-lower-stream --canonicalize --split-input-file | FileCheck %s

// Sequences one after the other: a task each. Positions are limited to the axis, arrays are views of the sequence, and
// the stream is as long as it is.
//
// CHECK-LABEL: kernel.entry @recurrence
// CHECK: ^bb0(%[[B:.+]]: index, %[[T:.+]]: index, %[[N:.+]]: index, %[[X:.+]]: memref<?x?xf32{{.*}}>, %[[H0:.+]]: memref<?xf32{{.*}}>, %[[CU:.+]]: memref<?xi32{{.*}}>, %[[Y:.+]]: memref<?x?xf32{{.*}}>):
// CHECK-DAG: %[[C0:.+]] = arith.constant 0 : index
// CHECK-DAG: %[[C1:.+]] = arith.constant 1 : index
// CHECK: kernel.parallel grid(%[[N]], %[[B]]) {
// CHECK: ^bb0(%[[NI:.+]]: index, %[[BI:.+]]: index,
// CHECK:   %[[FROM:.+]] = memref.load %[[CU]][%[[NI]]]
// CHECK:   %[[FROM1:.+]] = arith.index_cast %[[FROM]]
// CHECK:   %[[FROM2:.+]] = arith.maxsi %[[FROM1]], %[[C0]]
// CHECK:   %[[FIRST:.+]] = arith.minsi %[[FROM2]], %[[T]]
// CHECK:   %[[NEXT:.+]] = arith.addi %[[NI]], %[[C1]]
// CHECK:   %[[NEXT1:.+]] = arith.minsi %[[NEXT]], %
// CHECK:   %[[TO:.+]] = memref.load %[[CU]][%[[NEXT1]]]
// CHECK:   %[[TO1:.+]] = arith.index_cast %[[TO]]
// CHECK:   %[[TO2:.+]] = arith.maxsi %[[TO1]], %[[FIRST]]
// CHECK:   %[[END:.+]] = arith.minsi %[[TO2]], %[[T]]
// CHECK:   %[[LENGTH:.+]] = arith.subi %[[END]], %[[FIRST]]
// CHECK:   %[[XV:.+]] = memref.subview %[[X]][0, %[[FIRST]]] [%{{.+}}, %[[LENGTH]]] [1, 1]
// CHECK:   %[[YV:.+]] = memref.subview %[[Y]][0, %[[FIRST]]] [%{{.+}}, %[[LENGTH]]] [1, 1]
// CHECK:   kernel.load %[[H0]][%[[NI]]] dims []
// CHECK:   scf.for %[[TI:.+]] = %[[C0]] to %[[LENGTH]] step %[[C1]] {
// CHECK:     kernel.load %[[XV]][%[[BI]], %[[TI]]] dims []
// CHECK:     kernel.store %{{.+}} into %[[YV]][%[[BI]], %[[TI]]] dims []
kernel.entry @recurrence attributes {operator_name = "o", sizes = ["B", "T", "N"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["B", "T"], elem = f32}, {name = "h0", axes = ["N"], elem = f32}, {name = "cu", axes = ["N + 1"], elem = i32},
              {name = "y", axes = ["B", "T"], elem = f32, result}],
    packed = {batch = "B", count = "N", offsets = "cu", total = "T"}, form = "sequential", require = {B = 1}, product_type = f32} {
^bb0(%B: index, %T: index, %N: index, %x: memref<?x?xf32, strided<[?, 1]>>, %h0: memref<?xf32, strided<[1]>>, %cu: memref<?xi32, strided<[1]>>, %y: memref<?x?xf32, strided<[?, 1]>>):
  stream.loop parallel (N tile 1 size %N, B tile 1 size %B) stream (T tile 1 size %T)
      segments (N of [T] at %cu : memref<?xi32, strided<[1]>>)
      resident (%h0 [N] : memref<?xf32, strided<[1]>>) streamed (%x [B, T] : memref<?x?xf32, strided<[?, 1]>>)
      results (%y [B, T] : memref<?x?xf32, strided<[?, 1]>>)
      init (%s: tensor<f32>) {
        stream.yield %s : tensor<f32>
      }
      absorb (%s: tensor<f32>, %h: tensor<f32>, %t: tensor<f32>) {
        %n = linalg.add ins(%s, %t : tensor<f32>, tensor<f32>) outs(%s : tensor<f32>) -> tensor<f32>
        stream.yield %n, %n : tensor<f32>, tensor<f32>
      }
      finish (%s: tensor<f32>, %h: tensor<f32>) {
        stream.yield
      }
}

// -----

// Tiles of sequences: the grid counts slots, and a task finds its sequence by bisection. A slot past a sequence's end has
// nothing to do.
//
// CHECK-LABEL: kernel.entry @tiles
// CHECK: ^bb0(%[[B:.+]]: index, %[[T:.+]]: index, %[[N:.+]]: index,
// CHECK-DAG: %[[C1:.+]] = arith.constant 1 : index
// CHECK-DAG: %[[C8:.+]] = arith.constant 8 : index
// CHECK: %[[TILES:.+]] = arith.ceildivui %[[T]], %[[C8]]
// CHECK: %[[SLOTS:.+]] = arith.addi %[[TILES]], %[[N]]
// CHECK: kernel.parallel grid(%[[C1]], %[[B]], %[[SLOTS]]) {
// CHECK: ^bb0(%{{.+}}: index, %{{.+}}: index, %[[SLOT:.+]]: index,
// CHECK:   %[[FOUND:.+]]:2 = scf.for {{.*}} iter_args(%[[LOW:.+]] = %{{.+}}, %[[HIGH:.+]] = %[[N]])
// CHECK:     %[[SUM:.+]] = arith.addi %[[LOW]], %[[HIGH]]
// CHECK:     %[[MIDDLE:.+]] = arith.divui %[[SUM]]
// CHECK:     %[[OPEN:.+]] = arith.cmpi ult, %[[LOW]], %[[MIDDLE]]
// CHECK:     scf.if %[[OPEN]]
// CHECK:       memref.load
// CHECK:       %[[START:.+]] = arith.addi %{{.+}}, %[[MIDDLE]]
// CHECK:       arith.cmpi ugt, %[[START]], %[[SLOT]]
// CHECK:   memref.load %{{.+}}[%[[FOUND]]#0]
// CHECK:   %[[PLACE:.+]] = arith.subi %[[SLOT]], %
// CHECK:   %[[POSITION:.+]] = arith.muli %[[PLACE]], %[[C8]]
// CHECK:   %[[END:.+]] = arith.minsi %{{.+}}, %[[T]]
// CHECK:   %[[END:.+]] = arith.minsi %{{.+}}, %[[T]]
// CHECK-NEXT: %[[LENGTH:.+]] = arith.subi %[[END]],
// CHECK-NEXT: %[[EXISTS:.+]] = arith.cmpi ult, %[[POSITION]], %[[LENGTH]]
// CHECK:   scf.if %[[EXISTS]] {
// CHECK:     memref.subview
// CHECK:     scf.for
kernel.entry @tiles attributes {operator_name = "o", sizes = ["B", "T", "N"], params = {}, divides = {}, equals = {S = "T"},
    arrays = [{name = "q", axes = ["B", "T"], elem = f32}, {name = "k", axes = ["B", "S"], elem = f32}, {name = "cu", axes = ["N + 1"], elem = i32},
              {name = "o", axes = ["B", "T"], elem = f32, result}],
    packed = {batch = "B", count = "N", offsets = "cu", total = "T"}, form = "streaming", require = {B = 1}, product_type = f32} {
^bb0(%B: index, %T: index, %N: index, %q: memref<?x?xf32, strided<[?, 1]>>, %k: memref<?x?xf32, strided<[?, 1]>>, %cu: memref<?xi32, strided<[1]>>, %o: memref<?x?xf32, strided<[?, 1]>>):
  stream.loop parallel (N tile 1 size %N, B tile 1 size %B, T tile 8 size %T) stream (S tile 8 size %T)
      segments (N of [T, S] at %cu : memref<?xi32, strided<[1]>>)
      resident (%q [B, T] : memref<?x?xf32, strided<[?, 1]>>) streamed (%k [B, S] : memref<?x?xf32, strided<[?, 1]>>)
      finals (%o [B, T] : memref<?x?xf32, strided<[?, 1]>>)
      init (%s: tensor<8xf32>) {
        stream.yield %s : tensor<8xf32>
      }
      absorb (%s: tensor<8xf32>, %h: tensor<8xf32>, %t: tensor<8xf32>) {
        %n = linalg.add ins(%s, %t : tensor<8xf32>, tensor<8xf32>) outs(%s : tensor<8xf32>) -> tensor<8xf32>
        stream.yield %n : tensor<8xf32>
      }
      finish (%s: tensor<8xf32>, %h: tensor<8xf32>) {
        stream.yield %s : tensor<8xf32>
      }
}
