// RUN: seqmix-opt %s --seqmix-derive=split=4 --verify-diagnostics --split-input-file
// RUN: not seqmix-opt %s --seqmix-derive="split=4 form=sequential" --split-input-file 2>&1 | FileCheck %s --check-prefix=ASKED
// ASKED: error: 'seq.recurrence' op is not split over its sequence: a form other than chunkwise runs token by token; expected split = 1, found 4
// RUN: not seqmix-opt %s --seqmix-derive=split=0 2>&1 | FileCheck %s --check-prefix=ZERO
// ZERO: error: split must be from 1 to 1024, found 0
// RUN: not seqmix-opt %S/derive-split.mlir --seqmix-derive="split=2 packed" --split-input-file 2>&1 | FileCheck %s --check-prefix=PACKED
// PACKED: error: 'seq.attention' op over packed sequences is not split over its keys: {{.*}}expected split = 1, found 2

// A recurrence without a chunkwise form.
seq.operator @f sizes(B, T) (%x: [B, T], %h0: [B]) -> (h: [B]) {
  // expected-error @+1 {{is not split over its sequence: a form other than chunkwise runs token by token; expected split = 1, found 4}}
  %h = seq.recurrence over "T" (%xt: [] = %x : [B, T]) carry(%s: [] = %h0 : [B]) -> ([B]) {
    // expected-note @+1 {{not chunkwise: the number it carries is no running maximum}}
    %s1 = seq.add %s, %xt : [], []
    seq.yield carry(%s1 : [])
  }
  seq.return %h : [B]
}

// -----

// The op that prevents the form is named.
seq.operator @nonlinear params(K = 16, V = 16) sizes(B, T) (%k: [B, T, K], %v: [B, T, V], %s0: [B, K, V]) -> (s: [B, K, V]) {
  // expected-error @+1 {{is not split over its sequence}}
  %s = seq.recurrence over "T" (%kt: [K] = %k : [B, T, K], %vt: [V] = %v : [B, T, V]) carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, K, V]) {
    %kv = seq.mul %kt, %vt : [K], [V]
    // expected-note @+1 {{not chunkwise: it applies to the state an op that is not linear}}
    %t = seq.tanh %S : [K, V]
    %S1 = seq.add %t, %kv : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V])
  }
  seq.return %s : [B, K, V]
}

// -----

// What a part does to the state has a matrix for each value channel.
seq.operator @undecayed params(K = 16, V = 24) sizes(B, T) (%k: [B, T, K], %v: [B, T, V], %h: [B, T, V], %s0: [B, K, V]) -> (s: [B, K, V]) {
  // expected-error @+1 {{is not split over its sequence: a write depends on the state before its decay along V, which makes a matrix for each channel of what a part does; read the state after the decay, or give split = 1, found 4}}
  %s = seq.recurrence over "T" (%kt: [K] = %k : [B, T, K], %vt: [V] = %v : [B, T, V], %ht: [V] = %h : [B, T, V]) carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, K, V]) {
    %p = seq.dot %S, %kt over ["K"] : [K, V], [K]
    // expected-note @+1 {{this is the decay}}
    %a = seq.exp %ht : [V]
    %S1 = seq.mul %S, %a : [K, V], [V]
    %e = seq.sub %vt, %p : [V], [V]
    %ke = seq.mul %kt, %e : [K], [V]
    %S2 = seq.add %S1, %ke : [K, V], [K, V]
    seq.yield carry(%S2 : [K, V])
  }
  seq.return %s : [B, K, V]
}

// -----

// An output and the final state in one result, as without parts.
seq.operator @mixed params(K = 16, V = 24) sizes(B, T) (%k: [B, T, K], %v: [B, T, V]) -> (o: [B, T, V]) {
  %zero = seq.constant 0.0 : [K, V]
  %o, %s = seq.recurrence over "T" (%kt: [K] = %k : [B, T, K], %vt: [V] = %v : [B, T, V]) carry(%S: [K, V] = %zero : [K, V]) -> ([B, T, V], [B, K, V]) {
    %kv = seq.mul %kt, %vt : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    %y = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  %n = seq.sum %s over ["K"] : [B, K, V]
  %m = seq.add %o, %n : [B, T, V], [B, V]
  // expected-error @+1 {{mixes a token's output with the final state}}
  seq.return %m : [B, T, V]
}
