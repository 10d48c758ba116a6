// RUN: seqmix-opt %s -split-input-file -verify-diagnostics

// pad_c1: dim
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected `dim` below 2, found 2}}
  %0 = stream.pad ins(%x : tensor<8x16xf32>) outs(%x : tensor<8x16xf32>) dim 2 axis "T" value 0.0 -> tensor<8x16xf32>
  return
}

// -----

// pad_c1: axis
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected a tiled axis of the enclosing loop (its stream axis inside `absorb` only), found 'T'}}
  %0 = stream.pad ins(%x : tensor<8x16xf32>) outs(%x : tensor<8x16xf32>) dim 0 axis "T" value 0.0 -> tensor<8x16xf32>
  return
}

// -----

// pad: valid on memrefs
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{needs `valid` on memrefs}}
  stream.pad ins(%m : memref<8x16xf32>) outs(%m : memref<8x16xf32>) dim 0 axis "T" value 0.0
  return
}

// -----

// pad_c2
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index, %y2: memref<8x4xf32>) {
  // expected-error @+1 {{expected a source of shape [8, 16], found}}
  stream.pad ins(%y2 : memref<8x4xf32>) valid(%n) outs(%m : memref<8x16xf32>) dim 0 axis "T" value 0.0
  return
}

// -----

// all: tensors or memrefs
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected all operands to be tensors or all to be memrefs}}
  stream.pad ins(%x : tensor<8x16xf32>) valid(%n) outs(%m : memref<8x16xf32>) dim 0 axis "T" value 0.0
  return
}

// -----

// all: static
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index, %q: tensor<?xf64>) {
  // expected-error @+1 {{expected tiles of static shape, found}}
  %0 = stream.cumsum ins(%q : tensor<?xf64>) outs(%q : tensor<?xf64>) -> tensor<?xf64>
  return
}

// -----

// cumsum_c1: f64
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected a destination of f64, found}}
  %0 = stream.cumsum ins(%v : tensor<8xf32>) outs(%v : tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

// cumsum_c1: shape
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected a source of shape [8, 16], found}}
  %0 = stream.cumsum ins(%v : tensor<8xf32>) outs(%g : tensor<8x16xf64>) -> tensor<8x16xf64>
  return
}

// -----

// scores_c1: y
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected y of shape [8, 16], found}}
  %0 = stream.scores ins(%x, %y : tensor<8x16xf32>, tensor<8x4xf32>) outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  return
}

// -----

// scores_c1: destination
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected a destination of shape [8, 8], found}}
  %0 = stream.scores ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) outs(%x : tensor<8x16xf32>) -> tensor<8x16xf32>
  return
}

// -----

// scores_c1: rank
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected x of shape [C, D], found}}
  %0 = stream.scores ins(%v, %v : tensor<8xf32>, tensor<8xf32>) outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  return
}

// -----

// scores_c2: count
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected two gates or none, found 1}}
  %0 = stream.scores diagonal ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) gates(%h : tensor<8xf64>) outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  return
}

// -----

// scores_c2: f64
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected gates of f64, found}}
  %0 = stream.scores ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) gates(%v, %v : tensor<8xf32>, tensor<8xf32>) outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  return
}

// -----

// scores_c2: shape
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index, %g4: tensor<8x4xf64>) {
  // expected-error @+1 {{expected gates of shape [8, 16] or one gate a token, found}}
  %0 = stream.scores ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) gates(%g4, %g4 : tensor<8x4xf64>, tensor<8x4xf64>) outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  return
}

// -----

// scores_c2: one shape
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected both gates to have one shape, found}}
  %0 = stream.scores ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) gates(%g, %h : tensor<8x16xf64>, tensor<8xf64>) outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  return
}

// -----

// apply_c1: p
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected p of shape [8, 8], found}}
  %0 = stream.apply ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) gates(%g, %g : tensor<8x16xf64>, tensor<8x16xf64>) outs(%x : tensor<8x16xf32>) -> tensor<8x16xf32>
  return
}

// -----

// apply_c1: destination
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected a destination of shape [8, 16], found}}
  %0 = stream.apply ins(%p, %x : tensor<8x8xf32>, tensor<8x16xf32>) gates(%g, %g : tensor<8x16xf64>, tensor<8x16xf64>) outs(%y : tensor<8x4xf32>) -> tensor<8x4xf32>
  return
}

// -----

// apply_c2
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected gates of shape [8, 16], found}}
  %0 = stream.apply ins(%p, %x : tensor<8x8xf32>, tensor<8x16xf32>) gates(%h, %h : tensor<8xf64>, tensor<8xf64>) outs(%x : tensor<8x16xf32>) -> tensor<8x16xf32>
  return
}

// -----

// solve_c1: N
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected N of shape [8, 8], found}}
  %0 = stream.solve ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) outs(%x : tensor<8x16xf32>) -> tensor<8x16xf32>
  return
}

// -----

// solve_c1: destination
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected a destination of shape [8, 16], found}}
  %0 = stream.solve ins(%p, %x : tensor<8x8xf32>, tensor<8x16xf32>) outs(%y : tensor<8x4xf32>) -> tensor<8x4xf32>
  return
}

// -----

// solve_c2
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected two gates or none, found 1}}
  %0 = stream.solve ins(%p, %x : tensor<8x8xf32>, tensor<8x16xf32>) gates(%g : tensor<8x16xf64>) outs(%x : tensor<8x16xf32>) -> tensor<8x16xf32>
  return
}

// -----

// position_c1: no loop
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected to be inside a stream.loop}}
  %0 = stream.position "T"
  return
}

// -----

// extent_c1: no loop
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected to be inside a stream.loop}}
  %0 = stream.extent "T"
  return
}

// -----

// cummax_c1: rank
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  %i = arith.constant dense<0.0> : tensor<f32>
  // expected-error @+1 {{expected a destination of rank 1, found}}
  %0 = stream.cummax ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) init(%i : tensor<f32>) outs(%x : tensor<8x16xf32>) -> tensor<8x16xf32>
  return
}

// -----

// cummax_c1: f32
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  %i = arith.constant dense<0.0> : tensor<f32>
  // expected-error @+1 {{expected f32 everywhere, found}}
  %0 = stream.cummax ins(%v, %h : tensor<8xf32>, tensor<8xf64>) init(%i : tensor<f32>) outs(%v : tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

// cummax_c1: init
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected an init of shape [], found}}
  %0 = stream.cummax ins(%v, %v : tensor<8xf32>, tensor<8xf32>) init(%v : tensor<8xf32>) outs(%v : tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

// scores_c3: a power of two
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{expected a group of 1, 2, 4, 8 or 16, found 3}}
  %0 = stream.scores group 3 ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  return
}

// -----

// scores_c4: count
func.func @f(%x: tensor<8x16xf32>, %p: tensor<8x8xf32>, %h: tensor<8xf64>) {
  // expected-error @+1 {{expected two factors or none, found 1}}
  %0 = stream.scores ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) gates(%h, %h : tensor<8xf64>, tensor<8xf64>) factors(%x : tensor<8x16xf32>)
      outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  return
}

// -----

// scores_c4: gates
func.func @f(%x: tensor<8x16xf32>, %p: tensor<8x8xf32>) {
  // expected-error @+1 {{has factors, but no gates that they would hold}}
  %0 = stream.scores ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) factors(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>)
      outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  return
}

// -----

// scores_c4: shape of rows
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %h: tensor<8x16xf64>) {
  // expected-error @+1 {{expected a factor of shape [8, 16], found 'tensor<8x4xf32>'}}
  %0 = stream.scores ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) gates(%h, %h : tensor<8x16xf64>, tensor<8x16xf64>)
      factors(%x, %y : tensor<8x16xf32>, tensor<8x4xf32>) outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  return
}

// -----

// scores_c4: shape of tokens
func.func @f(%x: tensor<8x16xf32>, %p: tensor<8x8xf32>, %h: tensor<8xf64>) {
  // expected-error @+1 {{expected a factor of shape [8], found 'tensor<8x16xf32>'}}
  %0 = stream.scores ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) gates(%h, %h : tensor<8xf64>, tensor<8xf64>)
      factors(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  return
}

// -----

// scores_c3: no diagonal
func.func @f(%x: tensor<8x16xf32>, %y: tensor<8x4xf32>, %p: tensor<8x8xf32>, %v: tensor<8xf32>, %g: tensor<8x16xf64>, %h: tensor<8xf64>,
    %m: memref<8x16xf32>, %n: index) {
  // expected-error @+1 {{has a group or the diagonal, not both}}
  %0 = stream.scores diagonal group 2 ins(%x, %x : tensor<8x16xf32>, tensor<8x16xf32>) outs(%p : tensor<8x8xf32>) -> tensor<8x8xf32>
  return
}
