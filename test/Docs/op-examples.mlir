// Each example of an op's page, in a place where it parses; docs/run_examples.py finds them here word for word.
// RUN: seqmix-opt %s --allow-unregistered-dialect --split-input-file > %t
// RUN: FileCheck %s --input-file=%t
// CHECK-COUNT-2: seq.operator @example

seq.operator @example params(D = 4, GATES = 4, J = 4, K = 4, V = 4) sizes(T) (%in: [T, K]) -> (out: [T, K]) {
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.abs %x : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K, V] x f32>
    %y = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.add %x, %y : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[] x i1>
    %y = "test.value"() : () -> !seq.array<[] x i1>
    %r = seq.and %x, %y : [] x i1, [] x i1
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.cos %x : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K, V] x f32>
    %y = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.div %x, %y : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %S = "test.value"() : () -> !seq.array<[K, V] x f32>
    %k = "test.value"() : () -> !seq.array<[K] x f32>
    %p = seq.dot %S, %k over ["K"] : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K, V] x f32>
    %y = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.eq %x, %y : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.erf %x : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.exp %x : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[] x index>
    %y = "test.value"() : () -> !seq.array<[] x index>
    %r = seq.floordiv %x, %y : [] x index, [] x index
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K, V] x f32>
    %y = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.ge %x, %y : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K, V] x f32>
    %y = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.gt %x, %y : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K, V] x f32>
    %y = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.le %x, %y : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.log %x : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K, V] x f32>
    %y = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.lt %x, %y : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K, V] x f32>
    %y = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.max %x, %y : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K, V] x f32>
    %y = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.min %x, %y : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[] x index>
    %y = "test.value"() : () -> !seq.array<[] x index>
    %r = seq.mod %x, %y : [] x index, [] x index
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K, V] x f32>
    %y = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.mul %x, %y : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K, V] x f32>
    %y = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.ne %x, %y : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.neg %x : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[] x i1>
    %r = seq.not %x : [] x i1
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[] x i1>
    %y = "test.value"() : () -> !seq.array<[] x i1>
    %r = seq.or %x, %y : [] x i1, [] x i1
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %h = "test.value"() : () -> !seq.array<[D] x f32>
    %hj = seq.rename %h "D" to "J" : [D]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.rsqrt %x : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %c = "test.value"() : () -> !seq.array<[K] x i1>
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %y = "test.value"() : () -> !seq.array<[] x f32>
    %r = seq.select %c, %x, %y : [K] x i1, [K], []
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.sigmoid %x : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.sin %x : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %p = "test.value"() : () -> !seq.array<[GATES, D] x f32>
    %f = seq.slice %p "GATES" at 1 : [GATES, D]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.softplus %x : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.sqrt %x : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K, V] x f32>
    %y = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.sub %x, %y : [K, V], [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x2 = "test.value"() : () -> !seq.array<[K] x f32>
    %n = seq.sum %x2 over ["K"] : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[K] x f32>
    %r = seq.tanh %x : [K]
    "test.end"() : () -> ()
  }) : () -> ()
  "test.example"() ({
    %x = "test.value"() : () -> !seq.array<[] x index>
    %r = seq.to_real %x : [] x index
    "test.end"() : () -> ()
  }) : () -> ()
  seq.return %in : [T, K]
}

// -----

seq.operator @example params(K = 4, V = 4, E = bf16) sizes(B, T, S, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E) -> (o: [B, T, H, V], lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      seq.yield out(%t : [])
    } mask(%b, %h, %i, %j) {
      %m = seq.le %j, %i : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}

// -----

seq.operator @example params(K = 4, V = 4, E = bf16) sizes(B, T, H)
    (%k: [B, T, H, K] x E, %v: [B, T, H, V] x E, %s0: [B, H, K, V]) -> (o: [B, T, H, V], s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T" (%kt: [K] = %k : [B, T, H, K] x E, %vt: [V] = %v : [B, T, H, V] x E)
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %w = seq.mul %kt, %vt : [K], [V]
    %S1 = seq.add %S, %w : [K, V], [K, V]
    %y = seq.dot %S1, %kt over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}

// -----

seq.operator @scale params(K = 128, E = bf16) sizes(B, T)
    (%x: [B, T, K] x E, %a: [B, T] {range = [0.0, 1.0]}) -> (y: [B, T, K] x E) {
  %y = seq.mul %x, %a : [B, T, K] x E, [B, T]
  seq.return %y : [B, T, K]
}

// -----

// Sub-steps stand in a step, and so does what it yields.
seq.operator @example params(K = 4, V = 4, R = 2) sizes(T)
    (%keys: [T, R, K], %values: [T, R, V], %s0: [K, V]) -> (o: [T, V]) {
  %o, %s = seq.recurrence over "T" (%k: [R, K] = %keys : [T, R, K], %v: [R, V] = %values : [T, R, V])
      carry(%S1: [K, V] = %s0 : [K, V]) -> ([T, V], [K, V]) {
    %S2 = seq.substeps over "R" (%kr: [K] = %k : [R, K], %vr: [V] = %v : [R, V]) carry(%S: [K, V] = %S1 : [K, V]) -> ([K, V]) {
      %kv = seq.mul %kr, %vr : [K], [V]
      %n = seq.add %S, %kv : [K, V], [K, V]
      seq.yield carry(%n : [K, V])
    }
    %k0 = seq.slice %k "R" at 0 : [R, K]
    %y = seq.dot %S2, %k0 over ["K"] : [K, V], [K]
    seq.yield carry(%S1 : [K, V]) out(%y : [V])
  }
  seq.return %o : [T, V]
}

// -----

// Leaves: of a mask and of a step.
seq.operator @example params(K = 4) sizes(B, T, S = T, H)
    (%q: [B, T, H, K], %k: [B, S, H, K], %prefix: [B] x i32) -> (o: [B, T, H, K]) {
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, H, K]) value(%k : [B, S, H, K])
      normaliser "softmax" -> ([B, T, H, K])
    score(%x, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      seq.yield out(%c : [])
    } mask(%b, %h, %i, %j) {
      %p = seq.at %prefix[%b] : [B] x i32
      %s = seq.size "S"
      %r = seq.to_real %s : [] x index
      %zero = seq.constant 0.0 : [K, V]
      %eight = seq.constant 8 : [] x index
      %m = seq.lt %j, %p : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [B, T, H, K]
}

// -----

seq.operator @decay params(K = 128) sizes(B, T, H) (%x: [B, T, H, K], %a: [B, T, H]) -> (y: [B, T, H, K]) {
  %y = seq.mul %x, %a : [B, T, H, K], [B, T, H]
  seq.return %y : [B, T, H, K]
}
func.func @layer(%x: tensor<1x?x4x128xf32>, %a: tensor<1x?x4xf32>, %init: tensor<1x?x4x128xf32>) -> tensor<1x?x4x128xf32> {
  %y = seq.apply @decay ins(%x, %a : tensor<1x?x4x128xf32>, tensor<1x?x4xf32>)
                        outs(%init : tensor<1x?x4x128xf32>) -> tensor<1x?x4x128xf32>
  return %y : tensor<1x?x4x128xf32>
}

// -----

kernel.entry @seqmix_scale attributes {operator_name = "scale", sizes = ["T"], params = {K = 16}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}, {name = "y", axes = ["T", "K"], elem = f32, result} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>):
}
func.func @call(%T: index, %x: memref<?x16xf32>, %y: memref<?x16xf32, strided<[32, 1], offset: ?>>) {
  kernel.call @seqmix_scale sizes(%T) arrays(%x, %y) : memref<?x16xf32>, memref<?x16xf32, strided<[32, 1], offset: ?>>
  return
}

// -----

func.func @moves(%q: memref<?x?x?x128xbf16, strided<[?, ?, ?, 1]>>, %o: memref<?x?x?x128xbf16, strided<[?, ?, ?, 1]>>,
                 %tile: memref<64x128xf32, #kernel.memory<near>>, %b: index, %t: index, %h: index, %c0: index) {
  kernel.load %q[%b, %t, %h, %c0] dims [1, 3] into %tile
      : memref<?x?x?x128xbf16, strided<[?, ?, ?, 1]>>, memref<64x128xf32, #kernel.memory<near>>
  kernel.store %tile into %o[%b, %t, %h, %c0] dims [1, 3]
      : memref<64x128xf32, #kernel.memory<near>>, memref<?x?x?x128xbf16, strided<[?, ?, ?, 1]>>
  kernel.prefetch %q[%b, %t, %h, %c0] dims [1, 3] shape [16, 128] : memref<?x?x?x128xbf16, strided<[?, ?, ?, 1]>>
  return
}

// -----

func.func @tasks(%B: index, %H: index) {
  kernel.parallel grid(%B, %H) {
  ^bb0(%b: index, %h: index, %near: memref<4096xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
  }
  return
}

// -----

func.func @example(%P: tensor<64x64xf32>, %W: tensor<64x128xf32>, %H: tensor<64x128xf64>, %e: tensor<64x128xf32>) {
  %O = stream.apply ins(%P, %W : tensor<64x64xf32>, tensor<64x128xf32>)
      gates(%H, %H : tensor<64x128xf64>, tensor<64x128xf64>) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
  return
}

// -----

func.func @example(%g: tensor<64x128xf32>, %e: tensor<64x128xf64>) {
  %G = stream.cumsum ins(%g : tensor<64x128xf32>) outs(%e : tensor<64x128xf64>) -> tensor<64x128xf64>
  return
}

// -----

func.func @example(%q: tensor<64x128xf32>, %k: tensor<64x128xf32>, %G: tensor<64xf64>, %e: tensor<64x64xf32>) {
  %P = stream.scores diagonal ins(%q, %k : tensor<64x128xf32>, tensor<64x128xf32>)
      gates(%G, %G : tensor<64xf64>, tensor<64xf64>) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  return
}

// -----

func.func @example(%N: tensor<64x64xf32>, %R: tensor<64x128xf32>, %e: tensor<64x128xf32>) {
  %W = stream.solve ins(%N, %R : tensor<64x64xf32>, tensor<64x128xf32>) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
  return
}

// -----

kernel.entry @loop attributes {operator_name = "loop", sizes = ["B", "T", "H"], params = {K = 128 : i64, V = 128 : i64}, divides = {}, equals = {},
    arrays = [{name = "g", axes = ["B", "T", "H"], elem = f32}, {name = "v", axes = ["B", "T", "H", "V"], elem = f32},
              {name = "s0", axes = ["B", "H", "K", "V"], elem = f32},
              {name = "o", axes = ["B", "T", "H", "V"], elem = f32, result}, {name = "s", axes = ["B", "H", "K", "V"], elem = f32, result}],
    form = "chunkwise", require = {}, product_type = f32} {
^bb0(%B: index, %T: index, %H: index, %g: memref<?x?x?xf32, strided<[?, ?, 1]>>, %v: memref<?x?x?x128xf32, strided<[?, ?, ?, 1]>>,
     %s0: memref<?x?x128x128xf32, strided<[?, ?, ?, 1]>>,
     %o: memref<?x?x?x128xf32, strided<[?, ?, ?, 1]>>, %s: memref<?x?x128x128xf32, strided<[?, ?, ?, 1]>>):
  stream.loop
      parallel (B tile 1 size %B, H tile 1 size %H)
      stream (T tile 64 size %T)
      resident (%s0 [B, H, K, V] : memref<?x?x128x128xf32, strided<[?, ?, ?, 1]>>)
      streamed (%g [B, T, H] : memref<?x?x?xf32, strided<[?, ?, 1]>>,
                %v [B, T, H, V] : memref<?x?x?x128xf32, strided<[?, ?, ?, 1]>>)
      results (%o [B, T, H, V] : memref<?x?x?x128xf32, strided<[?, ?, ?, 1]>>)
      finals (%s [B, H, K, V] : memref<?x?x128x128xf32, strided<[?, ?, ?, 1]>>)
      init (%initial: tensor<128x128xf32>) {
        stream.yield %initial : tensor<128x128xf32>
      }
      absorb (%S: tensor<128x128xf32>, %initial: tensor<128x128xf32>, %g_tile: tensor<64xf32>, %v_tile: tensor<64x128xf32>) {
        stream.yield %S, %v_tile : tensor<128x128xf32>, tensor<64x128xf32>
      }
      finish (%S: tensor<128x128xf32>, %initial: tensor<128x128xf32>) {
        stream.yield %S : tensor<128x128xf32>
      }
}

// -----

kernel.entry @inside attributes {operator_name = "loop", sizes = ["S", "T", "H"], params = {K = 128 : i64, V = 128 : i64}, divides = {}, equals = {},
    arrays = [{name = "g", axes = ["S", "T", "H"], elem = f32}, {name = "v", axes = ["S", "T", "H", "V"], elem = f32},
              {name = "s0", axes = ["S", "H", "K", "V"], elem = f32},
              {name = "o", axes = ["S", "T", "H", "V"], elem = f32, result}, {name = "s", axes = ["S", "H", "K", "V"], elem = f32, result}],
    form = "chunkwise", require = {}, product_type = f32} {
^bb0(%B: index, %T: index, %H: index, %gates: memref<?x?x?xf32, strided<[?, ?, 1]>>, %v: memref<?x?x?x128xf32, strided<[?, ?, ?, 1]>>,
     %s0: memref<?x?x128x128xf32, strided<[?, ?, ?, 1]>>,
     %out: memref<?x?x?x128xf32, strided<[?, ?, ?, 1]>>, %s: memref<?x?x128x128xf32, strided<[?, ?, ?, 1]>>):
  stream.loop
      parallel (S tile 1 size %B, H tile 1 size %H)
      stream (T tile 64 size %T)
      resident (%s0 [S, H, K, V] : memref<?x?x128x128xf32, strided<[?, ?, ?, 1]>>)
      streamed (%gates [S, T, H] : memref<?x?x?xf32, strided<[?, ?, 1]>>,
                %v [S, T, H, V] : memref<?x?x?x128xf32, strided<[?, ?, ?, 1]>>)
      results (%out [S, T, H, V] : memref<?x?x?x128xf32, strided<[?, ?, ?, 1]>>)
      finals (%s [S, H, K, V] : memref<?x?x128x128xf32, strided<[?, ?, ?, 1]>>)
      init (%initial: tensor<128x128xf32>) {
        stream.yield %initial : tensor<128x128xf32>
      }
      absorb (%S: tensor<128x128xf32>, %initial: tensor<128x128xf32>, %g: tensor<64xf32>, %o: tensor<64x128xf32>) {
        %e = tensor.empty() : tensor<64xf32>
        %g1 = stream.pad ins(%g : tensor<64xf32>) outs(%e : tensor<64xf32>) dim 0 axis "T" value 0.0 -> tensor<64xf32>
        %i = stream.position "T"
        %n = stream.extent "S"
        stream.yield %S, %o : tensor<128x128xf32>, tensor<64x128xf32>
      }
      finish (%S: tensor<128x128xf32>, %initial: tensor<128x128xf32>) {
        stream.yield %S : tensor<128x128xf32>
      }
}

// -----

func.func @example(%B: index, %S: index, %doc: memref<?x?xi32, strided<[?, 1]>>) {
  stream.loop parallel (B tile 1 size %B) stream (S tile 64 size %S)
      classify () {
        %low, %high = stream.bounds %doc ["B", "S"] : memref<?x?xi32, strided<[?, 1]>> -> index
        %both = arith.cmpi eq, %low, %high : index
        stream.yield %both, %both : i1, i1
      }
      init () {
        stream.yield
      }
      absorb () {
        stream.yield
      }
      finish () {
        stream.yield
      }
  return
}

// -----

func.func @example(%a: tensor<64xf32>, %b: tensor<64xf32>, %m0: tensor<f32>, %e: tensor<64xf32>) {
  %m = stream.cummax ins(%a, %b : tensor<64xf32>, tensor<64xf32>) init(%m0 : tensor<f32>) outs(%e : tensor<64xf32>) -> tensor<64xf32>
  return
}

// -----

func.func @segments(%n: index, %x: memref<?x?xf32>, %cu: memref<?xi32>) {
  stream.loop parallel (N tile 1 size %n, B tile 1 size %n) stream (T tile 8 size %n)
      segments (N of [T] at %cu : memref<?xi32>) streamed (%x [B, T] : memref<?x?xf32>)
      init () {
        stream.yield
      }
      absorb (%0: tensor<8xf32>) {
        %first = stream.origin
        stream.yield
      }
      finish () {
        stream.yield
      }
  return
}

// -----

kernel.entry @shared attributes {operator_name = "shared", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [], form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index):
  %c0 = arith.constant 0 : index
  %parts = arith.constant 4 : index
  %row = arith.constant 512 : index
  %bytes = arith.muli %T, %row : index
  %shared = kernel.workspace %bytes : memref<?xi8>
  %sums = memref.view %shared[%c0][%parts, %T] : memref<?xi8> to memref<?x?x128xf32>
}
