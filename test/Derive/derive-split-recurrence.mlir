// RUN: seqmix-opt %s --seqmix-derive="split=4 chunk=32" --canonicalize --cse --split-input-file | FileCheck %s
// RUN: seqmix-opt %s --seqmix-derive="split=4 chunk=32 packed" --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=PACKED
// RUN: seqmix-opt %s --seqmix-derive="split=4 value-tile=16" --split-input-file | seqmix-opt --split-input-file -o /dev/null

// Decays along both axes: what a part does to the state is a factor a key and a factor a value channel.
//
// CHECK-LABEL: kernel.entry @seqmix_decay
// CHECK-SAME:    may_alias = "s0"
// CHECK-SAME:    form = "chunkwise"
// CHECK-SAME:    "the sequence is split into at most 4 parts of at least 256 tokens, whose maps of the state are composed in order"
// CHECK:       ^bb0(%[[B:.+]]: index, %[[T:.+]]: index, %q: {{.*}}, %k: {{.*}}, %v: {{.*}}, %g: {{.*}}, %h: {{.*}}, %s0: {{.*}}, %o: {{.*}}, %s: {{.*}}):
// CHECK-DAG:     %[[C4:.+]] = arith.constant 4 : index
// CHECK-DAG:     %[[C32:.+]] = arith.constant 32 : index
// CHECK-DAG:     %[[ZERO:.+]] = arith.constant 0.0{{.*}} : f32
// CHECK-DAG:     %[[ONE:.+]] = arith.constant 1.0{{.*}} : f32
// CHECK:         arith.minui %{{.*}}, %[[C4]]
// CHECK:         %[[CHUNKS:.+]] = arith.ceildivui %{{.*}}, %[[C32]]
// CHECK:         %[[LENGTH:.+]] = arith.muli %[[CHUNKS]], %[[C32]]
// CHECK:         %[[PARTS:.+]] = arith.ceildivui %{{.*}}, %[[LENGTH]]
// CHECK:         %[[REST:.+]] = memref.alloc(%[[PARTS]], %[[B]]) : memref<?x?x16x24xf32>
// CHECK:         %[[KEY:.+]] = memref.alloc(%[[PARTS]], %[[B]]) : memref<?x?x16xf32>
// CHECK:         %[[VALUE:.+]] = memref.alloc(%[[PARTS]], %[[B]]) : memref<?x?x24xf32>
// CHECK:         %[[BEFORE:.+]] = memref.alloc(%[[PARTS]], %[[B]]) : memref<?x?x16x24xf32>
// Each part, from a state of zeros. It loads what it needs: no q.
// CHECK:         stream.loop
// CHECK-NEXT:      parallel (B tile 1 size %[[B]], PARTS tile 1 size %[[PARTS]])
// CHECK-NEXT:      stream (T tile 32 size %[[T]])
// CHECK-NEXT:      streamed (%k [B, T, K]
// CHECK-NEXT:          %v [B, T, V]
// CHECK-NEXT:          %g [B, T, K]
// CHECK-NEXT:          %h [B, T, V] : {{.*}})
// CHECK-NEXT:      finals (%[[REST]] [PARTS, B, K, V]
// CHECK-NEXT:          %[[KEY]] [PARTS, B, K]
// CHECK-NEXT:          %[[VALUE]] [PARTS, B, V] : {{.*}})
// CHECK:           range () {
// CHECK-NEXT:        %[[PART:.+]] = stream.position "PARTS"
// CHECK-NEXT:        %[[FIRST:.+]] = arith.muli %[[PART]], %[[LENGTH]]
// CHECK-NEXT:        %[[END:.+]] = arith.addi %[[FIRST]], %[[LENGTH]]
// CHECK-NEXT:        stream.yield %[[FIRST]], %[[END]]
// CHECK:           init () {
// CHECK-DAG:         %[[NONE:.+]] = linalg.fill ins(%[[ZERO]] : f32) outs(%{{.*}} : tensor<16x24xf32>)
// CHECK-DAG:         %[[SAME:.+]] = linalg.fill ins(%[[ONE]] : f32) outs(%{{.*}} : tensor<16xf32>)
// CHECK-DAG:         %[[SAMEV:.+]] = linalg.fill ins(%[[ONE]] : f32) outs(%{{.*}} : tensor<24xf32>)
// CHECK:             stream.yield %[[NONE]], %[[SAME]], %[[SAMEV]]
// CHECK:           absorb (%{{.*}}: tensor<16x24xf32>, %[[DK:.+]]: tensor<16xf32>, %[[DV:.+]]: tensor<24xf32>,
// CHECK-NOT:         stream.scores
// CHECK:             linalg.generic {{.*}} ins(%[[DK]], %{{.*}} : tensor<16xf32>, tensor<16xf32>)
// CHECK:               arith.mulf
// CHECK:             linalg.generic {{.*}} ins(%[[DV]], %{{.*}} : tensor<24xf32>, tensor<24xf32>)
// CHECK:               arith.mulf
// The parts in their order: each begins with what those before it leave.
// CHECK:         stream.loop
// CHECK-NEXT:      parallel (B tile 1 size %[[B]])
// CHECK-NEXT:      stream (PARTS tile 1 size %[[PARTS]])
// CHECK-NEXT:      resident (%s0 [B, K, V] : {{.*}})
// CHECK-NEXT:      streamed (%[[REST]] [PARTS, B, K, V]
// CHECK-NEXT:          %[[KEY]] [PARTS, B, K]
// CHECK-NEXT:          %[[VALUE]] [PARTS, B, V] : {{.*}})
// CHECK-NEXT:      results (%[[BEFORE]] [PARTS, B, K, V] : {{.*}})
// CHECK-NEXT:      finals (%s [B, K, V] : {{.*}})
// CHECK:           absorb (%[[S:.+]]: tensor<16x24xf32>, %{{.*}}: tensor<16x24xf32>, %[[N:.+]]: tensor<16x24xf32>, %[[DK:.+]]: tensor<16xf32>, %[[DV:.+]]: tensor<24xf32>) {
// CHECK:             linalg.generic {{.*}} ins(%[[S]], %[[DK]] :
// CHECK:             linalg.generic {{.*}} ins(%{{.*}}, %[[DV]] :
// CHECK:             %[[NEXT:.+]] = linalg.generic {{.*}} ins(%{{.*}}, %[[N]] :
// CHECK:               arith.addf
// CHECK:             stream.yield %[[NEXT]], %[[S]]
// Each part again, from there.
// CHECK:         stream.loop
// CHECK-NEXT:      parallel (B tile 1 size %[[B]], PARTS tile 1 size %[[PARTS]])
// CHECK-NEXT:      stream (T tile 32 size %[[T]])
// CHECK-NEXT:      resident (%[[BEFORE]] [PARTS, B, K, V] : {{.*}})
// CHECK-NEXT:      streamed (%q [B, T, K]
// CHECK:           results (%o [B, T, V] : {{.*}})
// CHECK-NEXT:      range () {
// CHECK:           init (%[[S0:.+]]: tensor<16x24xf32>) {
// CHECK-NEXT:        stream.yield %[[S0]]
// CHECK:             stream.scores
// CHECK-NOT:     stream.loop
// CHECK:       kernel.entry @seqmix_decay_step

// Packed, each sequence is cut by its own length; what parts leave has the number of sequences in place of the batch.
//
// PACKED-LABEL: kernel.entry @seqmix_decay
// PACKED:       ^bb0(%[[B:.+]]: index, %[[T:.+]]: index, %[[N:.+]]: index, %q: {{.*}}, %cu_seqlens: memref<?xi32, strided<[1]>>, %o: {{.*}}):
// PACKED-DAG:     %[[C32:.+]] = arith.constant 32 : index
// PACKED-DAG:     %[[C256:.+]] = arith.constant 256 : index
// PACKED:         %[[WISH:.+]] = arith.minui
// PACKED-NEXT:    %[[PARTS:.+]] = arith.maxui %[[WISH]],
// PACKED:         %[[REST:.+]] = memref.alloc(%[[PARTS]], %[[N]]) : memref<?x?x16x24xf32>
// PACKED:         stream.loop
// PACKED-NEXT:      parallel (N tile 1 size %[[N]], B tile 1 size %[[B]], PARTS tile 1 size %[[PARTS]])
// PACKED-NEXT:      stream (T tile 32 size %[[T]])
// PACKED-NEXT:      segments (N of [T] at %cu_seqlens
// PACKED:           finals (%[[REST]] [PARTS, N, K, V]
// PACKED:           range () {
// PACKED-NEXT:        %[[PART:.+]] = stream.position "PARTS"
// PACKED-NEXT:        %[[OWN:.+]] = stream.extent "T"
// PACKED-NEXT:        %[[FIT:.+]] = arith.divui %[[OWN]], %[[C256]]
// PACKED-NEXT:        %[[MOST:.+]] = arith.minui %[[FIT]], %[[PARTS]]
// PACKED:             arith.ceildivui %[[OWN]],
// PACKED:             %[[LENGTH:.+]] = arith.muli %{{.*}}, %[[C32]]
// PACKED-NEXT:        arith.muli %[[PART]], %[[LENGTH]]
// PACKED:         stream.loop
// PACKED-NEXT:      parallel (N tile 1 size %[[N]], B tile 1 size %[[B]])
// PACKED-NEXT:      stream (PARTS tile 1 size %[[PARTS]])
// PACKED-NEXT:      resident (%s0 [N, K, V]
// PACKED:           finals (%s [N, K, V]
// PACKED:         stream.loop
// PACKED:           segments (N of [T] at %cu_seqlens
// PACKED:           results (%o [B, T, V]
seq.operator @decay params(K = 16, V = 24) sizes(B, T)
    (%q: [B, T, K], %k: [B, T, K], %v: [B, T, V], %g: [B, T, K], %h: [B, T, V], %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, K], %kt: [K] = %k : [B, T, K], %vt: [V] = %v : [B, T, V], %gt: [K] = %g : [B, T, K], %ht: [V] = %h : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %a = seq.exp %gt : [K]
    %b = seq.exp %ht : [V]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %S2 = seq.mul %S1, %b : [K, V], [V]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S3 = seq.add %S2, %kv : [K, V], [K, V]
    %y = seq.dot %S3, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S3 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A write that depends on the state: the map is a matrix, found by the chunk's own solve on the identity; a decay along V beside it
// stays a factor. The name PARTS is taken. The initial state is read by the step, too: the final one is not put in its place.
//
// CHECK-LABEL: kernel.entry @seqmix_erase
// CHECK-NOT:     may_alias
// CHECK:       ^bb0
// CHECK:         memref.alloc({{.*}}) : memref<?x?x16x24xf32>
// CHECK:         %[[M:.+]] = memref.alloc({{.*}}) : memref<?x?x16x16xf32>
// CHECK:         %[[VALUE:.+]] = memref.alloc({{.*}}) : memref<?x?x24xf32>
// CHECK:         stream.loop
// CHECK:           finals (%{{.*}} [PARTS_, B, PARTS, V]
// CHECK-NEXT:          %[[M]] [PARTS_, B, PARTS, "PARTS'"]
// CHECK-NEXT:          %[[VALUE]] [PARTS_, B, V]
// CHECK:           init ({{.*}}) {
// CHECK:             linalg.index 0
// CHECK:             linalg.index 1
// CHECK:             arith.cmpi eq
// CHECK:           absorb (%{{[^:]*}}: tensor<16x24xf32>, %[[M0:[^:]*]]: tensor<16x16xf32>,
// One matrix of scores serves both solves.
// CHECK:             %[[N:.+]] = stream.scores
// CHECK-NOT:         stream.scores
// CHECK:             stream.solve ins(%[[N]], %{{.*}} : tensor<32x32xf32>, tensor<32x24xf32>) gates(
// CHECK:             %[[FROM:.+]] = linalg.contract {{.*}} ins(%{{.*}}, %[[M0]] : tensor<32x16xf32>, tensor<16x16xf32>)
// CHECK:             %[[U:.+]] = stream.solve ins(%[[N]], %[[FROM]] : tensor<32x32xf32>, tensor<32x16xf32>) outs(
// CHECK:             linalg.contract {{.*}} ins(%{{.*}}, %[[U]] :
// CHECK:         stream.loop
// CHECK:           absorb (%[[S:[^:]*]]: tensor<16x24xf32>, {{.*}}%[[REST:[^:]*]]: tensor<16x24xf32>, %[[MAP:[^:]*]]: tensor<16x16xf32>, %[[DV:[^:]*]]: tensor<24xf32>) {
// CHECK:             %[[DECAYED:.+]] = linalg.generic {{.*}} ins(%[[S]], %[[DV]] :
// CHECK:             linalg.contract {{.*}} ins(%[[MAP]], %[[DECAYED]] : {{.*}} outs(%[[REST]] :
// CHECK:         stream.loop
seq.operator @erase params(PARTS = 16, V = 24) sizes(B, T)
    (%k: [B, T, PARTS], %v: [B, T, V], %h: [B, T, V], %s0: [B, PARTS, V]) -> (o: [B, T, V], s: [B, PARTS, V]) {
  %o, %s = seq.recurrence over "T" (%kt: [PARTS] = %k : [B, T, PARTS], %vt: [V] = %v : [B, T, V], %ht: [V] = %h : [B, T, V], %first: [PARTS, V] = %s0 : [B, PARTS, V])
      carry(%S: [PARTS, V] = %s0 : [B, PARTS, V]) -> ([B, T, V], [B, PARTS, V]) {
    %b = seq.exp %ht : [V]
    %S1 = seq.mul %S, %b : [PARTS, V], [V]
    %p = seq.dot %S1, %kt over ["PARTS"] : [PARTS, V], [PARTS]
    %e = seq.sub %vt, %p : [V], [V]
    %ke = seq.mul %kt, %e : [PARTS], [V]
    %S2 = seq.add %S1, %ke : [PARTS, V], [PARTS, V]
    %f = seq.dot %first, %kt over ["PARTS"] : [PARTS, V], [PARTS]
    %r = seq.dot %S2, %kt over ["PARTS"] : [PARTS, V], [PARTS]
    %y = seq.add %r, %f : [V], [V]
    seq.yield carry(%S2 : [PARTS, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, PARTS, V]
}

// -----

// A gate from a running maximum: the maximum is found for all parts first, and with it at hand the parts of the matrix. Products round to
// bf16, but not those that compose: their factors are split.
//
// CHECK-LABEL: kernel.entry @seqmix_stabilised
// CHECK-SAME:    composed in order, carries that need others after them
// CHECK:       ^bb0
// CHECK:         %[[C:.+]] = memref.alloc({{.*}}) : memref<?x?xf32>
// CHECK:         %[[A:.+]] = memref.alloc({{.*}}) : memref<?x?xf32>
// CHECK:         %[[M:.+]] = memref.alloc({{.*}}) : memref<?x?xf32>
// CHECK:         memref.alloc({{.*}}) : memref<?x?x16x24xf32>
// CHECK:         %[[E:.+]] = memref.alloc({{.*}}) : memref<?x?x16x16xf32>
// CHECK:         stream.loop
// CHECK:           streamed (%i [B, T]
// CHECK-NEXT:          %f [B, T] : {{.*}})
// CHECK-NEXT:      finals (%[[C]] [PARTS, B]
// CHECK-NEXT:          %[[A]] [PARTS, B]
// CHECK:           init () {
// CHECK:             linalg.fill ins(%{{.*}} : f32)
// CHECK:             linalg.fill ins(%{{.*}} : f32)
// CHECK:             stream.cummax
// CHECK:         stream.loop
// CHECK:           streamed (%[[C]] [PARTS, B]
// CHECK-NEXT:          %[[A]] [PARTS, B]
// CHECK:           results (%[[M]] [PARTS, B]
// CHECK:             arith.addf
// CHECK:             arith.maximumf
// CHECK:         stream.loop
// CHECK:           resident (%[[M]] [PARTS, B] : {{.*}})
// CHECK:             stream.cummax
// CHECK:             stream.solve
// CHECK:             stream.solve
// CHECK:         stream.loop
// CHECK:             arith.truncf %{{.*}} : f32 to bf16
// CHECK:             linalg.contract
// CHECK:             linalg.contract
// CHECK:             linalg.contract
// CHECK:         stream.loop
// CHECK:           stream (T tile 32
// CHECK:             stream.scores
// CHECK-NOT:     stream.loop
// CHECK:       kernel.entry @seqmix_stabilised_step
seq.operator @stabilised params(K = 16, V = 24) sizes(B, T)
    (%k: [B, T, K] x bf16, %v: [B, T, V] x bf16, %i: [B, T], %f: [B, T], %s0: [B, K, V], %m0: [B]) -> (o: [B, T, V]) {
  %o, %s, %mn = seq.recurrence over "T" (%kt: [K] = %k : [B, T, K] x bf16, %vt: [V] = %v : [B, T, V] x bf16, %it: [] = %i : [B, T], %ft: [] = %f : [B, T])
      carry(%S: [K, V] = %s0 : [B, K, V], %m: [] = %m0 : [B]) -> ([B, T, V], [B, K, V], [B]) {
    %kept = seq.add %m, %ft : [], []
    %m1 = seq.max %kept, %it : [], []
    %ld = seq.sub %kept, %m1 : [], []
    %a = seq.exp %ld : []
    %S1 = seq.mul %S, %a : [K, V], []
    %p = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %ke = seq.mul %kt, %e : [K], [V]
    %S2 = seq.add %S1, %ke : [K, V], [K, V]
    %y = seq.dot %S2, %kt over ["K"] : [K, V], [K]
    seq.yield carry(%S2, %m1 : [K, V], []) out(%y : [V])
  }
  seq.return %o : [B, T, V]
}

// -----

// No output a token: no third loop. A write without a decay: nothing to compose but sums.
//
// CHECK-LABEL: kernel.entry @seqmix_sum
// CHECK:         memref.alloc
// CHECK:         memref.alloc
// CHECK-NOT:     memref.alloc
// CHECK:         stream.loop
// CHECK:         stream.loop
// CHECK-NEXT:      parallel (B tile 1
// CHECK-NEXT:      stream (PARTS tile 1
// CHECK-NOT:     stream.loop
// CHECK:       kernel.entry @seqmix_sum_step
seq.operator @sum params(K = 16, V = 24) sizes(B, T) (%k: [B, T, K], %v: [B, T, V]) -> (s: [B, K, V]) {
  %zero = seq.constant 0.0 : [K, V]
  %s = seq.recurrence over "T" (%kt: [K] = %k : [B, T, K], %vt: [V] = %v : [B, T, V]) carry(%S: [K, V] = %zero : [K, V]) -> ([B, K, V]) {
    %kv = seq.mul %kt, %vt : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V])
  }
  seq.return %s : [B, K, V]
}
