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

// -----

// Channels side by side are the lanes of a tile, 2048 state elements a task; what is the same at every token is
// computed before the first, and carried.
// CHECK-LABEL: kernel.entry @seqmix_channels
// CHECK:         parallel (B tile 1 size %{{.*}}, D tile 128 size %{{.*}})
// CHECK-NEXT:    stream (T tile 1 size
// CHECK:         init
// CHECK:           math.exp
// CHECK:           stream.yield %{{.*}}, %{{.*}} : tensor<16x128xf32>, tensor<16x128xf32>
// CHECK:         absorb
// CHECK-NOT:       math.exp
// CHECK:           stream.yield %{{.*}}, %{{.*}}, %{{.*}} : tensor<16x128xf32>, tensor<16x128xf32>, tensor<128xf32>
seq.operator @channels params(N = 16) sizes(B, T, D) (%x: [B, T, D], %r: [D, N], %c: [B, T, N], %h0: [B, D, N]) -> (y: [B, T, D], h: [B, D, N]) {
  %y, %h = seq.recurrence over "T" (%xt: [] = %x : [B, T, D], %rt: [N] = %r : [D, N], %ct: [N] = %c : [B, T, N])
      carry(%s: [N] = %h0 : [B, D, N]) -> ([B, T, D], [B, D, N]) {
    %a = seq.exp %rt : [N]
    %s1 = seq.mul %s, %a : [N], [N]
    %s2 = seq.add %s1, %xt : [N], []
    %o = seq.dot %s2, %ct over ["N"] : [N], [N]
    seq.yield carry(%s2 : [N]) out(%o : [])
  }
  seq.return %y, %h : [B, T, D], [B, D, N]
}

// -----

// Heads that are not the last axis of every operand are points.
// CHECK-LABEL: kernel.entry @seqmix_heads
// CHECK:         parallel (B tile 1 size %{{.*}}, H tile 1 size %{{.*}})
seq.operator @heads params(K = 16) sizes(B, T, H) (%x: [B, T, H, K], %g: [B, T, H], %h0: [B, H, K]) -> (h: [B, H, K]) {
  %h = seq.recurrence over "T" (%xt: [K] = %x : [B, T, H, K], %gt: [] = %g : [B, T, H]) carry(%s: [K] = %h0 : [B, H, K]) -> ([B, H, K]) {
    %s1 = seq.mul %s, %gt : [K], []
    %s2 = seq.add %s1, %xt : [K], [K]
    seq.yield carry(%s2 : [K])
  }
  seq.return %h : [B, H, K]
}
