// RUN: seqmix-opt %s --seqmix-derive="packed query-tile=16 key-tile=32" --canonicalize --cse --split-input-file | FileCheck %s

// Arrays without the sequence have the number of sequences in place of the batch, wherever it stands; the batch is 1, and
// there is no step form.
//
// CHECK-LABEL: kernel.entry @seqmix_decay attributes
// CHECK-SAME: {axes = ["B", "T", "H"], elem = f32, name = "x"}, {axes = ["H"], elem = f32, name = "a"}, {axes = ["H", "N"], elem = f32, name = "h0"},
// CHECK-SAME: {axes = ["N + 1"], domain = {offsets = [0, "T"]}, elem = i32, name = "cu_seqlens"}
// CHECK-SAME: {axes = ["B", "T", "H"], elem = f32, name = "y", result}, {axes = ["H", "N"], elem = f32, may_alias = "h0", name = "h", result}
// CHECK-SAME: packed = {batch = "B", count = "N", offsets = "cu_seqlens", total = "T"}
// CHECK-SAME: require = {B = 1 : i64}, sizes = ["B", "T", "H", "N"]
// CHECK: ^bb0(%[[B:.+]]: index, %[[T:.+]]: index, %[[H:.+]]: index, %[[N:.+]]: index, {{.*}}, %[[CU:.+]]: memref<?xi32, strided<[1]>>, %{{.+}}: {{.*}}, %{{.+}}: {{.*}}):
// CHECK: stream.loop
// CHECK-NEXT: parallel (N tile 1 size %[[N]], B tile 1 size %[[B]], H tile 1024 size %[[H]])
// CHECK-NEXT: stream (T tile 1 size %[[T]])
// CHECK-NEXT: segments (N of [T] at %[[CU]] : memref<?xi32, strided<[1]>>)
// CHECK-NEXT: resident (%{{.+}} [H] : {{.*}}
// CHECK-NEXT: %{{.+}} [H, N] : {{.*}}
// CHECK-NEXT: streamed (%{{.+}} [B, T, H] :
// CHECK-NEXT: results (%{{.+}} [B, T, H] :
// CHECK-NEXT: finals (%{{.+}} [H, N] :
// CHECK-NOT: kernel.entry
seq.operator @decay sizes(B, T, H) (%x: [B, T, H], %a: [H], %h0: [H, B]) -> (y: [B, T, H], h: [H, B]) {
  %y, %h = seq.recurrence over "T" (%xt: [] = %x : [B, T, H], %at: [] = %a : [H])
      carry(%s: [] = %h0 : [H, B]) -> ([B, T, H], [H, B]) {
    %s1 = seq.mul %s, %at : [], []
    %s2 = seq.add %s1, %xt : [], []
    seq.yield carry(%s2 : []) out(%s2 : [])
  }
  seq.return %y, %h : [B, T, H], [H, B]
}

// -----

// The keys are as long as the queries: S is T. Single elements are read where the sequence begins, or of its own number;
// a size is that of the sequence.
//
// CHECK-LABEL: kernel.entry @seqmix_reads attributes
// CHECK-SAME: {axes = ["N"], elem = i32, name = "far"}
// CHECK-SAME: equals = {S = "T"}
// CHECK-SAME: sizes = ["B", "T", "N"]
// CHECK: parallel (N tile 1 size %{{.+}}, B tile 1 size %{{.+}}, T tile 16 size %[[T:.+]])
// CHECK-NEXT: stream (S tile 32 size %[[T]])
// CHECK-NEXT: segments (N of [T, S] at
// CHECK: range () {
// CHECK:   %[[B:.+]] = stream.position "B"
// CHECK:   %[[N:.+]] = stream.position "N"
// CHECK:   %[[PLACE:.+]] = arith.addi %[[B]], %[[N]]
// CHECK:   memref.load %{{.+}}[%[[PLACE]]] : memref<?xi32
// CHECK: absorb (
// CHECK:   %[[ORIGIN:.+]] = stream.origin
// CHECK:   memref.load %{{.+}}[%{{.+}}, %[[ORIGIN]]] : memref<?x?xf32
// CHECK:   %[[SIZE:.+]] = stream.extent "S"
// CHECK:   arith.index_cast %[[SIZE]]
// CHECK: finish
seq.operator @reads params(K = 16) sizes(B, T, S) (%q: [B, T, K], %k: [B, S, K], %v: [B, S, K], %ends: [B, T], %far: [B] x i32) -> (o: [B, T, K]) {
  %o = seq.attention over "T", "S" query(%q : [B, T, K]) key(%k : [B, S, K]) value(%v : [B, S, K]) normaliser "softmax" -> ([B, T, K])
    score(%s, %b, %i, %j) {
      %zero = seq.constant 0 : [] x index
      %e = seq.at %ends[%b, %zero] : [B, T]
      %size = seq.size "S"
      %r = seq.to_real %size : [] x index
      %x = seq.mul %s, %e : [], []
      %y = seq.mul %x, %r : [], []
      seq.yield out(%y : [])
    } mask(%b, %i, %j) {
      %n = seq.at %far[%b] : [B] x i32
      %m = seq.lt %j, %n : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [B, T, K]
}

// -----

// The operator has an N: sequences are counted by another name.
//
// CHECK-LABEL: kernel.entry @seqmix_taken attributes
// CHECK-SAME: sizes = ["B", "T", "NSEQ"]
seq.operator @taken params(N = 16) sizes(B, T) (%x: [B, T, N], %h0: [B, N]) -> (h: [B, N]) {
  %h = seq.recurrence over "T" (%xt: [N] = %x : [B, T, N]) carry(%s: [N] = %h0 : [B, N]) -> ([B, N]) {
    %s1 = seq.add %s, %xt : [N], [N]
    seq.yield carry(%s1 : [N])
  }
  seq.return %h : [B, N]
}
