// RUN: seqmix-opt %s --seqmix-cpu-lower-entries | FileCheck %s
// RUN: seqmix-opt %s --seqmix-cpu-lowering | FileCheck %s --check-prefix=PIPELINE

// A caller of the C ABI: the struct's slots, the query, the call, the message for each code.
kernel.entry @seqmix_add attributes {operator_name = "add", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = bf16}, {name = "y", axes = ["T"], elem = f32, result}],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xbf16, strided<[1]>>, %y: memref<?xf32, strided<[1]>>):
  kernel.parallel grid(%T) {
  ^bb1(%t: index, %near: memref<128xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
  }
}

// CHECK-LABEL: func.func @f
// CHECK-SAME: %[[T:.*]]: index, %[[X:.*]]: memref<?xbf16, strided<[1], offset: ?>>, %[[Y:.*]]: memref<?xf32>
// CHECK: %[[SIZE:.*]] = arith.index_cast %[[T]] : index to i64
// The address of element 0, in bytes.
// CHECK: %{{.*}}, %[[OFFSET:.*]], %{{.*}}, %[[STRIDE:.*]] = memref.extract_strided_metadata %[[X]]
// CHECK: memref.extract_aligned_pointer_as_index %[[X]]
// CHECK: %[[TWO:.*]] = arith.constant 2 : i64
// CHECK: %[[AT:.*]] = arith.index_cast %[[OFFSET]] : index to i64
// CHECK: %[[BYTES:.*]] = arith.muli %[[AT]], %[[TWO]]
// CHECK: %[[DATA:.*]] = arith.addi %{{.*}}, %[[BYTES]]
// T, two arrays of a pointer and a stride, five slots of the tail.
// CHECK: %[[SLOTS:.*]] = memref.alloc() : memref<10xi64>
// CHECK: memref.store %[[SIZE]], %[[SLOTS]][%c0
// CHECK: memref.store %[[DATA]], %[[SLOTS]][%c1
// CHECK: %[[ARGS:.*]] = llvm.inttoptr
// CHECK: %[[NEEDED:.*]] = llvm.call @seqmix_add_workspace(%[[ARGS]])
// CHECK: %[[WORKSPACE:.*]] = memref.alloc(%{{.*}}) {alignment = 64 : i64} : memref<?xi8>
// CHECK: memref.store %{{.*}}, %[[SLOTS]][%c5
// CHECK: memref.store %{{.*}}, %[[SLOTS]][%c6
// CHECK: %[[CODE:.*]] = llvm.call @seqmix_add(%[[ARGS]])
// CHECK: memref.dealloc %[[WORKSPACE]]
// CHECK: memref.dealloc %[[SLOTS]]
// CHECK: cf.assert %{{.*}}, "seqmix_add: an array is null"
// CHECK: cf.assert %{{.*}}, "seqmix_add: a size is negative or breaks a rule of the operator"
// CHECK: cf.assert %{{.*}}, "seqmix_add: the last stride of an array is not 1, or a stride is negative"
// CHECK: cf.assert %{{.*}}, "seqmix_add: the workspace is too small"
// CHECK: cf.assert %{{.*}}, "seqmix_add: a result overlaps another array"
// CHECK: cf.assert %{{.*}}, "seqmix_add: this processor lacks what the code needs"
// CHECK-NOT: kernel.call

// The pipeline leaves the rest of a function of the user's to whoever lowers that.
// PIPELINE-LABEL: llvm.func @seqmix_add(
// PIPELINE-NOT: {{(memref|cf|scf)[.]}}
// PIPELINE-LABEL: func.func @f
// PIPELINE: scf.for
// PIPELINE: memref.extract_strided_metadata
// PIPELINE: cf.assert
func.func @f(%T: index, %x: memref<?xbf16, strided<[1], offset: ?>>, %y: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %T step %c1 {
    kernel.call @seqmix_add sizes(%T) arrays(%x, %y) : memref<?xbf16, strided<[1], offset: ?>>, memref<?xf32>
  }
  return
}
