// RUN: seqmix-opt %s --seqmix-derive=packed --split-input-file --verify-diagnostics

// The sequence before the batch.
// expected-error @+1 {{cannot be packed: expected every array with the sequence axis T to have the batch axis first, a run-time size; found operand x of type}}
seq.operator @f sizes(B, T) (%x: [T, B], %h0: [B]) -> (h: [B]) {
  %h = seq.recurrence over "T" (%xt: [] = %x : [T, B]) carry(%s: [] = %h0 : [B]) -> ([B]) {
    %s1 = seq.add %s, %xt : [], []
    seq.yield carry(%s1 : [])
  }
  seq.return %h : [B]
}

// -----

// No batch: a parameter comes first.
// expected-error @+1 {{expected every array with the sequence axis T to have the batch axis first, a run-time size; found operand x of type}}
seq.operator @f params(K = 16) sizes(T) (%x: [K, T], %h0: [K]) -> (h: [K]) {
  %h = seq.recurrence over "T" (%xt: [K] = %x : [K, T]) carry(%s: [K] = %h0 : [K]) -> ([K]) {
    %s1 = seq.add %s, %xt : [K], [K]
    seq.yield carry(%s1 : [K])
  }
  seq.return %h : [K]
}

// -----

// Two axes come first.
// expected-error @+1 {{to have the batch axis first, one and the same in all; found B and, in operand g, H}}
seq.operator @f sizes(B, T, H) (%x: [B, T, H], %g: [H, T, B], %h0: [B, H]) -> (h: [B, H]) {
  %h = seq.recurrence over "T" (%xt: [] = %x : [B, T, H], %gt: [] = %g : [H, T, B]) carry(%s: [] = %h0 : [B, H]) -> ([B, H]) {
    %s0 = seq.mul %s, %gt : [], []
    %s1 = seq.add %s0, %xt : [], []
    seq.yield carry(%s1 : [])
  }
  seq.return %h : [B, H]
}

// -----

// A rule about the batch.
// expected-error @+1 {{cannot be packed: expected no rule about the batch or a sequence, which packing changes; found G divides "B"}}
seq.operator @f sizes(B, T, G divides B) (%x: [B, T], %g: [G], %h0: [B]) -> (h: [B]) {
  %h = seq.recurrence over "T" (%xt: [] = %x : [B, T]) carry(%s: [] = %h0 : [B]) -> ([B]) {
    %s1 = seq.add %s, %xt : [], []
    seq.yield carry(%s1 : [])
  }
  seq.return %h : [B]
}

// -----

// The name of the new operand is taken.
// expected-error @+1 {{cannot be packed: the name cu_seqlens is that of the operand that packing adds; give the operator's own another name}}
seq.operator @f sizes(B, T) (%cu_seqlens: [B, T], %h0: [B]) -> (h: [B]) {
  %h = seq.recurrence over "T" (%xt: [] = %cu_seqlens : [B, T]) carry(%s: [] = %h0 : [B]) -> ([B]) {
    %s1 = seq.add %s, %xt : [], []
    seq.yield carry(%s1 : [])
  }
  seq.return %h : [B]
}

// -----

// A table read at positions of the sequence, but not along it.
seq.operator @f params(K = 16, P = 64) sizes(B, T, S = T) (%q: [B, T, K], %k: [B, S, K], %v: [B, S, K], %table: [P]) -> (o: [B, T, K]) {
  %o = seq.attention over "T", "S" query(%q : [B, T, K]) key(%k : [B, S, K]) value(%v : [B, S, K]) normaliser "softmax" -> ([B, T, K])
    score(%s, %b, %i, %j) {
      // expected-error @+1 {{reads at the position in a sequence along the axis P, which is no sequence; expected the sequence's own axis where sequences are packed}}
      %e = seq.at %table[%j] : [P]
      %x = seq.add %s, %e : [], []
      seq.yield out(%x : [])
    }
  seq.return %o : [B, T, K]
}
