// RUN: seqmix-opt %s --pass-pipeline="builtin.module(llvm.func(seqmix-cpu-to-llvm,reconcile-unrealized-casts))" | FileCheck %s

// CHECK-LABEL: llvm.func @task
// CHECK-NOT: memref.
// CHECK: llvm.cond_br
// CHECK: llvm.getelementptr
// CHECK: llvm.store
llvm.func @task(%x: f32, %b: i1, %i: i64, %p: !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>) {
  %m = builtin.unrealized_conversion_cast %p : !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)> to memref<4xf32>
  %j = builtin.unrealized_conversion_cast %i : i64 to index
  cf.cond_br %b, ^bb1, ^bb2
^bb1:
  memref.store %x, %m[%j] : memref<4xf32>
  cf.br ^bb2
^bb2:
  llvm.return
}

// A function that is none of ours.
// CHECK-LABEL: func.func @other
// CHECK: cf.br
// CHECK: memref.store
func.func @other(%x: f32, %m: memref<4xf32>, %i: index) {
  cf.br ^bb1
^bb1:
  memref.store %x, %m[%i] : memref<4xf32>
  return
}
