// What a step computes and a task moves, against counts made by hand.
// RUN: seqmix-opt %s --seqmix-derive=chunk=32 --seqmix-fuse-elementwise --canonicalize --cse --seqmix-count-costs --split-input-file | FileCheck %s

// A chunk of C = 32 tokens of a delta rule with gates on V (docs/Algebra.md, (6) with gates on the other side), K = 24, V = 40.
// Multiply-adds: k S₀ and q S₀, 2 · CKV = 61440; the state's kᵀW, 30720; scores of k with k and of q with k, 2 · CCK = 49152;
// the solve, C (C − 1) / 2 · V = 19840; P ⊛ W, CCV = 40960. Together 202112.
// Exponentials: for k S₀, q S₀ and W each CV = 1280; for the solve and for P ⊛ W each 2 CV = 2560; for the state V = 40. Together 9000.
// A token is q and k, 2 · 24 f32, v and h, 2 · 40, and beta: 516 bytes; its result is 40 · 4. The state is 24 · 40 · 4 = 3840.
// CHECK-LABEL: kernel.entry @seqmix_channels
// CHECK-SAME:    "cost: B*H tasks of ceil(T/32) steps; a step: 202112 multiply-adds, 9000 exp",
// CHECK-SAME:    "memory: a task reads 3840 bytes and 516 for each of T, writes 3840 bytes and 160 for each of T; its carry takes 3840 bytes"
// The step: two reads of the state, 2 KV, and e^h.
// CHECK-LABEL: kernel.entry @seqmix_channels_step
// CHECK-SAME:    "cost: B*H tasks of 1 step; a step: 1920 multiply-adds, 40 exp"
seq.operator @channels params(K = 24, V = 40) sizes(B, T, H)
    (%q: [B, T, H, K], %k: [B, T, H, K], %v: [B, T, H, V], %h: [B, T, H, V], %beta: [B, T, H], %s0: [B, H, K, V])
    -> (o: [B, T, H, V], s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, H, K], %kt: [K] = %k : [B, T, H, K], %vt: [V] = %v : [B, T, H, V],
       %ht: [V] = %h : [B, T, H, V], %bt: [] = %beta : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %p = seq.dot %S, %kt over ["K"] : [K, V], [K]
    %a = seq.exp %ht : [V]
    %S1 = seq.mul %S, %a : [K, V], [V]
    %e = seq.sub %vt, %p : [V], [V]
    %w = seq.mul %e, %bt : [V], []
    %kw = seq.mul %kt, %w : [K], [V]
    %S2 = seq.add %S1, %kw : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}

// -----

// A mask whose range of keys is a formula of where the tile begins, and that reads one operand in tiles, 64 · 4 bytes a key, and another by
// position, once a tile. Products: q kᵀ and p v, 64 · 64 (32 + 16). Exponentials: one an element, and for each query
// that of the old maximum. A task keeps 16 f32 of sums, the maximum and the denominator for each of 64 queries.
// CHECK-LABEL: kernel.entry @seqmix_masked
// CHECK-SAME:    "cost: B*ceil(T/64) tasks of at most ceil(S/64) steps, from max(first(T) - 9, 0) to S of S;
// CHECK-SAME:    a step: 196608 multiply-adds, 4160 exp, 4 bytes read by position; a task besides: 64 div"
// CHECK-SAME:    "memory: a task reads 8192 bytes and 448 for each of S, writes 4096 bytes; its carry takes 4608 bytes"
seq.operator @masked params(K = 32, V = 16) sizes(B, T, S)
    (%q: [B, T, K], %k: [B, S, K], %v: [B, S, V], %allowed: [T, S], %least: [B]) -> (o: [B, T, V]) {
  %o = seq.attention over "T", "S" query(%q : [B, T, K]) key(%k : [B, S, K]) value(%v : [B, S, V]) normaliser "softmax" -> ([B, T, V])
      mask(%b, %i, %j) {
    %near = seq.constant 9 : [] x index
    %far = seq.sub %i, %j : [] x index, [] x index
    %is = seq.le %far, %near : [] x index, [] x index
    %x = seq.at %allowed[%i, %j] : [T, S]
    %y = seq.at %least[%b] : [B]
    %may = seq.gt %x, %y : [], []
    %m = seq.and %is, %may : [] x i1, [] x i1
    seq.yield out(%m : [] x i1)
  }
  seq.return %o : [B, T, V]
}
