// RUN: seqmix-opt %s | seqmix-opt | FileCheck %s
// RUN: seqmix-opt %s -mlir-print-op-generic | seqmix-opt | FileCheck %s

// CHECK-LABEL: kernel.entry @linear
kernel.entry @linear attributes {operator_name = "linear", sizes = ["B", "T", "H", "HK"], params = {K = 16 : i64, V = 32 : i64},
    divides = {HK = "H"}, equals = {},
    arrays = [{name = "k", axes = ["B", "T", "HK", "K"], elem = f32}, {name = "v", axes = ["B", "T", "H", "V"], elem = f32},
              {name = "s0", axes = ["B", "H", "K", "V"], elem = f32},
              {name = "o", axes = ["B", "T", "H", "V"], elem = f32, result}, {name = "s", axes = ["B", "H", "K", "V"], elem = f32, result}],
    form = "chunkwise", require = {}, product_type = f32} {
^bb0(%B: index, %T: index, %H: index, %HK: index,
     %k: memref<?x?x?x16xf32, strided<[?, ?, ?, 1]>>, %v: memref<?x?x?x32xf32, strided<[?, ?, ?, 1]>>,
     %s0: memref<?x?x16x32xf32, strided<[?, ?, ?, 1]>>,
     %o: memref<?x?x?x32xf32, strided<[?, ?, ?, 1]>>, %s: memref<?x?x16x32xf32, strided<[?, ?, ?, 1]>>):
  // CHECK:      stream.loop
  // CHECK-NEXT:   parallel (B tile 1 size %{{.+}}, H tile 1 size %{{.+}})
  // CHECK-NEXT:   stream (T tile 8 size %{{.+}})
  // CHECK-NEXT:   resident (%[[S0:.+]] [B, H, K, V] : memref<?x?x16x32xf32, strided<[?, ?, ?, 1]>>)
  // CHECK-NEXT:   streamed (%{{.+}} [B, T, HK, K] : memref<{{.+}}>>,
  // CHECK-NEXT:       %{{.+}} [B, T, H, V] : memref<{{.+}}>>)
  // CHECK-NEXT:   results (%{{.+}} [B, T, H, V] : memref
  // CHECK-NEXT:   finals (%{{.+}} [B, H, K, V] : memref
  // CHECK-NEXT:   init (%[[A:.+]]: tensor<16x32xf32>) {
  // CHECK-NEXT:     stream.yield %[[A]] : tensor<16x32xf32>
  // CHECK-NEXT:   }
  // CHECK-NEXT:   absorb (%{{.+}}: tensor<16x32xf32>, %{{.+}}: tensor<16x32xf32>, %{{.+}}: tensor<8x16xf32>, %{{.+}}: tensor<8x32xf32>) {
  stream.loop
      parallel (B tile 1 size %B, H tile 1 size %H)
      stream (T tile 8 size %T)
      resident (%s0 [B, H, K, V] : memref<?x?x16x32xf32, strided<[?, ?, ?, 1]>>)
      streamed (%k [B, T, HK, K] : memref<?x?x?x16xf32, strided<[?, ?, ?, 1]>>,
                %v [B, T, H, V] : memref<?x?x?x32xf32, strided<[?, ?, ?, 1]>>)
      results (%o [B, T, H, V] : memref<?x?x?x32xf32, strided<[?, ?, ?, 1]>>)
      finals (%s [B, H, K, V] : memref<?x?x16x32xf32, strided<[?, ?, ?, 1]>>)
      init (%a: tensor<16x32xf32>) {
        stream.yield %a : tensor<16x32xf32>
      }
      absorb (%S: tensor<16x32xf32>, %a: tensor<16x32xf32>, %kt: tensor<8x16xf32>, %vt: tensor<8x32xf32>) {
        %e = tensor.empty() : tensor<8x16xf32>
        // CHECK: stream.pad ins(%{{.+}} : tensor<8x16xf32>) outs(%{{.+}} : tensor<8x16xf32>) dim 0 axis "T" value 0.000000e+00 -> tensor<8x16xf32>
        %kp = stream.pad ins(%kt : tensor<8x16xf32>) outs(%e : tensor<8x16xf32>) dim 0 axis "T" value 0.0 -> tensor<8x16xf32>
        // CHECK: stream.position "T"
        %p = stream.position "T"
        // CHECK: stream.position "B"
        %b = stream.position "B"
        // CHECK: stream.extent "T"
        %x = stream.extent "T"
        stream.yield %S, %vt : tensor<16x32xf32>, tensor<8x32xf32>
      }
      // CHECK: finish (%[[F:.+]]: tensor<16x32xf32>, %{{.+}}: tensor<16x32xf32>) {
      // CHECK-NEXT: stream.yield %[[F]] : tensor<16x32xf32>
      finish (%S: tensor<16x32xf32>, %a: tensor<16x32xf32>) {
        stream.yield %S : tensor<16x32xf32>
      }
  // CHECK:      stream.loop
  // CHECK-NEXT:   parallel (B tile 1 size %{{.+}}, H tile 4 group 8 size %{{.+}})
  // CHECK-NEXT:   stream (T tile 1 size
  stream.loop parallel (B tile 1 size %B, H tile 4 group 8 size %H) stream (T tile 1 size %T)
      init () {
        %z = arith.constant 0.0 : f32
        stream.yield %z : f32
      }
      absorb (%m: f32) {
        stream.yield %m : f32
      }
      finish (%m: f32) {
        stream.yield
      }
  // CHECK:      stream.loop
  // CHECK-NEXT:   parallel ()
  // CHECK-NEXT:   stream (T tile 1 size
  // CHECK-SAME:   attributes {note = "all regions"}
  // CHECK-NEXT:   range () {
  // CHECK:        classify () {
  // CHECK:        init () {
  // CHECK:        absorb (%{{.+}}: f32) {
  // CHECK:        absorb_full (%{{.+}}: f32) {
  // CHECK:        finish (%{{.+}}: f32) {
  stream.loop parallel () stream (T tile 1 size %T) attributes {note = "all regions"}
      range () {
        %c0 = arith.constant 0 : index
        %n = stream.extent "T"
        stream.yield %c0, %n : index, index
      }
      classify () {
        %true = arith.constant true
        stream.yield %true, %true : i1, i1
      }
      init () {
        %z = arith.constant 0.0 : f32
        stream.yield %z : f32
      }
      absorb (%m: f32) {
        stream.yield %m : f32
      }
      absorb_full (%m: f32) {
        stream.yield %m : f32
      }
      finish (%m: f32) {
        stream.yield
      }
}
