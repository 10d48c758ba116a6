// RUN: seqmix-opt %s --seqmix-cuda-distribute --canonicalize | FileCheck %s

gpu.module @seqmix_kernels {
  // 300 elements over 256 threads: one whole round, and 44 threads once more.
  // CHECK-LABEL: gpu.func @elementwise
  // CHECK-DAG: %[[THREAD:.*]] = nvvm.read.ptx.sreg.tid.x range <i32, 0, 256> : i32
  // CHECK-DAG: %[[C44:.*]] = arith.constant 44 : i32
  // CHECK-DAG: %[[C256:.*]] = arith.constant 256 : i32
  // CHECK: %[[I:.*]] = arith.index_castui %[[THREAD]]
  // CHECK: memref.load %arg0[%[[I]]]
  // CHECK: memref.store
  // CHECK: %[[REST:.*]] = arith.cmpi ult, %[[THREAD]], %[[C44]]
  // CHECK: scf.if %[[REST]]
  // CHECK: arith.addi %[[THREAD]], %[[C256]] overflow<nsw, nuw>
  // CHECK: memref.store
  // CHECK: nvvm.barrier0
  // CHECK-NOT: linalg
  gpu.func @elementwise(%x: memref<300xf32, #kernel.memory<near>>) kernel attributes {kernel.product_type = f32, known_block_size = array<i32: 256, 1, 1>} {
    linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      outs(%x : memref<300xf32, #kernel.memory<near>>) {
    ^bb0(%e: f32):
      %r = arith.negf %e : f32
      linalg.yield %r : f32
    }
    gpu.return
  }

  // Padded and clipped at run-time sizes; rounded once.
  // CHECK-LABEL: gpu.func @moves
  // CHECK: %[[IN:.*]] = arith.cmpi slt, %{{.*}}, %{{dim.*}}
  // CHECK: %[[V:.*]] = scf.if %[[IN]] -> (f32)
  // CHECK: memref.load %arg0
  // CHECK: arith.extf {{.*}} : bf16 to f32
  // CHECK: else
  // CHECK: scf.yield %cst
  // CHECK: memref.store %[[V]], %arg1
  // CHECK: nvvm.barrier0
  // CHECK: scf.if
  // CHECK: memref.load %arg1
  // CHECK: arith.truncf {{.*}} : f32 to bf16
  // CHECK: memref.store {{.*}}, %arg0
  // CHECK: nvvm.barrier0
  gpu.func @moves(%x: memref<?x16xbf16, strided<[?, 1]>>, %t: memref<16x16xf32, #kernel.memory<near>>, %i: index) kernel attributes {kernel.product_type = f32, known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    kernel.load %x[%i, %c0] dims [0, 1] into %t : memref<?x16xbf16, strided<[?, 1]>>, memref<16x16xf32, #kernel.memory<near>>
    kernel.store %t into %x[%i, %c0] dims [0, 1] : memref<16x16xf32, #kernel.memory<near>>, memref<?x16xbf16, strided<[?, 1]>>
    gpu.return
  }

  // Rows along memory: a warp each, partial maxima from −inf joined by five shuffles.
  // CHECK-LABEL: gpu.func @rows
  // CHECK-DAG: %[[INF:.*]] = arith.constant 0xFF800000 : f32
  // CHECK: scf.for {{.*}} iter_args(%{{.*}} = %[[INF]])
  // CHECK: arith.maximumf
  // CHECK-COUNT-5: nvvm.shfl.sync bfly
  // CHECK: scf.if
  // CHECK: %[[OLD:.*]] = memref.load %arg1
  // CHECK: arith.maximumf %[[OLD]]
  // CHECK: nvvm.barrier0
  gpu.func @rows(%x: memref<64x64xf32, #kernel.memory<near>>, %m: memref<64xf32, #kernel.memory<near>>) kernel attributes {kernel.product_type = f32, known_block_size = array<i32: 256, 1, 1>} {
    linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<64x64xf32, #kernel.memory<near>>) outs(%m : memref<64xf32, #kernel.memory<near>>) {
    ^bb0(%e: f32, %o: f32):
      %r = arith.maximumf %o, %e : f32
      linalg.yield %r : f32
    }
    gpu.return
  }

  // Columns: a thread each.
  // CHECK-LABEL: gpu.func @columns
  // CHECK: scf.if
  // CHECK: scf.for
  // CHECK-NOT: nvvm.shfl.sync
  // CHECK: gpu.return
  gpu.func @columns(%x: memref<64x64xf32, #kernel.memory<near>>, %m: memref<64xf32, #kernel.memory<near>>) kernel attributes {kernel.product_type = f32, known_block_size = array<i32: 256, 1, 1>} {
    linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<64x64xf32, #kernel.memory<near>>) outs(%m : memref<64xf32, #kernel.memory<near>>) {
    ^bb0(%e: f32, %o: f32):
      %r = arith.addf %o, %e : f32
      linalg.yield %r : f32
    }
    gpu.return
  }

  // 64 × 64 over 8 warps: 2 × 2 instructions each. Two f32 make a register, the upper half first.
  // CHECK-LABEL: gpu.func @mma
  // CHECK: scf.for
  // CHECK-COUNT-12: llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn"
  // CHECK-COUNT-4: nvvm.mma.sync {{.*}}layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>{{.*}}multiplicandAPtxType = #nvvm.mma_type<bf16>
  // CHECK-NOT: nvvm.mma.sync
  // CHECK: nvvm.barrier0
  gpu.func @mma(%a: memref<64x32xf32, #kernel.memory<near>>, %b: memref<64x32xf32, #kernel.memory<near>>, %c: memref<64x64xf32, #kernel.memory<near>>) kernel attributes {kernel.product_type = bf16, known_block_size = array<i32: 256, 1, 1>} {
    linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<64x32xf32, #kernel.memory<near>>, memref<64x32xf32, #kernel.memory<near>>) outs(%c : memref<64x64xf32, #kernel.memory<near>>)
    gpu.return
  }

  // f16 of f32 tiles: tf32, which has the range of f32.
  // CHECK-LABEL: gpu.func @mma_f16
  // CHECK: llvm.nvvm.f2tf32.rna
  // CHECK: nvvm.mma.sync {{.*}}shape = #nvvm.shape<m = 16, n = 8, k = 8>
  gpu.func @mma_f16(%a: memref<64x32xf32, #kernel.memory<near>>, %b: memref<64x32xf32, #kernel.memory<near>>, %c: memref<64x64xf32, #kernel.memory<near>>) kernel attributes {kernel.product_type = f16, known_block_size = array<i32: 256, 1, 1>} {
    linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<64x32xf32, #kernel.memory<near>>, memref<64x32xf32, #kernel.memory<near>>) outs(%c : memref<64x64xf32, #kernel.memory<near>>)
    gpu.return
  }

  // f32: 4 × 4 sums a thread.
  // CHECK-LABEL: gpu.func @fma
  // CHECK: scf.for
  // CHECK-COUNT-64: math.fma
  // CHECK-NOT: math.fma
  // CHECK: nvvm.barrier0
  gpu.func @fma(%a: memref<64x32xf32, #kernel.memory<near>>, %b: memref<32x64xf32, #kernel.memory<near>>, %c: memref<64x64xf32, #kernel.memory<near>>) kernel attributes {kernel.product_type = f32, known_block_size = array<i32: 256, 1, 1>} {
    linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<64x32xf32, #kernel.memory<near>>, memref<32x64xf32, #kernel.memory<near>>) outs(%c : memref<64x64xf32, #kernel.memory<near>>)
    gpu.return
  }

  // A scalar is loaded before the tile it came from is overwritten, also in the next iteration.
  // CHECK-LABEL: gpu.func @scalars
  // CHECK: scf.for
  // CHECK-NEXT: memref.load %arg0[%c0]
  // CHECK-NEXT: nvvm.barrier0
  // CHECK: memref.store
  // CHECK: nvvm.barrier0
  // CHECK-NEXT: memref.load %arg0[%c1]
  // CHECK-NEXT: arith.cmpf
  // CHECK-NEXT: nvvm.barrier0
  // CHECK-NEXT: scf.if
  // CHECK: memref.load
  // CHECK: memref.store {{.*}}, %arg1
  // CHECK: nvvm.barrier0
  // One thread stores a scalar.
  // CHECK: arith.cmpi ult
  // CHECK: nvvm.barrier0
  gpu.func @scalars(%x: memref<8xf32, #kernel.memory<near>>, %y: memref<8xf32>, %n: index) kernel attributes {kernel.product_type = f32, known_block_size = array<i32: 256, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    scf.for %i = %c0 to %n step %c1 {
      %a = memref.load %x[%c0] : memref<8xf32, #kernel.memory<near>>
      linalg.fill ins(%a : f32) outs(%x : memref<8xf32, #kernel.memory<near>>)
      %b = memref.load %x[%c1] : memref<8xf32, #kernel.memory<near>>
      %p = arith.cmpf olt, %a, %b : f32
      scf.if %p {
        linalg.copy ins(%x : memref<8xf32, #kernel.memory<near>>) outs(%y : memref<8xf32>)
      }
    }
    %z = arith.constant 0.0 : f32
    memref.store %z, %y[%c0] : memref<8xf32>
    gpu.return
  }
}
