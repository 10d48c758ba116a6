// RUN: not seqmix-opt %s --seqmix-set-params="params=N=4" 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: set-params-invalid.mlir:[[@LINE+17]]:1: error: there is no parameter N to set; @scale has E, J, K; @second has K
// RUN: not seqmix-opt %s --seqmix-set-params="params=K" 2>&1 | FileCheck %s --check-prefix=FORM
// FORM: error: a parameter is set as NAME=VALUE, found K
// RUN: not seqmix-opt %s --seqmix-set-params="params=K=0" 2>&1 | FileCheck %s --check-prefix=ZERO
// ZERO: set-params-invalid.mlir:[[@LINE+13]]:1: error: parameter K must be an integer from 1 to 65536, found 0
// RUN: not seqmix-opt %s --seqmix-set-params="params=K=65537" 2>&1 | FileCheck %s --check-prefix=LARGE
// LARGE: error: parameter K must be an integer from 1 to 65536, found 65537
// RUN: not seqmix-opt %s --seqmix-set-params="params=K=f32" 2>&1 | FileCheck %s --check-prefix=TYPE
// TYPE: error: parameter K must be an integer from 1 to 65536, found f32
// RUN: not seqmix-opt %s --seqmix-set-params="params=E=i32" 2>&1 | FileCheck %s --check-prefix=ELEM
// ELEM: error: type parameter E must be f32, bf16 or f16, found i32
// RUN: not seqmix-opt %s --seqmix-set-params="params=K=2" 2>&1 | FileCheck %s --check-prefix=SLICE
// SLICE: set-params-invalid.mlir:[[@LINE+8]]:8: error: 'seq.slice' op index 3 is out of range: K has 2 elements
// RUN: not seqmix-opt %s --seqmix-set-params="params=J=2" 2>&1 | FileCheck %s --check-prefix=RENAME
// RENAME: set-params-invalid.mlir:[[@LINE+5]]:8: error: 'seq.rename' op expected two parameters of one value, found K = 128 and J = 2

// The rules that depend on values hold for the values set, too.
seq.operator @scale params(K = 128, J = K, E = bf16) sizes(T) (%x: [T, K] x E) -> (y: [T]) {
  // A parameter can be set apart from the one that it equals.
  %r = seq.rename %x "K" to "J" : [T, K] x E
  %y = seq.slice %x "K" at 3 : [T, K] x E
  seq.return %y : [T]
}

seq.operator @second params(K = 8) sizes(T) (%x: [T, K]) -> (y: [T, K]) {
  seq.return %x : [T, K]
}
