// The chunkwise form: its structure in the notation of docs/Algebra.md.
// RUN: seqmix-opt %s --seqmix-derive --canonicalize --cse --split-input-file | FileCheck %s
// RUN: seqmix-opt %s --seqmix-derive=chunk=128 --split-input-file | FileCheck %s --check-prefix=CHUNK
// RUN: seqmix-opt %s --seqmix-derive=value-tile=16 --split-input-file | FileCheck %s --check-prefix=SHARE
// RUN: seqmix-opt %s --seqmix-derive --split-input-file | seqmix-opt --split-input-file -o /dev/null

// A decay along K and one write: no solve.
// CHECK-LABEL: kernel.entry @seqmix_decay
// CHECK-SAME:    chunk = 32 : i64, divides = {HK = "H"}
// CHECK-SAME:    form = "chunkwise"
// CHECK-SAME:    report = ["affine in its state: key axis K, value axis V; decay along K; 1 write(s); 1 read(s)"]
// CHECK:       stream.loop
// CHECK-NEXT:    parallel (B tile 1 size %{{.*}}, H tile 1 size %{{.*}})
// CHECK-NEXT:    stream (T tile 32 size %{{.*}})
// CHECK-NEXT:    resident (%{{.*}} [B, H, K, V] : {{.*}})
// CHECK-NEXT:    streamed (%{{.*}} [B, T, HK, K] : {{.*}},
// CHECK-NEXT:        %{{.*}} [B, T, H, V] : {{.*}},
// CHECK-NEXT:        %{{.*}} [T, B, H, K] : {{.*}})
// CHECK-NEXT:    results (%{{.*}} [B, T, H, V]
// CHECK-NEXT:    finals (%{{.*}} [B, H, K, V]
// CHECK:         init (%[[S0:.*]]: tensor<16x32xf32>)
// CHECK-NEXT:      stream.yield %[[S0]]
// CHECK:         absorb (%[[S:.*]]: tensor<16x32xf32>, %{{.*}}: tensor<16x32xf32>, %[[K:.*]]: tensor<32x16xf32>, %[[V:.*]]: tensor<32x32xf32>, %[[G:.*]]: tensor<32x16xf32>) {
// Gates are summed in f64, padded by 0.
// CHECK:           %[[PAD:.*]] = stream.pad ins(%[[G]] {{.*}} dim 0 axis "T" value 0.000000e+00
// CHECK:           %[[CUM:.*]] = stream.cumsum ins(%[[PAD]] {{.*}} -> tensor<32x16xf64>
// CHECK:           math.exp
// CHECK:           %[[EQ:.*]] = linalg.generic {{.*}} ins(%[[K]], %{{.*}} : {{.*}}
// CHECK:           %[[FROM:.*]] = linalg.contract {{.*}} ins(%[[EQ]], %[[S]] :
// CHECK:           %[[P:.*]] = stream.scores diagonal ins(%[[K]], %[[K]] : {{.*}} gates(%[[CUM]], %[[CUM]] :
// CHECK:           %[[O:.*]] = linalg.contract {{.*}} ins(%[[P]], %[[V]] : {{.*}} outs(%[[FROM]] :
// The state after the chunk: differences of gates are taken in f64, and what they lose in f32 is put back.
// CHECK:           %[[LAST:.*]] = tensor.extract_slice %[[CUM]][31, 0] [1, 16] [1, 1]
// CHECK:           %[[ROUNDED:.*]] = arith.truncf %[[EXACT:.*]] : f64 to f32
// CHECK-NEXT:      %[[EXP:.*]] = math.exp %[[ROUNDED]]
// CHECK-NEXT:      %[[BACK:.*]] = arith.extf %[[ROUNDED]]
// CHECK-NEXT:      %[[LOST:.*]] = arith.subf %[[EXACT]], %[[BACK]] : f64
// CHECK-NEXT:      %[[LOST32:.*]] = arith.truncf %[[LOST]]
// CHECK-NEXT:      %[[FACTOR:.*]] = arith.addf %[[LOST32]], %{{.*}}
// CHECK-NEXT:      arith.mulf %[[EXP]], %[[FACTOR]]
// CHECK:           %[[DIFFERENCE:.*]] = arith.subf %{{.*}}, %{{.*}} : f64
// CHECK-NEXT:      arith.truncf %[[DIFFERENCE]]
// CHECK-NEXT:      math.exp
// CHECK:           %[[NEXT:.*]] = linalg.contract
// CHECK-NEXT:      stream.yield %[[NEXT]], %[[O]] : tensor<16x32xf32>, tensor<32x32xf32>
// CHECK:         finish (%[[F:.*]]: tensor<16x32xf32>, %{{.*}}: tensor<16x32xf32>)
// CHECK-NEXT:      stream.yield %[[F]]
// CHECK-NOT:   stream.solve
// CHECK:       kernel.entry @seqmix_decay_step
// CHECK-SAME:    form = "step"
// CHECK-SAME:    require = {T = 1 : i64}
// CHECK-NOT:   seq.

// The wish of the spec yields to the option; no wish is 64.
// CHUNK-LABEL: kernel.entry @seqmix_decay
// CHUNK-SAME:    chunk = 128
// CHUNK:         stream (T tile 128

// SHARE-LABEL: kernel.entry @seqmix_decay
// SHARE:         parallel (B tile 1 size %{{.*}}, H tile 1 size %{{.*}}, V tile 16 size %{{.*}})
// SHARE:         absorb (%{{.*}}: tensor<16x16xf32>, %{{.*}}: tensor<16x16xf32>, %{{.*}}: tensor<32x16xf32>, %{{.*}}: tensor<32x16xf32>
seq.operator @decay params(K = 16, V = 32) sizes(B, T, H, HK divides H)
    (%k: [B, T, HK, K], %v: [B, T, H, V], %g: [T, B, H, K], %s0: [B, H, K, V]) -> (o: [B, T, H, V], s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T" (%kt: [K] = %k : [B, T, HK, K], %vt: [V] = %v : [B, T, H, V], %gt: [K] = %g : [T, B, H, K])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) attributes {chunk = 32} {
    %a = seq.exp %gt : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %kt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}

// -----

// The delta rule, no decay: one solve, whose rows both the outputs and the state take.
// CHECK-LABEL: kernel.entry @seqmix_delta
// CHECK-SAME:    chunk = 64
// CHECK:         absorb (%[[S:.*]]: tensor<16x32xf32>, %{{.*}}, %[[K:.*]]: tensor<64x16xf32>, %[[V:.*]]: tensor<64x32xf32>) {
// CHECK-NOT:       stream.cumsum
// CHECK:           %[[N:.*]] = stream.scores negative ins(%{{.*}}, %[[K]] :
// CHECK:           %[[W:.*]] = stream.solve ins(%[[N]], %{{.*}} : tensor<64x64xf32>, tensor<64x32xf32>)
// CHECK:           %[[P:.*]] = stream.scores diagonal ins(%[[K]], %[[K]]
// CHECK:           %[[O:.*]] = linalg.contract {{.*}} ins(%[[P]], %[[W]] :
// CHECK:           %[[NEXT:.*]] = linalg.contract {{.*}} ins(%[[K]], %[[W]] : {{.*}} outs(%[[S]] :
// CHECK-NEXT:      stream.yield %[[NEXT]], %[[O]]
seq.operator @delta params(K = 16, V = 32) sizes(T) (%k: [T, K], %v: [T, V], %s0: [K, V]) -> (o: [T, V], s: [K, V]) {
  %o, %s = seq.recurrence over "T" (%kt: [K] = %k : [T, K], %vt: [V] = %v : [T, V])
      carry(%S: [K, V] = %s0 : [K, V]) -> ([T, V], [K, V]) {
    %p = seq.dot %S, %kt over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %ke = seq.mul %kt, %e : [K], [V]
    %S1 = seq.add %S, %ke : [K, V], [K, V]
    %y = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [T, V], [K, V]
}

// -----

// A read before the write has no diagonal; a gate along V goes to where the scores meet the values.
// CHECK-LABEL: kernel.entry @seqmix_before
// CHECK:         absorb (%{{.*}}, %{{.*}}, %[[K:.*]]: tensor<64x16xf32>, %[[V:.*]]: tensor<64x32xf32>, %{{.*}}) {
// CHECK-DAG:       %[[H:.*]] = stream.cumsum ins(%[[PAD:.*]] : {{.*}} -> tensor<64x32xf64>
// CHECK-DAG:       %[[HX:.*]] = stream.cumsum exclusive ins(%[[PAD]] : {{.*}} -> tensor<64x32xf64>
// CHECK:           %[[P:.*]] = stream.scores ins(%[[K]], %[[K]] : tensor<64x16xf32>, tensor<64x16xf32>) outs
// CHECK:           stream.apply ins(%[[P]], %[[V]] : {{.*}} gates(%[[HX]], %[[H]] :
seq.operator @before params(K = 16, V = 32) sizes(T) (%k: [T, K], %v: [T, V], %h: [T, V], %s0: [K, V]) -> (o: [T, V], s: [K, V]) {
  %o, %s = seq.recurrence over "T" (%kt: [K] = %k : [T, K], %vt: [V] = %v : [T, V], %ht: [V] = %h : [T, V])
      carry(%S: [K, V] = %s0 : [K, V]) -> ([T, V], [K, V]) {
    %y = seq.dot %S, %kt over ["K"] : [K, V], [K]
    %a = seq.exp %ht : [V]
    %S1 = seq.mul %S, %a : [K, V], [V]
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [T, V], [K, V]
}

// -----

// Two sub-steps a token: one system of twice the rows.
// CHECK-LABEL: kernel.entry @seqmix_substeps
// CHECK:           stream.scores negative ins({{.*}} : tensor<128x16xf32>, tensor<128x16xf32>)
// CHECK:           %[[W:.*]] = stream.solve ins({{.*}} : tensor<128x128xf32>, tensor<128x32xf32>)
// CHECK-DAG:       tensor.extract_slice %[[W]][0, 0] [64, 32] [2, 1]
// CHECK-DAG:       tensor.extract_slice %[[W]][1, 0] [64, 32] [2, 1]
seq.operator @substeps params(K = 16, V = 32) sizes(T) (%k: [T, K], %c: [T, K], %v: [T, V], %s0: [K, V]) -> (o: [T, V], s: [K, V]) {
  %o, %s = seq.recurrence over "T" (%kt: [K] = %k : [T, K], %ct: [K] = %c : [T, K], %vt: [V] = %v : [T, V])
      carry(%S: [K, V] = %s0 : [K, V]) -> ([T, V], [K, V]) {
    %p = seq.dot %S, %kt over ["K"] : [K, V], [K]
    %e = seq.sub %vt, %p : [V], [V]
    %ke = seq.mul %kt, %e : [K], [V]
    %S1 = seq.add %S, %ke : [K, V], [K, V]
    %p2 = seq.dot %S1, %ct over ["K"] : [K, V], [K]
    %e2 = seq.sub %vt, %p2 : [V], [V]
    %ce = seq.mul %ct, %e2 : [K], [V]
    %S2 = seq.add %S1, %ce : [K, V], [K, V]
    %y = seq.dot %S2, %kt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [T, V], [K, V]
}

// -----

// What is computed before and after the mixer is computed on its tiles; an operand that nobody reads is not loaded.
// CHECK-LABEL: kernel.entry @seqmix_around
// CHECK:         streamed (%{{.*}} [T, K] : {{.*}},
// CHECK-NEXT:        %{{.*}} [T, V] : {{.*}})
// CHECK-NEXT:    results
// CHECK:         init () {
// CHECK:           linalg.generic
// CHECK-NEXT:      ^bb0(%{{.*}}: f32):
// CHECK-NEXT:        linalg.yield %[[ZERO:.*]] : f32
// CHECK:         absorb (%{{.*}}: tensor<16x32xf32>, %[[K:.*]]: tensor<64x16xbf16>, %[[V:.*]]: tensor<64x32xbf16>) {
// CHECK-DAG:       arith.extf %{{.*}} : bf16 to f32
// CHECK-DAG:       math.tanh
// CHECK:           stream.scores
// CHECK:           math.exp
// CHECK:           arith.truncf %{{.*}} : f32 to bf16
// CHECK:           stream.yield %{{.*}}, %{{.*}} : tensor<16x32xf32>, tensor<64x32xbf16>
// CHECK:         finish
// CHECK-NEXT:      stream.yield{{$}}
seq.operator @around params(K = 16, V = 32) sizes(T) (%k: [T, K] x bf16, %v: [T, V] x bf16, %z: [T, V]) -> (o: [T, V] x bf16) {
  %t = seq.tanh %k : [T, K] x bf16
  %zero = seq.constant 0.0 : [K, V]
  %o, %s = seq.recurrence over "T" (%kt: [K] = %t : [T, K], %vt: [V] = %v : [T, V] x bf16)
      carry(%S: [K, V] = %zero : [K, V]) -> ([T, V], [K, V]) {
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %kt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  %e = seq.exp %o : [T, V]
  seq.return %e : [T, V]
}
