// RUN: seqmix-opt %s --seqmix-derive=split=4 --verify-diagnostics
// RUN: not seqmix-opt %s --seqmix-derive=split=0 2>&1 | FileCheck %s --check-prefix=ZERO
// ZERO: error: split must be from 1 to 1024, found 0
// RUN: not seqmix-opt %s --seqmix-derive="split=2 packed" 2>&1 | FileCheck %s --check-prefix=PACKED
// PACKED: error: packed sequences are not split: expected split = 1, found 2

seq.operator @f sizes(B, T) (%x: [B, T], %h0: [B]) -> (h: [B]) {
  // expected-error @+1 {{is not split over its sequence: expected split = 1, found 4}}
  %h = seq.recurrence over "T" (%xt: [] = %x : [B, T]) carry(%s: [] = %h0 : [B]) -> ([B]) {
    %s1 = seq.add %s, %xt : [], []
    seq.yield carry(%s1 : [])
  }
  seq.return %h : [B]
}
