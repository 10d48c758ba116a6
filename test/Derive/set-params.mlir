// RUN: seqmix-opt %s --seqmix-set-params | FileCheck %s --check-prefixes=CHECK,DEFAULT
// RUN: seqmix-opt %s --seqmix-set-params="params=K=64,E=f16" | FileCheck %s --check-prefixes=CHECK,SET
// RUN: seqmix-opt %s --seqmix-set-params="params=K=64,E=f16" | seqmix-opt --seqmix-set-params | FileCheck %s --check-prefixes=CHECK,SET

// Types go everywhere in the operator; what is said again counts last; another name follows its parameter.
// CHECK-LABEL:  seq.operator @scale params(
// DEFAULT-SAME:   E = bf16, F = bf16, J = 128, K = 128)
// DEFAULT-NEXT:   (%x: [T, K] x bf16 {unit = "K"}, %z: [T, J] x bf16, %a: [T]) -> (y: [T, K] x bf16)
// SET-SAME:       E = f16, F = f16, J = 64, K = 64)
// SET-NEXT:       (%x: [T, K] x f16 {unit = "K"}, %z: [T, J] x f16, %a: [T]) -> (y: [T, K] x f16)
seq.operator @scale params(K = 128, J = K, E = bf16, F = E) sizes(T)
    (%x: [T, K] x E {unit = "K"}, %z: [T, J] x F, %a: [T]) -> (y: [T, K] x E) {
  // DEFAULT: seq.mul %x, %a : [T, K] x bf16, [T]
  // SET:     seq.mul %x, %a : [T, K] x f16, [T]
  %y = seq.mul %x, %a : [T, K] x E, [T]
  seq.return %y : [T, K]
}

// An operator that has one of them. One without E: its types stay.
// CHECK-LABEL:  seq.operator @second
// DEFAULT-SAME:   params(K = 8)
// SET-SAME:       params(K = 64)
// CHECK-NEXT:     (%x: [T, K] x bf16)
seq.operator @second params(K = 8) sizes(T) (%x: [T, K] x bf16) -> (y: [T, K]) {
  seq.return %x : [T, K] x bf16
}

// Inside regions, too.
// CHECK-LABEL: seq.operator @region
seq.operator @region params(K = 8, E = bf16) sizes(T) (%x: [T, K] x E) -> (y: [T, K] x E) {
  // DEFAULT: seq.recurrence over "T" (%{{.*}}: [K] = %x : [T, K] x bf16)
  // SET:     seq.recurrence over "T" (%{{.*}}: [K] = %x : [T, K] x f16)
  %y = seq.recurrence over "T" (%xt: [K] = %x : [T, K] x E) -> ([T, K]) {
    %k = seq.param "K"
    %z = seq.mul %xt, %k : [K], []
    seq.yield out(%z : [K])
  }
  seq.return %y : [T, K]
}
