// RUN: seqmix-opt %s --seqmix-cpu-lower-entries | FileCheck %s
// RUN: seqmix-opt %s --seqmix-cpu-lower-entries=isa=v4 | FileCheck %s --check-prefix=V4
// RUN: seqmix-opt %s --seqmix-cpu-lowering=isa=all | mlir-opt | FileCheck %s --check-prefix=LLVM

// One function an instruction set, then the query, then the entry.
// CHECK: llvm.func internal @seqmix_add.task0.v3(%[[ARGS:.+]]: !llvm.ptr, %[[INDEX:.+]]: i64, %[[WORKER:.+]]: i64)
// CHECK-SAME: kernel.lanes = 8 : i64
// CHECK-SAME: prefer_vector_width = "256", target_cpu = "x86-64-v3"
// The pointer of x is slot 2: sizes T and H come first.
// CHECK: llvm.getelementptr %[[ARGS]][2]
// CHECK: arith.remui
// CHECK: arith.divui
// A worker's slice: 128 bytes near, then 64 far.
// CHECK: %[[SLICE:.+]] = arith.constant 192 : i64
// CHECK: arith.muli %[[WORKER]], %[[SLICE]]
// CHECK: kernel.load
// CHECK-NOT: #kernel.memory
// CHECK: llvm.return
// CHECK: llvm.func internal @seqmix_add.task0.v4
// CHECK-SAME: kernel.lanes = 16 : i64
// CHECK: llvm.func @seqmix_add_workspace(%{{.+}}: !llvm.ptr) -> i64
// CHECK: llvm.func @seqmix_add(%{{.+}}: !llvm.ptr) -> i32
// CHECK: llvm.call @seqmix.level
// CHECK: llvm.mlir.addressof @seqmix_add.task0.v3
// CHECK: llvm.mlir.addressof @seqmix_add.task0.v4
// CHECK: llvm.func internal @seqmix.level()
// CHECK-NOT: kernel.entry

// V4-NOT: x86-64-v3
// V4: x86-64-v4
// V4-NOT: x86-64-v3

// Only the llvm dialect is left: upstream's mlir-opt reads it.
// LLVM: llvm.func internal @seqmix_add.task0.v3
// LLVM-NOT: {{(memref|vector|scf|arith|unrealized)[.]}}
// LLVM: llvm.func @seqmix_add(

kernel.entry @seqmix_add attributes {operator_name = "add", sizes = ["T", "H"],
    params = {K = 32 : i64}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "H", "K"], elem = f32}, {name = "y", axes = ["T", "H", "K"], elem = f32, result}],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %H: index, %x: memref<?x?x32xf32, strided<[?, ?, 1]>>, %y: memref<?x?x32xf32, strided<[?, ?, 1]>>):
  kernel.parallel grid(%T, %H) {
  ^bb0(%t: index, %h: index, %near: memref<128xi8, #kernel.memory<near>>, %far: memref<10xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %a = memref.view %near[%c0][] : memref<128xi8, #kernel.memory<near>> to memref<32xf32, #kernel.memory<near>>
    kernel.load %x[%t, %h, %c0] dims [2] into %a : memref<?x?x32xf32, strided<[?, ?, 1]>>, memref<32xf32, #kernel.memory<near>>
    kernel.store %a into %y[%t, %h, %c0] dims [2] : memref<32xf32, #kernel.memory<near>>, memref<?x?x32xf32, strided<[?, ?, 1]>>
  }
}
