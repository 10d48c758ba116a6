// RUN: seqmix-opt %s --seqmix-derive --split-input-file --verify-diagnostics

// A parameter is an alias still.
// expected-error @+1 {{'seq.operator' op parameter J is not set; run seqmix-set-params first}}
seq.operator @f params(K = 16, J = K) sizes(T) (%x: [T, K]) -> (y: [T, K]) {
  seq.return %x : [T, K]
}

// -----

// Nothing to derive.
// expected-error @+1 {{'seq.operator' op must have one seq.recurrence or seq.attention, found 0}}
seq.operator @f params(K = 16) sizes(T) (%x: [T, K]) -> (y: [T, K]) {
  seq.return %x : [T, K]
}

// -----

// Two mixers.
// expected-error @+1 {{'seq.operator' op must have one seq.recurrence or seq.attention, found 2}}
seq.operator @f params(K = 16) sizes(T) (%x: [T, K]) -> (y: [T, K]) {
  // expected-note @+1 {{here}}
  %a = seq.recurrence over "T" (%xt: [K] = %x : [T, K]) -> ([T, K]) {
    seq.yield out(%xt : [K])
  }
  // expected-note @+1 {{here}}
  %b = seq.recurrence over "T" (%xt: [K] = %a : [T, K]) -> ([T, K]) {
    seq.yield out(%xt : [K])
  }
  seq.return %b : [T, K]
}

// -----

// A token's output needs the final state.
seq.operator @f params(K = 16) sizes(T) (%x: [T, K], %s0: [K]) -> (y: [T, K]) {
  %y, %s = seq.recurrence over "T" (%xt: [K] = %x : [T, K]) carry(%S: [K] = %s0 : [K]) -> ([T, K], [K]) {
    %S1 = seq.max %S, %xt : [K], [K]
    seq.yield carry(%S1 : [K]) out(%S1 : [K])
  }
  %d = seq.sub %y, %s : [T, K], [K]
  // expected-error @+1 {{'seq.return' op result y mixes a token's output with the final state, which is not known before the last token; return them apart}}
  seq.return %d : [T, K]
}

// -----

// Sums over what no tile has whole: the sequence …
seq.operator @f params(K = 16) sizes(T) (%x: [T, K], %s0: [K]) -> (y: [T, K]) {
  // expected-error @+1 {{'seq.sum' op sums over T, a run-time size, which no tile has whole; sums around a mixer are over parameters}}
  %m = seq.sum %x over ["T"] : [T, K]
  %n = seq.sub %x, %m : [T, K], [K]
  %y = seq.recurrence over "T" (%xt: [K] = %n : [T, K]) -> ([T, K]) {
    seq.yield out(%xt : [K])
  }
  seq.return %y : [T, K]
}

// -----

// … or heads.
seq.operator @f params(K = 16) sizes(T, H) (%x: [T, H, K], %s0: [K]) -> (y: [T, K]) {
  %y = seq.recurrence over "T" (%xt: [K] = %x : [T, H, K]) -> ([T, H, K]) {
    seq.yield out(%xt : [K])
  }
  // expected-error @+1 {{'seq.dot' op sums over H, a run-time size, which no tile has whole}}
  %s = seq.dot %y, %y over ["H"] : [T, H, K], [T, H, K]
  seq.return %s : [T, K]
}

// -----

// Attention has one normaliser of a name, which takes its operands.
seq.operator @f params(K = 16) sizes(T, S) (%q: [T, K], %k: [S, K]) -> (o: [T, K]) {
  // expected-error @+1 {{'seq.attention' op unknown normaliser "hardmax"; there are }}
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "hardmax" -> ([T, K])
  seq.return %o : [T, K]
}

// -----

seq.operator @f params(K = 16) sizes(T, S) (%q: [T, K], %k: [S, K], %x: []) -> (o: [T, K]) {
  // expected-error @+1 {{'seq.attention' op normaliser "softmax" takes 0 operands, found 1}}
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax"(%x : []) -> ([T, K])
  seq.return %o : [T, K]
}

// -----

// One without a denominator has no logarithm of it.
seq.operator @f params(K = 16) sizes(T, S) (%q: [T, K], %k: [S, K]) -> (o: [T, K], lse: [T]) {
  // expected-error @+1 {{'seq.attention' op normaliser "sigmoid" has no denominator; ask for one result}}
  %o, %lse = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "sigmoid" -> ([T, K], [T])
  seq.return %o, %lse : [T, K], [T]
}

// -----

// A position along the keys that is computed.
seq.operator @f params(K = 16) sizes(T, S) (%q: [T, K], %k: [S, K], %doc: [S] x i32) -> (o: [T, K]) {
  %o = seq.attention over "T", "S" query(%q : [T, K]) key(%k : [S, K]) value(%k : [S, K]) normaliser "softmax" -> ([T, K])
    mask(%i, %j) {
      %one = seq.constant 1 : [] x index
      %j1 = seq.add %j, %one : [] x index, [] x index
      // expected-error @+1 {{'seq.at' op reads along the query or the key sequence at a computed position; give it the region's own positions}}
      %d = seq.at %doc[%j1] : [S] x i32
      %m = seq.eq %d, %one : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [T, K]
}
