// Attention as a stream over key tiles.
// RUN: seqmix-opt %s --seqmix-derive --seqmix-fuse-elementwise --canonicalize --cse --split-input-file | FileCheck %s
// RUN: seqmix-opt %s --seqmix-derive="query-tile=32 key-tile=16" --split-input-file | FileCheck %s --check-prefix=TILES
// RUN: seqmix-opt %s --seqmix-derive --split-input-file | seqmix-opt --split-input-file -o /dev/null

// No score, no mask: every tile is full but the last; the same axis on both sides stays one array's.
// CHECK-LABEL: kernel.entry @seqmix_plain
// CHECK-SAME:    form = "streaming"
// CHECK-SAME:    report = ["streams over tiles of 64 keys for tiles of 64 queries; no mask"]
// CHECK:         parallel (B tile 1 size %{{.*}}, H tile 1 size %{{.*}}, T tile 64 size %{{.*}})
// CHECK-NEXT:    stream (S tile 64 size %{{.*}})
// CHECK-NEXT:    resident (%{{.*}} [B, T, H, K]
// CHECK-NEXT:    streamed (%{{.*}} [B, S, HK, K] : {{.*}},
// CHECK-NEXT:        %{{.*}} [B, S, HK, V]
// CHECK-NEXT:    finals (%{{.*}} [B, T, H, V] : {{.*}},
// CHECK-NEXT:        %{{.*}} [B, T, H]
// CHECK-NOT:     range
// CHECK:         classify () {
// CHECK-NEXT:      stream.yield %true, %true
// The carry: the sum so far, the largest score, the denominator.
// CHECK:         init (
// CHECK:           stream.yield %{{.*}}, %{{.*}}, %{{.*}} : tensor<64x32xf32>, tensor<64xf32>, tensor<64xf32>
// CHECK:         absorb (%[[SUM:.*]]: tensor<64x32xf32>, %[[M:.*]]: tensor<64xf32>, %[[L:.*]]: tensor<64xf32>, %[[Q:.*]]: tensor<64x16xf32>, %[[K:.*]]: tensor<64x16xf32>, %[[V:.*]]: tensor<64x32xf32>) {
// CHECK:           linalg.contract {{.*}} ins(%[[Q]], %[[K]] :
// Keys past the end are not allowed.
// CHECK:           arith.cmpi slt
// CHECK:           arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK:           arith.maxnumf
// CHECK:           linalg.contract {{.*}}, %[[V]] :
// CHECK:           stream.yield
// A full tile asks nothing.
// CHECK:         absorb_full (
// CHECK-NOT:       arith.cmpi slt
// CHECK:           linalg.contract
// CHECK:           linalg.contract
// CHECK:           stream.yield
// CHECK:         finish (
// CHECK:           math.log
// CHECK:           stream.yield %{{.*}}, %{{.*}} : tensor<64x32xf32>, tensor<64xf32>
// CHECK-NOT:   seq.

// TILES-LABEL: kernel.entry @seqmix_plain
// TILES-SAME:    streams over tiles of 16 keys for tiles of 32 queries
// TILES:         T tile 32 size
// TILES-NEXT:    stream (S tile 16
seq.operator @plain params(K = 16, V = 32) sizes(B, T, S, H, HK divides H)
    (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V]) -> (o: [B, T, H, V], lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K]) value(%v : [B, S, HK, V])
      normaliser "softmax" -> ([B, T, H, V], [B, T, H])
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}

// -----

// Operands read by the regions: at one element a tile they are loaded there; along a sequence they come as tiles. What is
// computed around the mixer goes into init, absorb and finish.
// CHECK-LABEL: kernel.entry @seqmix_reads
// CHECK:         resident (%{{.*}} [T, K] : {{.*}},
// CHECK-NEXT:        %{{.*}} [T, K] : {{.*}},
// CHECK-NEXT:        %{{.*}} [T] : memref<?xi32
// CHECK-NEXT:    streamed (%{{.*}} [S, K] : {{.*}},
// CHECK-NEXT:        %{{.*}} [S] : memref<?xi32
// CHECK:         absorb (%{{.*}}: tensor<64x16xf32>, %{{.*}}: tensor<64xf32>, %{{.*}}: tensor<64xf32>, %[[Q:.*]]: tensor<64x16xf32>, %{{.*}}: tensor<64x16xf32>, %[[DI:.*]]: tensor<64xi32>, %[[K:.*]]: tensor<64x16xf32>, %[[DJ:.*]]: tensor<64xi32>) {
// CHECK:           %[[TANH:.*]] = linalg.generic {{.*}} ins(%[[Q]] :
// CHECK:           %[[P:.*]] = linalg.contract {{.*}} ins(%[[TANH]], %[[K]] :
// CHECK:           memref.load %{{.*}}[] : memref<f32>
// CHECK:           linalg.generic {{.*}} ins(%[[P]], %[[DI]], %[[DJ]] :
// CHECK:           arith.cmpi eq
// CHECK:         absorb_full (
// CHECK-NOT:       arith.cmpi eq
// CHECK:         finish
// CHECK:           math.exp
seq.operator @reads params(K = 16) sizes(T, S = T)
    (%q: [T, K], %k: [S, K], %z: [T, K], %slope: [], %doc: [T] x i32) -> (o: [T, K]) {
  %t = seq.tanh %q : [T, K]
  %o = seq.attention over "T", "S" query(%t : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    score(%s, %i, %j) {
      %a = seq.at %slope[] : []
      %sa = seq.mul %s, %a : [], []
      seq.yield out(%sa : [])
    } mask(%i, %j) {
      %di = seq.at %doc[%i] : [T] x i32
      %dj = seq.at %doc[%j] : [T] x i32
      %m = seq.eq %di, %dj : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  %e = seq.exp %z : [T, K]
  %y = seq.mul %o, %e : [T, K], [T, K]
  seq.return %y : [T, K]
}
