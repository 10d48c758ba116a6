// The elementwise ops: kinds of operands and results, broadcast by name.
// RUN: seqmix-opt %s -o %t.mlir
// RUN: seqmix-opt %t.mlir | diff %t.mlir -
// RUN: seqmix-opt %s --mlir-print-op-generic | seqmix-opt | diff %t.mlir -
// RUN: seqmix-opt %s --mlir-print-op-generic | FileCheck %s
// RUN: seqmix-opt %s --cse | FileCheck %s --check-prefix=CSE

// CHECK-LABEL: sym_name = "elementwise"
// CSE-LABEL: seq.operator @elementwise
seq.operator @elementwise params(K = 4, V = 8, E = bf16) sizes(B, T)
    (%x: [B, T, K] x E, %z: [B, T, V] x f16, %a: [T], %i: [B] x i32, %s: [K, V], %r: [V, K]) -> (y: [B, T, K]) {
  // Every real function of one variable gives f32 over the same axes.
  // CHECK: "seq.neg"(%{{.*}}) : (!seq.array<[B, T, K] x E>) -> !seq.array<[B, T, K] x f32>
  %neg = seq.neg %x : [B, T, K] x E
  // CHECK: "seq.abs"{{.*}} -> !seq.array<[B, T, K] x f32>
  %abs = seq.abs %neg : [B, T, K]
  // CHECK: "seq.exp"
  %exp = seq.exp %abs : [B, T, K]
  // CHECK: "seq.log"
  %log = seq.log %exp : [B, T, K]
  // CHECK: "seq.sqrt"
  %sqrt = seq.sqrt %log : [B, T, K]
  // CHECK: "seq.rsqrt"
  %rsqrt = seq.rsqrt %sqrt : [B, T, K]
  // CHECK: "seq.tanh"
  %tanh = seq.tanh %rsqrt : [B, T, K]
  // CHECK: "seq.sin"
  %sin = seq.sin %tanh : [B, T, K]
  // CHECK: "seq.cos"
  %cos = seq.cos %sin : [B, T, K]
  // CHECK: "seq.erf"
  %erf = seq.erf %cos : [B, T, K]
  // CHECK: "seq.sigmoid"
  %sigmoid = seq.sigmoid %erf : [B, T, K]
  // CHECK: "seq.softplus"
  %softplus = seq.softplus %sigmoid : [B, T, K]

  // The axes of the one that has all of the other's, in its order.
  // CHECK: "seq.add"{{.*}} -> !seq.array<[B, T, K] x f32>
  %add = seq.add %softplus, %a : [B, T, K], [T]
  // CHECK: "seq.sub"{{.*}} -> !seq.array<[B, T, K] x f32>
  %sub = seq.sub %a, %add : [T], [B, T, K]
  // CHECK: "seq.mul"{{.*}} -> !seq.array<[V, K] x f32>
  %perm = seq.mul %r, %s : [V, K], [K, V]
  // Else the first one's, then those that are new.
  // CHECK: "seq.mul"{{.*}} -> !seq.array<[B, T, K, V] x f32>
  %mul = seq.mul %sub, %z : [B, T, K], [B, T, V] x f16
  // CHECK: "seq.div"{{.*}} -> !seq.array<[B, T, V, K] x f32>
  %div = seq.div %z, %sub : [B, T, V] x f16, [B, T, K]
  // CHECK: "seq.max"{{.*}} -> !seq.array<[T] x f32>
  %max = seq.max %a, %a : [T], [T]
  // CHECK: "seq.min"{{.*}} -> !seq.array<[T] x f32>
  %min = seq.min %max, %a : [T], [T]

  // Whole numbers are positions, whatever they were stored as.
  // CHECK: "seq.add"{{.*}} -> !seq.array<[B] x index>
  %iadd = seq.add %i, %i : [B] x i32, [B] x i32
  // CHECK: "seq.sub"{{.*}} -> !seq.array<[B] x index>
  %isub = seq.sub %iadd, %i : [B] x index, [B] x i32
  // CHECK: "seq.mul"{{.*}} -> !seq.array<[B] x index>
  %imul = seq.mul %isub, %i : [B] x index, [B] x i32
  // CHECK: "seq.floordiv"{{.*}} -> !seq.array<[B] x index>
  %ifloordiv = seq.floordiv %imul, %i : [B] x index, [B] x i32
  // CHECK: "seq.mod"{{.*}} -> !seq.array<[B] x index>
  %imod = seq.mod %ifloordiv, %i : [B] x index, [B] x i32
  // CHECK: "seq.max"{{.*}} -> !seq.array<[B] x index>
  %imax = seq.max %imod, %i : [B] x index, [B] x i32
  // CHECK: "seq.min"{{.*}} -> !seq.array<[B] x index>
  %imin = seq.min %imax, %i : [B] x index, [B] x i32
  // CHECK: "seq.to_real"{{.*}} -> !seq.array<[B] x f32>
  %real = seq.to_real %imin : [B] x index

  // Comparisons of both give truth values.
  // CHECK: "seq.eq"{{.*}} -> !seq.array<[B] x i1>
  %eq = seq.eq %imin, %i : [B] x index, [B] x i32
  // CHECK: "seq.ne"{{.*}} -> !seq.array<[B, T] x i1>
  %ne = seq.ne %real, %min : [B], [T]
  // CHECK: "seq.lt"
  %lt = seq.lt %imin, %i : [B] x index, [B] x i32
  // CHECK: "seq.le"
  %le = seq.le %imin, %i : [B] x index, [B] x i32
  // CHECK: "seq.gt"
  %gt = seq.gt %imin, %i : [B] x index, [B] x i32
  // CHECK: "seq.ge"
  %ge = seq.ge %imin, %i : [B] x index, [B] x i32
  // CHECK: "seq.and"{{.*}} -> !seq.array<[B] x i1>
  %and = seq.and %eq, %lt : [B] x i1, [B] x i1
  // CHECK: "seq.or"{{.*}} -> !seq.array<[B, T] x i1>
  %or = seq.or %and, %ne : [B] x i1, [B, T] x i1
  // CHECK: "seq.not"{{.*}} -> !seq.array<[B, T] x i1>
  %not = seq.not %or : [B, T] x i1

  // A condition has axes of its own; the choice is of the values' kind.
  // CHECK: "seq.select"{{.*}} -> !seq.array<[B, T, K] x f32>
  %select = seq.select %not, %x, %a : [B, T] x i1, [B, T, K] x E, [T]
  // CHECK: "seq.select"{{.*}} -> !seq.array<[B, T] x index>
  %iselect = seq.select %not, %i, %imin : [B, T] x i1, [B] x i32, [B] x index
  // CHECK: "seq.select"{{.*}} -> !seq.array<[B] x i1>
  %bselect = seq.select %le, %gt, %ge : [B] x i1, [B] x i1, [B] x i1

  // All are pure.
  // CSE:     seq.select
  // CSE-NOT: seq.exp
  // CSE:     seq.return
  %again = seq.exp %abs : [B, T, K]
  %same = seq.add %select, %again : [B, T, K], [B, T, K]
  seq.return %same : [B, T, K]
}
