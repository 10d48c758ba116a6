// Which form each step has.
// RUN: seqmix-opt %s --seqmix-analyze-step --split-input-file --verify-diagnostics

// No decay.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay none; 1 write(s); 1 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %kv = seq.mul %k, %v : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    %y = seq.dot %S1, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// One factor a token.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay one factor a token; 1 write(s); 1 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %a = seq.exp %g : []
    %S1 = seq.mul %S, %a : [K, V], []
    %kv = seq.mul %k, %v : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A factor a key channel.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay along K; 1 write(s); 1 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %a = seq.exp %h : [K]
    %S1 = seq.mul %a, %S : [K], [K, V]
    %kv = seq.mul %k, %v : [K], [V]
    %S2 = seq.add %kv, %S1 : [K, V], [K, V]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A factor a value channel.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay along V; 1 write(s); 1 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %a = seq.exp %w : [V]
    %S1 = seq.mul %S, %a : [K, V], [V]
    %kv = seq.mul %k, %v : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Both, as one product and a factor a token.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay along both axes; 1 write(s); 1 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %a = seq.exp %h : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %b = seq.exp %w : [V]
    %e = seq.exp %g : []
    %be = seq.mul %b, %e : [V], []
    %S2 = seq.mul %S1, %be : [K, V], [V]
    %kv = seq.mul %k, %v : [K], [V]
    %S3 = seq.add %S2, %kv : [K, V], [K, V]
    %y = seq.dot %S3, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S3 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A sigmoid and a constant are positive, too.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay along K; 1 write(s); 1 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %a = seq.sigmoid %h : [K]
    %n = seq.constant 0.5 : []
    %an = seq.mul %a, %n : [K], []
    %S1 = seq.mul %S, %an : [K, V], [K]
    %kv = seq.mul %k, %v : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// The delta rule.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay one factor a token; 1 write(s), 1 of which depend(s) on the state (triangular solve); 2 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %a = seq.exp %g : []
    %S1 = seq.mul %S, %a : [K, V], []
    %p = seq.dot %S1, %k over ["K"] : [K, V], [K]
    %e = seq.sub %v, %p : [V], [V]
    %ke = seq.mul %k, %e : [K], [V]
    %S2 = seq.add %S1, %ke : [K, V], [K, V]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// The vector that erases is not the key; the read is of the undecayed state.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay along K; 2 write(s), 1 of which depend(s) on the state (triangular solve); 2 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %c over ["K"] : [K, V], [K]
    %a = seq.exp %h : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %kp = seq.mul %k, %p : [K], [V]
    %S2 = seq.sub %S1, %kp : [K, V], [K, V]
    %kv = seq.mul %k, %v : [K], [V]
    %S3 = seq.add %S2, %kv : [K, V], [K, V]
    %y = seq.dot %S3, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S3 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Read before the write.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay none; 1 write(s); 1 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %y = seq.dot %S, %q over ["K"] : [K, V], [K]
    %kv = seq.mul %k, %v : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Read through a side version of the state: it counts as a write of its own.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay along K; 2 write(s); 1 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %ck = seq.mul %c, %k : [K], [K]
    %ckv = seq.mul %ck, %v : [K], [V]
    %side = seq.add %S, %ckv : [K, V], [K, V]
    %y = seq.dot %side, %q over ["K"] : [K, V], [K]
    %a = seq.exp %h : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %kv = seq.mul %k, %v : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A decay of the side version alone is none of the state.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay none; 1 write(s); 1 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %a = seq.exp %w : [V]
    %side = seq.mul %S, %a : [K, V], [V]
    %y = seq.dot %side, %q over ["K"] : [K, V], [K]
    %kv = seq.mul %k, %v : [K], [V]
    %S2 = seq.add %S, %kv : [K, V], [K, V]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Two writes, the second from a read after the first.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay none; 2 write(s), 1 of which depend(s) on the state (triangular solve); 2 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %kv = seq.mul %k, %v : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    %p = seq.dot %S1, %c over ["K"] : [K, V], [K]
    %e = seq.sub %u, %p : [V], [V]
    %ce = seq.mul %c, %e : [K], [V]
    %S2 = seq.add %S1, %ce : [K, V], [K, V]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Two sub-steps, each of which reads what the one before wrote.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay one factor a token; 2 write(s), 2 of which depend(s) on the state (triangular solve); 3 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %a = seq.exp %g : []
    %S1 = seq.mul %S, %a : [K, V], []
    %p = seq.dot %S1, %k over ["K"] : [K, V], [K]
    %e = seq.sub %v, %p : [V], [V]
    %ke = seq.mul %k, %e : [K], [V]
    %S2 = seq.add %S1, %ke : [K, V], [K, V]
    %p2 = seq.dot %S2, %c over ["K"] : [K, V], [K]
    %e2 = seq.sub %u, %p2 : [V], [V]
    %ce = seq.mul %c, %e2 : [K], [V]
    %S3 = seq.add %S2, %ce : [K, V], [K, V]
    %y = seq.dot %S3, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S3 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Reads before and after the decay feed one write, under a decay along K.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay along K; 1 write(s), 1 of which depend(s) on the state (triangular solve); 3 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %k over ["K"] : [K, V], [K]
    %a = seq.exp %h : [K]
    %S1 = seq.mul %S, %a : [K, V], [K]
    %r = seq.dot %S1, %c over ["K"] : [K, V], [K]
    %pr = seq.add %p, %r : [V], [V]
    %ke = seq.mul %k, %pr : [K], [V]
    %S2 = seq.sub %S1, %ke : [K, V], [K, V]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Reads over V: the roles of the axes follow from them.
seq.operator @f params(K = 16, V = 16) sizes(B, T) (%ks: [B, T, K], %vs: [B, T, V], %s0: [B, K, V]) -> (o: [B, T, K], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis V, value axis K; decay none; 1 write(s); 1 read(s)}}
  %o, %s = seq.recurrence over "T" (%k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, K], [B, K, V]) {
    %kv = seq.mul %k, %v : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    %y = seq.dot %S1, %v over ["V"] : [K, V], [V]
    seq.yield carry(%S1 : [K, V]) out(%y : [K])
  }
  seq.return %o, %s : [B, T, K], [B, K, V]
}

// -----

// Read over both axes: the sums go either way.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay none; 1 write(s); 2 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %y = seq.dot %S, %q over ["K"] : [K, V], [K]
    %p = seq.dot %S, %v over ["V"] : [K, V], [V]
    %n = seq.sum %p over ["K"] : [K]
    %yn = seq.mul %y, %n : [V], []
    %kv = seq.mul %k, %v : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%yn : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A read with what was read, for the output only.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay none; 1 write(s); 2 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %q over ["K"] : [K, V], [K]
    %n = seq.sum %p over ["V"] : [V]
    %kn = seq.mul %k, %n : [K], []
    %y = seq.dot %S, %kn over ["K"] : [K, V], [K]
    %kv = seq.mul %k, %v : [K], [V]
    %S1 = seq.add %S, %kv : [K, V], [K, V]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// Two writes, both from the state before them.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %cs: [B, T, K], %us: [B, T, V], %gs: [B, T], %hs: [B, T, K], %ws: [B, T, V],
     %s0: [B, K, V]) -> (o: [B, T, V], s: [B, K, V]) {
  // expected-remark @+1 {{affine in its state: key axis K, value axis V; decay none; 2 write(s), 2 of which depend(s) on the state (triangular solve); 2 read(s)}}
  %o, %s = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V],
      %c: [K] = %cs : [B, T, K], %u: [V] = %us : [B, T, V], %g: [] = %gs : [B, T], %h: [K] = %hs : [B, T, K], %w: [V] = %ws : [B, T, V])
      carry(%S: [K, V] = %s0 : [B, K, V]) -> ([B, T, V], [B, K, V]) {
    %p = seq.dot %S, %k over ["K"] : [K, V], [K]
    %r = seq.dot %S, %c over ["K"] : [K, V], [K]
    %kp = seq.mul %k, %p : [K], [V]
    %cr = seq.mul %c, %r : [K], [V]
    %S1 = seq.add %S, %kp : [K, V], [K, V]
    %S2 = seq.add %S1, %cr : [K, V], [K, V]
    seq.yield carry(%S2 : [K, V]) out(%p : [V])
  }
  seq.return %o, %s : [B, T, V], [B, K, V]
}

// -----

// A maximum that scales a matrix and a vector: each carry is known to those after it.
seq.operator @f params(K = 16, V = 16) sizes(B, T)
    (%qs: [B, T, K], %ks: [B, T, K], %vs: [B, T, V], %is: [B, T], %s0: [B, K, V], %z0: [B, K], %m0: [B])
    -> (o: [B, T, V], s: [B, K, V], z: [B, K], m: [B]) {
  // expected-remark @+1 {{affine in its 3 states: state 2: a running maximum; then state 0: key axis K, value axis V; decay one factor a token; 1 write(s); 1 read(s); then state 1: key axis K; decay one factor a token; 1 write(s); 1 read(s)}}
  %o, %s, %z, %m = seq.recurrence over "T" (%q: [K] = %qs : [B, T, K], %k: [K] = %ks : [B, T, K], %v: [V] = %vs : [B, T, V], %i: [] = %is : [B, T])
      carry(%S: [K, V] = %s0 : [B, K, V], %Z: [K] = %z0 : [B, K], %M: [] = %m0 : [B]) -> ([B, T, V], [B, K, V], [B, K], [B]) {
    %M1 = seq.max %i, %M : [], []
    %ld = seq.sub %M, %M1 : [], []
    %d = seq.exp %ld : []
    %S1 = seq.mul %S, %d : [K, V], []
    %kv = seq.mul %k, %v : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %Z1 = seq.mul %Z, %d : [K], []
    %Z2 = seq.add %Z1, %k : [K], [K]
    %y = seq.dot %S2, %q over ["K"] : [K, V], [K]
    %n = seq.dot %Z2, %q over ["K"] : [K], [K]
    %yn = seq.mul %y, %n : [V], []
    seq.yield carry(%S2, %Z2, %M1 : [K, V], [K], []) out(%yn : [V])
  }
  seq.return %o, %s, %z, %m : [B, T, V], [B, K, V], [B, K], [B]
}
