// The sequential form: the step itself, one token a tile.
// RUN: seqmix-opt %s --seqmix-derive --split-input-file | FileCheck %s
// RUN: seqmix-opt %s --seqmix-derive=form=step --split-input-file | FileCheck %s --check-prefix=STEP
// RUN: seqmix-opt %s --seqmix-derive=form=sequential --split-input-file | FileCheck %s --check-prefix=ASKED

// A step that is not affine, two states, one of them a number; whole numbers as positions.
// CHECK-LABEL: kernel.entry @seqmix_states
// CHECK-SAME:    may_alias = "a0", name = "a"
// CHECK-SAME:    may_alias = "b0", name = "b"
// CHECK-SAME:    result}], divides = {}
// CHECK-SAME:    form = "sequential"
// CHECK-SAME:    report = ["not chunkwise: the number it carries is no running maximum"], require = {}
// CHECK:         parallel (B tile 1 size %{{.*}})
// CHECK-NEXT:    stream (T tile 1 size
// CHECK:         init (%[[A0:.*]]: tensor<16xf32>, %[[B0:.*]]: tensor<f32>) {
// CHECK-NEXT:      stream.yield %[[A0]], %[[B0]] : tensor<16xf32>, tensor<f32>
// CHECK:         absorb (%[[A:.*]]: tensor<16xf32>, %[[B:.*]]: tensor<f32>, %{{.*}}: tensor<16xf32>, %{{.*}}: tensor<f32>, %[[X:.*]]: tensor<16xf32>, %[[N:.*]]: tensor<i32>) {
// CHECK:           arith.index_cast %{{.*}} : i32 to index
// CHECK:           math.tanh
// CHECK:           stream.yield %{{.*}}, %{{.*}}, %{{.*}} : tensor<16xf32>, tensor<f32>, tensor<16xf32>
// CHECK:         finish (%[[A:.*]]: tensor<16xf32>, %[[B:.*]]: tensor<f32>,
// CHECK-NEXT:      stream.yield %[[A]], %[[B]]

// CHECK-LABEL: kernel.entry @seqmix_states_step
// CHECK-SAME:    form = "step"
// CHECK-SAME:    report = ["one token, the step as it is"], require = {T = 1 : i64}

// STEP-NOT:   kernel.entry @seqmix_states attributes
// STEP-LABEL: kernel.entry @seqmix_states_step
// STEP-SAME:    form = "step"
seq.operator @states params(K = 16) sizes(B, T) (%x: [B, T, K], %n: [B, T] x i32, %a0: [B, K], %b0: [B])
    -> (y: [B, T, K], a: [B, K], b: [B]) {
  %y, %a, %b = seq.recurrence over "T" (%xt: [K] = %x : [B, T, K], %nt: [] x index = %n : [B, T] x i32)
      carry(%A: [K] = %a0 : [B, K], %B: [] = %b0 : [B]) -> ([B, T, K], [B, K], [B]) {
    %r = seq.to_real %nt : [] x index
    %B1 = seq.add %B, %r : [], []
    %s = seq.add %A, %xt : [K], [K]
    %t = seq.tanh %s : [K]
    %A1 = seq.mul %t, %B1 : [K], []
    seq.yield carry(%A1, %B1 : [K], []) out(%t : [K])
  }
  seq.return %y, %a, %b : [B, T, K], [B, K], [B]
}

// -----

// An affine one, if asked for. A final state in another layout than the initial one must not take its place.
// ASKED-LABEL: kernel.entry @seqmix_affine
// ASKED-SAME:    elem = f32, name = "s", result}], divides = {}
// ASKED-SAME:    form = "sequential"
// ASKED-SAME:    report = ["sequential: asked for"]
// ASKED:         stream (T tile 1
// ASKED-NOT:   stream.scores
seq.operator @affine params(K = 16, V = 32) sizes(T) (%k: [T, K], %v: [T, V], %s0: [K, V]) -> (o: [T, V], s: [V, K]) {
  %o, %s = seq.recurrence over "T" (%kt: [K] = %k : [T, K], %vt: [V] = %v : [T, V])
      carry(%S: [K, V] = %s0 : [K, V]) -> ([T, V], [K, V]) {
    %kv = seq.mul %kt, %vt : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    %y = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [T, V], [K, V]
}
