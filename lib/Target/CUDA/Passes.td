//===- Passes.td - The passes of the CUDA target ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CUDA_PASSES_TD
#define SEQMIX_TARGET_CUDA_PASSES_TD

include "mlir/Pass/PassBase.td"

def MapBlocks : Pass<"seqmix-cuda-map-blocks", "::mlir::ModuleOp"> {
  let summary = "makes every kernel.parallel a kernel, one block of threads a task";
  let description = [{
    1. Writes `launch` of each `kernel.entry` (what the manifest says of its kernels),
       unless that is there already.
    2. Makes each `kernel.parallel` a `gpu.func` of the module `@seqmix_kernels`. Its
       parameters are the entry's slots up to `workspace_bytes`, 64 bits each.
    3. Builds the arrays from their slots, splits the block's number into the grid's
       indices (the last is the fastest) and binds near scratch to dynamic shared memory
       and far scratch to the block's part of the workspace. Where a task has far scratch at most 1024 blocks
       are launched, and a block does every 1024th task: the workspace does not grow with the sizes.
    4. Leaves the entry with its contract and an empty body.

    ```mlir
    kernel.entry @e attributes {sizes = ["T"], …} {
    ^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
      %n = arith.ceildivsi %T, %c64 : index
      kernel.parallel grid(%n) { … }
    }
    // becomes
    kernel.entry @e attributes {…, launch = …} { … }  // grid = [ {ceildiv = ["T", 64]}, 1, 1 ]
    gpu.module @seqmix_kernels { gpu.func @e(%T: i64, %x: i64, %x_stride: i64, %workspace: i64, %bytes: i64) kernel { … } }
    ```

    The task itself is not changed: it is still code for a single thread of control.
  }];
  let options = [Option<"arch", "arch", "std::string", [{"sm_80"}], "sm_80 or sm_90: how much shared memory a block may have">];
  let dependentDialects = ["::mlir::gpu::GPUDialect", "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def Distribute : Pass<"seqmix-cuda-distribute", "::mlir::gpu::GPUModuleOp"> {
  let summary = "spreads a task's tile operations over the threads of its block";
  let description = [{
    - `kernel.load`, `kernel.store` and parallel linalg ops: one element a thread and step, consecutive threads on
      consecutive elements of the destination.
    - linalg ops with a reduction: one thread an output element, or one warp where the reduction runs along
      the innermost dimension and has 32 elements or more; partial results combine by shuffles in a fixed order.
    - `linalg.contract`: f32 products by register blocks of fused multiply-adds; where `kernel.product_type` of the
      function is bf16 or f16, by `mma.sync` m16n8k16 with f32 accumulators. Any shape, any operand layout.
    - `memref.store`: by the first thread.

    A barrier follows each of these. Scalar code and control flow stay: every thread runs them, and a barrier stands
    between a scalar load and the next operation that may overwrite what it read. Loads of tiles keep
    their layout: nothing is staged, swizzled or double-buffered.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect"];
}

def ExpandMath : Pass<"seqmix-cuda-expand-math", "::mlir::gpu::GPUModuleOp"> {
  let summary = "writes math functions as arithmetic and hardware approximations";
  let description = [{
    `exp` of f32 is `ex2.approx` of a product with log2(e) in two terms (about 2 ulp; 0 for −inf), `rsqrt` is a
    division by a square root, and the others (log, log1p, expm1, tanh, erf, sin, cos, …) are upstream's polynomials.
    Functions of f16 and bf16 are computed in f32. What has no such form (most functions of f64) is an error:
    there is no device library.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::vector::VectorDialect"];
}

def AssignMemory : Pass<"seqmix-cuda-assign-memory", "::mlir::gpu::GPUModuleOp"> {
  let summary = "gives memrefs the address spaces of the GPU";
  let description = [{
    `#kernel.memory<near>` becomes 3 (shared); `#kernel.memory<far>` and arrays become 1 (global), so that no access
    is generic. Types alone change.
  }];
}

def ToNVVM : Pass<"seqmix-cuda-to-nvvm", "::mlir::gpu::GPUModuleOp"> {
  let summary = "lowers scalar code to LLVM and NVVM dialect";
  let description = [{
    Converts `gpu.func`, arith, math, memref and cf together, `index` being 64 bits wide. Loops and branches of scf
    and views with strides must be gone (`convert-scf-to-cf`, `expand-strided-metadata`, `lower-affine`). Unlike
    upstream's `convert-gpu-to-nvvm` it never calls a device library.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect"];
}

def PrintPTX : Pass<"seqmix-cuda-print-ptx", "::mlir::ModuleOp"> {
  let summary = "prints the PTX of a lowered module, for tests";
  let description = [{
    Compiles `gpu.module`s of LLVM dialect as the target's `emit` does and prints the PTX on standard output. With
    `assemble` it also runs `ptxas`, and fails where that is missing or fails.
  }];
  let options = [Option<"arch", "arch", "std::string", [{"sm_80"}], "sm_80 or sm_90">,
    Option<"assemble", "assemble", "bool", "false", "also assemble">];
}

#endif // SEQMIX_TARGET_CUDA_PASSES_TD
