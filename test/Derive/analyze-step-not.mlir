// Why a step has no chunkwise form, and which op it is because of.
// RUN: seqmix-opt %s --seqmix-analyze-step --split-input-file --verify-diagnostics

// A function of the state.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: it applies to the state an op that is not linear}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %kv = seq.mul %k, %v : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    // expected-note @+1 {{because of this op}}
    %S2 = seq.tanh %S1 : [K, V]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// The larger of two.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: it applies to the state an op that is not linear}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %kv = seq.mul %k, %v : [K], [V]
    // expected-note @+1 {{because of this op}}
    %S2 = seq.max %S, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A factor that may be negative, because nothing says that it is not.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: the state's factor is not positive by construction; write it as seq.exp of a log gate, or as seq.sigmoid}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    // expected-note @+1 {{because of this op}}
    %S1 = seq.mul %S, %g : [K, V], []
    %kv = seq.mul %k, %v : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A factor that is negative.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: the state's factor may be negative}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %a = seq.exp %g : []
    %n = seq.neg %a : []
    // expected-note @+1 {{because of this op}}
    %S1 = seq.mul %S, %n : [K, V], []
    %kv = seq.mul %k, %v : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A factor of zero.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: the state's factor is not positive by construction}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %z = seq.constant 0.0 : []
    // expected-note @+1 {{because of this op}}
    %S1 = seq.mul %S, %z : [K, V], []
    %y = seq.dot %S1, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A factor an element.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: the state's factor varies along both axes of the state}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %hw = seq.mul %h, %w : [K], [V]
    %a = seq.exp %hw : [K, V]
    // expected-note @+1 {{because of this op}}
    %S1 = seq.mul %S, %a : [K, V], [K, V]
    %y = seq.dot %S1, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A factor that depends on the state.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: it multiplies the state by a value that depends on it}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %q over ["K"] : [K, V], [K]
    %a = seq.exp %p : [V]
    // expected-note @+1 {{because of this op}}
    %S1 = seq.mul %S, %a : [K, V], [V]
    %y = seq.dot %S1, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// The state, forgotten.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: the state it yields forgets the state}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %kv = seq.mul %k, %v : [K], [V]
    %y = seq.dot %S, %q over ["K"] : [K, V], [K]
    // expected-note @+1 {{because of this op}}
    seq.yield carry(%kv : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A state that is no state any more.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: the state it yields is not linear in the state}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %q over ["K"] : [K, V], [K]
    %kp = seq.mul %k, %p : [K], [V]
    // expected-note @+1 {{because of this op}}
    seq.yield carry(%kp : [K, V]) out(%p : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// The state from something.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: it subtracts the state from something}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %kv = seq.mul %k, %v : [K], [V]
    // expected-note @+1 {{because of this op}}
    %S1 = seq.sub %kv, %S : [K, V], [K, V]
    %y = seq.dot %S1, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Two versions of it.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: it adds two versions of the state}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %a = seq.exp %g : []
    %S1 = seq.mul %S, %a : [K, V], []
    // expected-note @+1 {{because of this op}}
    %S2 = seq.add %S, %S1 : [K, V], [K, V]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A matrix that is no product.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: what it adds to the state is no product of a vector over K and one over V}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %kv = seq.mul %k, %v : [K], [V]
    %e = seq.exp %kv : [K, V]
    // expected-note @+1 {{because of this op}}
    %S1 = seq.add %S, %e : [K, V], [K, V]
    %y = seq.dot %S1, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Two products at once, of which one depends on the state.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: it adds matrices before they are added to the state; add each to the state on its own}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %q over ["K"] : [K, V], [K]
    %kv = seq.mul %k, %v : [K], [V]
    %cp = seq.mul %c, %p : [K], [V]
    // expected-note @+1 {{because of this op}}
    %m = seq.add %kv, %cp : [K, V], [K, V]
    %S1 = seq.add %S, %m : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%p : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A key that depends on the state.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: the vector over K that it writes depends on the state}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %q over ["K"] : [K, V], [K]
    %n = seq.sum %p over ["V"] : [V]
    %kn = seq.mul %k, %n : [K], []
    %e = seq.exp %kn : [K]
    %ev = seq.mul %e, %v : [K], [V]
    // expected-note @+1 {{because of this op}}
    %S1 = seq.add %S, %ev : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%p : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A product of two that depend on it.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: it writes a product of two values that depend on the state}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %q over ["K"] : [K, V], [K]
    %r = seq.dot %S, %c over ["K"] : [K, V], [K]
    %pr = seq.mul %p, %r : [V], [V]
    %kp = seq.mul %k, %pr : [K], [V]
    // expected-note @+1 {{because of this op}}
    %S1 = seq.add %S, %kp : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%p : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// What is written is a function of what was read.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: what it writes is not linear in what it read}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %q over ["K"] : [K, V], [K]
    // expected-note @+1 {{because of this op}}
    %t = seq.tanh %p : [V]
    %kt = seq.mul %k, %t : [K], [V]
    %S1 = seq.add %S, %kt : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%p : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Its inverse.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: what it writes is not linear in what it read}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %q over ["K"] : [K, V], [K]
    // expected-note @+1 {{because of this op}}
    %t = seq.div %v, %p : [V], [V]
    %kt = seq.mul %k, %t : [K], [V]
    %S1 = seq.add %S, %kt : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%p : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A factor a value channel of what was read.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: it scales what it read by a factor that varies along V}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %q over ["K"] : [K, V], [K]
    // expected-note @+1 {{because of this op}}
    %pw = seq.mul %p, %w : [V], [V]
    %e = seq.sub %v, %pw : [V], [V]
    %ke = seq.mul %k, %e : [K], [V]
    %S1 = seq.add %S, %ke : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%p : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A read of the whole state.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: reads of the state sum over different axes}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %vk = seq.mul %k, %v : [K], [V]
    // expected-note @+1 {{because of this op}}
    %n = seq.dot %S, %vk over ["K", "V"] : [K, V], [K, V]
    %y = seq.mul %v, %n : [V], []
    %z = seq.dot %S, %q over ["K"] : [K, V], [K]
    %yz = seq.add %y, %z : [V], [V]
    %kv = seq.mul %k, %v : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%yz : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A read with a matrix.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: it reads the state with more than a vector over K}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %kv = seq.mul %k, %v : [K], [V]
    // expected-note @+1 {{because of this op}}
    %y = seq.dot %S, %kv over ["K"] : [K, V], [K, V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A read of a write that is not in the state.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: it reads a write that was not added to the state}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %q over ["K"] : [K, V], [K]
    %kp = seq.mul %k, %p : [K], [V]
    // expected-note @+1 {{because of this op}}
    %y = seq.dot %kp, %q over ["K"] : [K, V], [K]
    %S1 = seq.add %S, %kp : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A decay along V after a write that depends on the state.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: a decay along V follows a write that depends on the state; put the decay before the write}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %k over ["K"] : [K, V], [K]
    // expected-note @+1 {{because of this op}}
    %e = seq.sub %v, %p : [V], [V]
    %ke = seq.mul %k, %e : [K], [V]
    %S1 = seq.add %S, %ke : [K, V], [K, V]
    %a = seq.exp %w : [V]
    %S2 = seq.mul %S1, %a : [K, V], [V]
    seq.yield carry(%S2 : [K, V]) out(%p : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Reads before and after a decay along V feed one write.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: what it writes comes from reads before and after a decay, and one of its decays is along V; read the state at one point of the step}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %k over ["K"] : [K, V], [K]
    %a = seq.exp %w : [V]
    %S1 = seq.mul %S, %a : [K, V], [V]
    // expected-note @+1 {{because of this op}}
    %r = seq.dot %S1, %c over ["K"] : [K, V], [K]
    %pr = seq.add %p, %r : [V], [V]
    %ke = seq.mul %k, %pr : [K], [V]
    %S2 = seq.add %S1, %ke : [K, V], [K, V]
    seq.yield carry(%S2 : [K, V]) out(%p : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A read between two decays, one along V, feeds a write.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: what it writes comes from reads before and after a decay, and one of its decays is along V}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %a = seq.exp %w : [V]
    %S1 = seq.mul %S, %a : [K, V], [V]
    // expected-note @+1 {{because of this op}}
    %p = seq.dot %S1, %k over ["K"] : [K, V], [K]
    %b = seq.exp %h : [K]
    %S2 = seq.mul %S1, %b : [K, V], [K]
    %kp = seq.mul %k, %p : [K], [V]
    %S3 = seq.add %S2, %kp : [K, V], [K, V]
    seq.yield carry(%S3 : [K, V]) out(%p : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Sub-steps, each under a decay.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: several of its writes depend on the state, and not each reads it after all decays and the write before}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    // expected-note @+1 {{because of this op}}
    %p = seq.dot %S, %k over ["K"] : [K, V], [K]
    %kp = seq.mul %k, %p : [K], [V]
    %S1 = seq.add %S, %kp : [K, V], [K, V]
    %a = seq.exp %g : []
    %S2 = seq.mul %S1, %a : [K, V], []
    %r = seq.dot %S2, %c over ["K"] : [K, V], [K]
    %cr = seq.mul %c, %r : [K], [V]
    %S3 = seq.add %S2, %cr : [K, V], [K, V]
    seq.yield carry(%S3 : [K, V]) out(%p : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A write from a read that only a side version has.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: a write that depends on the state is read but not kept}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %k over ["K"] : [K, V], [K]
    %kp = seq.mul %k, %p : [K], [V]
    %side = seq.add %S, %kp : [K, V], [K, V]
    %y = seq.dot %side, %q over ["K"] : [K, V], [K]
    %kv = seq.mul %k, %v : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// The whole state at every token.
seq.operator @f params(K = 16, V = 16) sizes(B, T) (%ks: [B, T, K], %vs: [B, T, V], %s0: [B, K, V]) -> (o: [B, T, K, V], s: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: it outputs the whole state at every token}}
  %o, %s = seq.recurrence over "T" (%k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, K, V], [B, K, V]) {
    %kv = seq.mul %k, %v : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    // expected-note @+1 {{because of this op}}
    seq.yield carry(%S1 : [K, V]) out(%S1 : [K, V])
  }
  seq.return %o, %s : [B, T, K, V], [B, K, V]
}

// -----

// A state that is another one, a token late.
seq.operator @f params(K = 16, V = 16) sizes(B, T) (%ks: [B, T, K], %s0: [B, K]) -> (s: [B, K], z: [B, K]) {
  // expected-remark @+1 {{not chunkwise: the state it yields forgets the state}}
  %s, %z = seq.recurrence over "T" (%k: [K] = %ks : [B, T, K]) carry(%S: [K] = %s0 : [B, K], %Z: [K] = %s0 : [B, K])
      -> ([B, K], [B, K]) {
    %S1 = seq.add %S, %k : [K], [K]
    // expected-note @+1 {{because of this op}}
    seq.yield carry(%S1, %S : [K], [K])
  }
  seq.return %s, %z : [B, K], [B, K]
}

// -----

// A vector.
seq.operator @f params(K = 16, V = 16) sizes(B, T) (%ks: [B, T, K], %s0: [B, K]) -> (s: [B, K]) {
  // expected-remark @+1 {{not chunkwise: none of its states is a matrix}}
  %s = seq.recurrence over "T" (%k: [K] = %ks : [B, T, K]) carry(%S: [K] = %s0 : [B, K]) -> ([B, K]) {
    %S1 = seq.add %S, %k : [K], [K]
    seq.yield carry(%S1 : [K])
  }
  seq.return %s : [B, K]
}
// -----

// Two states that need each other.
seq.operator @f params(K = 16, V = 16) sizes(B, T) (%ks: [B, T, K], %vs: [B, T, V], %s0: [B, K, V]) -> (s: [B, K, V], r: [B, K, V]) {
  // expected-remark @+1 {{not chunkwise: its states depend on each other}}
  %s, %r = seq.recurrence over "T" (%k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V], %R: [K, V] = %s0 : [B, K, V]) -> ([B, K, V], [B, K, V]) {
    %p = seq.dot %S, %k over ["K"] : [K, V], [K]
    %q = seq.dot %R, %k over ["K"] : [K, V], [K]
    %kp = seq.mul %k, %p : [K], [V]
    %kq = seq.mul %k, %q : [K], [V]
    %S1 = seq.add %S, %kq : [K, V], [K, V]
    %R1 = seq.add %R, %kp : [K, V], [K, V]
    seq.yield carry(%S1, %R1 : [K, V], [K, V])
  }
  seq.return %s, %r : [B, K, V], [B, K, V]
}

// -----

// A number that is no running maximum.
seq.operator @f params(K = 16, V = 16) sizes(B, T) (%ks: [B, T, K], %vs: [B, T, V], %xs: [B, T], %s0: [B, K, V], %n0: [B]) -> (s: [B, K, V], n: [B]) {
  // expected-remark @+1 {{not chunkwise: the number it carries is no running maximum}}
  %s, %n = seq.recurrence over "T" (%k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V], %x: [] = %xs : [B, T])
      carry(%S: [K, V] = %s0 : [B, K, V], %N: [] = %n0 : [B]) -> ([B, K, V], [B]) {
    %kv = seq.mul %k, %v : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    // expected-note @+1 {{because of this op}}
    %N1 = seq.mul %N, %x : [], []
    seq.yield carry(%S1, %N1 : [K, V], [])
  }
  seq.return %s, %n : [B, K, V], [B]
}
