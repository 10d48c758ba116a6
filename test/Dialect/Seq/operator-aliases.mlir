// RUN: seqmix-opt %s | seqmix-opt | FileCheck %s
// RUN: seqmix-opt %s --seqmix-set-params="params=K=5" | FileCheck %s --check-prefix=SET

// A parameter that equals another is printed after it, whatever their names.
// CHECK: seq.operator @aliases params(K = 3, I = K, J = K) sizes(T)
// SET:   seq.operator @aliases params(I = 5, J = 5, K = 5) sizes(T)
seq.operator @aliases params(K = 3, J = K, I = J) sizes(T) (%x: [T, K], %y: [T, J]) -> (z: [T, I]) {
  %j = seq.rename %x "K" to "J" : [T, K]
  %s = seq.add %j, %y : [T, J], [T, J]
  %i = seq.rename %s "J" to "I" : [T, J]
  seq.return %i : [T, I]
}
