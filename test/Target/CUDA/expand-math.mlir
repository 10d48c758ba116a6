// RUN: seqmix-opt %s --seqmix-cuda-expand-math --split-input-file --verify-diagnostics | FileCheck %s

gpu.module @seqmix_kernels {
  // CHECK-LABEL: gpu.func @exp
  // CHECK-DAG: %[[LOW:.*]] = arith.constant -1.100000e+02 : f32
  // CHECK-DAG: %[[HIGH:.*]] = arith.constant 8.900000e+01 : f32
  // CHECK-DAG: %[[L1:.*]] = arith.constant 1.44269502 : f32
  // CHECK-DAG: %[[L2:.*]] = arith.constant 1.92596303E-8 : f32
  // CHECK: %[[A:.*]] = arith.maximumf %arg0, %[[LOW]]
  // CHECK: %[[X:.*]] = arith.minimumf %[[A]], %[[HIGH]]
  // CHECK: %[[H:.*]] = arith.mulf %[[X]], %[[L1]]
  // CHECK: %[[N:.*]] = arith.negf %[[H]]
  // CHECK: %[[E:.*]] = math.fma %[[X]], %[[L1]], %[[N]]
  // CHECK: %[[L:.*]] = math.fma %[[X]], %[[L2]], %[[E]]
  // CHECK: %[[C:.*]] = math.fma %[[L]],
  // CHECK: %[[P:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.f32"(%[[H]])
  // CHECK: arith.mulf %[[P]], %[[C]]
  gpu.func @exp(%x: f32, %y: memref<f32>) kernel {
    %r = math.exp %x : f32
    memref.store %r, %y[] : memref<f32>
    gpu.return
  }

  // CHECK-LABEL: gpu.func @others
  // CHECK: %[[ROOT:.*]] = math.sqrt
  // CHECK: arith.divf %{{.*}}, %[[ROOT]]
  // CHECK: arith.extf %{{.*}} : bf16 to f32
  // CHECK-NOT: math.{{exp|log|tanh|sin|rsqrt}}
  // CHECK: gpu.return
  gpu.func @others(%x: f32, %b: bf16, %y: memref<f32>, %z: memref<bf16>) kernel {
    %0 = math.rsqrt %x : f32
    %1 = math.log1p %0 : f32
    %2 = math.tanh %1 : f32
    %3 = math.sin %2 : f32
    memref.store %3, %y[] : memref<f32>
    %4 = math.exp %b : bf16
    memref.store %4, %z[] : memref<bf16>
    gpu.return
  }
}

// -----

gpu.module @seqmix_kernels {
  gpu.func @f64(%x: f64, %y: memref<f64>) kernel {
    // expected-error @+1 {{has no code on this target for 'f64': expected f32 (or f16 and bf16, which are computed in f32)}}
    %r = math.exp %x : f64
    memref.store %r, %y[] : memref<f64>
    gpu.return
  }
}
