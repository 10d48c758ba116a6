// RUN: seqmix-opt %s -split-input-file -verify-diagnostics

// apply_c1: an operator
seq.operator @scale params(K = 4, E = bf16) sizes(T, H, HK divides H) (%x: [T, HK, K] x E, %a: [T, H]) -> (y: [T, HK, K] x E) {
  seq.return %x : [T, HK, K] x E
}
func.func @f(%x: memref<?x2x4xbf16>, %a: memref<?x2xf32>, %y: memref<?x2x4xbf16>) {
  // expected-error @+1 {{expected the name of a seq.operator, found @nothing, which names nothing here}}
  seq.apply @nothing ins(%x, %a : memref<?x2x4xbf16>, memref<?x2xf32>) outs(%y : memref<?x2x4xbf16>)
  return
}

// -----

// apply_c1: an operator, and no other symbol
// expected-note @+1 {{which is this op}}
func.func private @g()
func.func @f(%x: memref<?x2x4xbf16>, %a: memref<?x2xf32>, %y: memref<?x2x4xbf16>) {
  // expected-error @+1 {{expected the name of a seq.operator, found @g}}
  seq.apply @g ins(%x, %a : memref<?x2x4xbf16>, memref<?x2xf32>) outs(%y : memref<?x2x4xbf16>)
  return
}

// -----

// apply_c2: one input an operand
seq.operator @scale params(K = 4, E = bf16) sizes(T, H, HK divides H) (%x: [T, HK, K] x E, %a: [T, H]) -> (y: [T, HK, K] x E) {
  seq.return %x : [T, HK, K] x E
}
func.func @f(%x: memref<?x2x4xbf16>, %a: memref<?x2xf32>, %y: memref<?x2x4xbf16>) {
  // expected-error @+1 {{expected 2 inputs (x, a), found 1}}
  seq.apply @scale ins(%x : memref<?x2x4xbf16>) outs(%y : memref<?x2x4xbf16>)
  return
}

// -----

// apply_c2: one output a result
seq.operator @scale params(K = 4, E = bf16) sizes(T, H, HK divides H) (%x: [T, HK, K] x E, %a: [T, H]) -> (y: [T, HK, K] x E) {
  seq.return %x : [T, HK, K] x E
}
func.func @f(%x: memref<?x2x4xbf16>, %a: memref<?x2xf32>, %y: memref<?x2x4xbf16>) {
  // expected-error @+1 {{expected 1 outputs (y), found 2}}
  seq.apply @scale ins(%x, %a : memref<?x2x4xbf16>, memref<?x2xf32>) outs(%y, %y : memref<?x2x4xbf16>, memref<?x2x4xbf16>)
  return
}

// -----

// apply_c2: rank
seq.operator @scale params(K = 4, E = bf16) sizes(T, H, HK divides H) (%x: [T, HK, K] x E, %a: [T, H]) -> (y: [T, HK, K] x E) {
  seq.return %x : [T, HK, K] x E
}
func.func @f(%x: memref<?x2x4xbf16>, %a: memref<?xf32>, %y: memref<?x2x4xbf16>) {
  // expected-error @+1 {{expected a to have 2 axes [T, H] of 'f32', found 'memref<?xf32>'}}
  seq.apply @scale ins(%x, %a : memref<?x2x4xbf16>, memref<?xf32>) outs(%y : memref<?x2x4xbf16>)
  return
}

// -----

// apply_c2: element type
seq.operator @scale params(K = 4, E = bf16) sizes(T, H, HK divides H) (%x: [T, HK, K] x E, %a: [T, H]) -> (y: [T, HK, K] x E) {
  seq.return %x : [T, HK, K] x E
}
func.func @f(%x: memref<?x2x4xf32>, %a: memref<?x2xf32>, %y: memref<?x2x4xbf16>) {
  // expected-error @+1 {{expected x to have 3 axes [T, HK, K] of 'bf16', found 'memref<?x2x4xf32>'}}
  seq.apply @scale ins(%x, %a : memref<?x2x4xf32>, memref<?x2xf32>) outs(%y : memref<?x2x4xbf16>)
  return
}

// -----

// apply_c3: the value of a parameter
// expected-note @+1 {{the operator is here; its parameters are set where it stands}}
seq.operator @scale params(K = 4, E = bf16) sizes(T, H, HK divides H) (%x: [T, HK, K] x E, %a: [T, H]) -> (y: [T, HK, K] x E) {
  seq.return %x : [T, HK, K] x E
}
func.func @f(%x: memref<?x2x8xbf16>, %a: memref<?x2xf32>, %y: memref<?x2x4xbf16>) {
  // expected-error @+1 {{expected 4 as axis K of x, a parameter, found 8}}
  seq.apply @scale ins(%x, %a : memref<?x2x8xbf16>, memref<?x2xf32>) outs(%y : memref<?x2x4xbf16>)
  return
}

// -----

// apply_c3: a parameter is static
// expected-note @+1 {{the operator is here; its parameters are set where it stands}}
seq.operator @scale params(K = 4, E = bf16) sizes(T, H, HK divides H) (%x: [T, HK, K] x E, %a: [T, H]) -> (y: [T, HK, K] x E) {
  seq.return %x : [T, HK, K] x E
}
func.func @f(%x: memref<?x2x4xbf16>, %a: memref<?x2xf32>, %y: memref<?x2x?xbf16>) {
  // expected-error @+1 {{expected 4 as axis K of y, a parameter, found a dynamic dimension}}
  seq.apply @scale ins(%x, %a : memref<?x2x4xbf16>, memref<?x2xf32>) outs(%y : memref<?x2x?xbf16>)
  return
}

// -----

// apply_c4: sizes agree
seq.operator @scale params(K = 4, E = bf16) sizes(T, H, HK divides H) (%x: [T, HK, K] x E, %a: [T, H]) -> (y: [T, HK, K] x E) {
  seq.return %x : [T, HK, K] x E
}
func.func @f(%x: memref<7x2x4xbf16>, %a: memref<8x2xf32>, %y: memref<?x2x4xbf16>) {
  // expected-error @+1 {{expected 7 as axis T of a, which x has, found 8}}
  seq.apply @scale ins(%x, %a : memref<7x2x4xbf16>, memref<8x2xf32>) outs(%y : memref<?x2x4xbf16>)
  return
}

// -----

// apply_c4: rules hold
seq.operator @scale params(K = 4, E = bf16) sizes(T, H, HK divides H) (%x: [T, HK, K] x E, %a: [T, H]) -> (y: [T, HK, K] x E) {
  seq.return %x : [T, HK, K] x E
}
func.func @f(%x: memref<?x3x4xbf16>, %a: memref<?x2xf32>, %y: memref<?x3x4xbf16>) {
  // expected-error @+1 {{expected HK to divide H, found 3 (x) and 2 (a)}}
  seq.apply @scale ins(%x, %a : memref<?x3x4xbf16>, memref<?x2xf32>) outs(%y : memref<?x3x4xbf16>)
  return
}

// -----

// apply_c4: a size that another stands for
seq.operator @both params(K = 4) sizes(T, S = T) (%x: [T, K], %z: [S, K]) -> (y: [T, K]) {
  seq.return %x : [T, K]
}
func.func @f(%x: memref<7x4xf32>, %z: memref<9x4xf32>, %y: memref<?x4xf32>) {
  // expected-error @+1 {{expected 7 as axis S of z, which x has, found 9}}
  seq.apply @both ins(%x, %z : memref<7x4xf32>, memref<9x4xf32>) outs(%y : memref<?x4xf32>)
  return
}

// -----

// apply_c5: tensors or memrefs
seq.operator @scale params(K = 4, E = bf16) sizes(T, H, HK divides H) (%x: [T, HK, K] x E, %a: [T, H]) -> (y: [T, HK, K] x E) {
  seq.return %x : [T, HK, K] x E
}
func.func @f(%x: tensor<?x2x4xbf16>, %a: memref<?x2xf32>, %y: memref<?x2x4xbf16>) {
  // expected-error @+1 {{expected tensors only or memrefs only, found both}}
  seq.apply @scale ins(%x, %a : tensor<?x2x4xbf16>, memref<?x2xf32>) outs(%y : memref<?x2x4xbf16>)
  return
}

// -----

// apply_c5: the last stride
seq.operator @scale params(K = 4, E = bf16) sizes(T, H, HK divides H) (%x: [T, HK, K] x E, %a: [T, H]) -> (y: [T, HK, K] x E) {
  seq.return %x : [T, HK, K] x E
}
func.func @f(%x: memref<?x2x4xbf16>, %a: memref<?x2xf32, strided<[8, 4]>>, %y: memref<?x2x4xbf16>) {
  // expected-error @+1 {{expected the last stride of a to be 1, found 'memref<?x2xf32, strided<[8, 4]>>'}}
  seq.apply @scale ins(%x, %a : memref<?x2x4xbf16>, memref<?x2xf32, strided<[8, 4]>>) outs(%y : memref<?x2x4xbf16>)
  return
}

// -----

// Destination style: one result an output.
seq.operator @scale params(K = 4, E = bf16) sizes(T, H, HK divides H) (%x: [T, HK, K] x E, %a: [T, H]) -> (y: [T, HK, K] x E) {
  seq.return %x : [T, HK, K] x E
}
func.func @f(%x: tensor<?x2x4xbf16>, %a: tensor<?x2xf32>, %y: tensor<?x2x4xbf16>) {
  // expected-error @+1 {{expected the number of tensor results (0) to be equal to the number of output tensors (1)}}
  seq.apply @scale ins(%x, %a : tensor<?x2x4xbf16>, tensor<?x2xf32>) outs(%y : tensor<?x2x4xbf16>)
  return
}
