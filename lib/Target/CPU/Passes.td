//===- Passes.td - From a tile program to x86-64 ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_PASSES_TD
#define SEQMIX_TARGET_CPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def LowerEntries : Pass<"seqmix-cpu-lower-entries", "::mlir::ModuleOp"> {
  let summary = "gives each kernel.entry its C ABI";
  let description = [{
    For an entry `@sym`, in this order:

    1. each `kernel.parallel` becomes, for each instruction set, a private
       function `@sym.task<i>.<isa>(args, index, worker)`: it reads the slots of
       the argument struct, splits `index` into grid indices, takes the worker's
       slice of the workspace, and holds the parallel's body as it was;
    2. `@sym_workspace(args)` returns (near + far bytes) × workers;
    3. `@sym(args)` validates in the order of docs/ABI.md, asks the processor
       once which instruction set it has, and runs every `kernel.parallel` in
       turn through the caller's parallel-for or a loop.

    ```mlir
    kernel.entry @sym … { ^bb0(%T: index, %x: memref<?x16xf32, …>): kernel.parallel grid(%T) {…} }
    // becomes
    llvm.func @sym(%args: !llvm.ptr) -> i32
    llvm.func @sym_workspace(%args: !llvm.ptr) -> i64
    llvm.func internal @sym.task0.v3(%args: !llvm.ptr, %index: i64, %worker: i64)
        attributes {kernel.lanes = 8, target_cpu = "x86-64-v3"}
    ```

    A `kernel.call` in any function of the module becomes what a caller does: an
    argument struct and a workspace from the heap, the query, the call, and a
    `cf.assert` for each code that the entry may return.

    Memory spaces of scratch are dropped: all of it is ordinary memory here. The
    pass does not touch what a task computes.
  }];
  let options = [
    Option<"isa", "isa", "std::string", "\"all\"", "v3, v4, bf16, amx, native or all: the instruction sets to compile for">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect", "::mlir::LLVM::LLVMDialect"];
}

def SinkFills : Pass<"seqmix-cpu-sink-fills", "::mlir::LLVM::LLVMFuncOp"> {
  let summary = "moves fills with zeros to the products that add to them";
  let description = [{
    A `linalg.fill` with 0 moves down to right before the product that adds to
    the tile, if nothing between the two touches the tile. Such a pair is one to
    the passes that follow: the product starts from zero and reads nothing.

    ```mlir
    linalg.fill ins(%zero : f32) outs(%c : memref<64x128xf32>)
    linalg.generic … outs(%a : memref<64x64xf32>)
    linalg.contract … ins(%a, %b : memref<64x64xf32>, memref<64x128xf32>) outs(%c : memref<64x128xf32>)
    // becomes
    linalg.generic … outs(%a : memref<64x64xf32>)
    linalg.fill ins(%zero : f32) outs(%c : memref<64x128xf32>)
    linalg.contract … ins(%a, %b : memref<64x64xf32>, memref<64x128xf32>) outs(%c : memref<64x128xf32>)
    ```
  }];
}

def SharePacks : Pass<"seqmix-cpu-share-packs"> {
  let summary = "marks products that read one factor, which is packed once";
  let description = [{
    On processors that multiply pairs of bf16 (`kernel.matrix` on the function)
    the right factor of a product is packed. Products that read one tile in
    scratch, with nothing between them that may write to it, get one number:

    ```mlir
    linalg.contract … {kernel.packed = 0 : i64} ins(%a, %s : memref<64x128xbf16>, memref<128x128xf32>) …
    …
    linalg.contract … {kernel.packed = 0 : i64} ins(%q, %s : memref<64x128xbf16>, memref<128x128xf32>) …
    ```

    `seqmix-cpu-vectorize` packs the factor ahead of the first one, in scratch of
    its own; products in an `scf.if` count where that stands. At most 256 KiB of
    factors are kept so.
  }];
}

def ShareTiles : Pass<"seqmix-cpu-share-tiles", "::mlir::ModuleOp"> {
  let summary = "makes one function of linalg ops that do the same";
  let description = [{
    A chunk has several products of one shape, and each op that a tile op
    expands to comes once for each of them. Ops of a task that differ only in
    where their tiles lie become calls of one internal function, so that it is
    compiled once:

    ```mlir
    linalg.contract … ins(%a, %b : memref<64x64xf32>, memref<64x128xf32>) outs(%c : memref<64x128xf32>)
    linalg.contract … ins(%d, %b : memref<64x64xf32>, memref<64x128xf32>) outs(%e : memref<64x128xf32>)
    // becomes
    llvm.call @task.tile0(%pa, %pb, %pc) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
    llvm.call @task.tile0(%pd, %pb, %pe) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
    ```

    A product and the fill that it starts from are one op here.

    Left as they are: ops of fewer than `points` points, which a call would
    slow down, ops on rows with padding, which their function could no longer
    see, and products whose factor is packed ahead of a loop over rows or for
    several of them.
  }];
  let options = [
    Option<"points", "points", "int64_t", "1024", "points of the least op that is shared">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::LLVM::LLVMDialect"];
}

def Vectorize : Pass<"seqmix-cpu-vectorize"> {
  let summary = "turns linalg on tiles and kernel.load/store into loops over vectors";
  let description = [{
    Handles each op in place, by what it is:

    1. a `linalg.contract` that is an M×N×K product. With `matrix` it may round
       its operands to bf16: both are packed as pairs into tiles on the stack,
       then multiplied by TDPBF16PS or VDPBF16PS. Without: a register-blocked
       f32 micro-kernel over the whole of K; a B that is not contiguous in N, or
       not f32, is packed panel by panel into stack scratch first. One whose
       result the op before fills with 0 starts from zero instead, and blocks
       of one that `kernel.lower` says are 0, or not needed, are left out;
    2. any other linalg op: loops, with one dimension in vectors. A cost picks
       the dimension; along a reduction there are several vector accumulators
       and one horizontal reduction;
    3. `kernel.load` and `kernel.store`: rows of vectors, with zeros past the
       array's end, or clipped there.

    Rows whose padding belongs to the same tile are computed in whole vectors;
    other tails are masked.

    ```mlir
    linalg.generic … ins(%a : memref<4x16xf32>) outs(%b : memref<4x16xf32>) {exp}
    // becomes, with 16 lanes
    scf.for %i = %c0 to %c4 step %c1 {
      %v = vector.load %a[%i, %c0] : memref<4x16xf32>, vector<16xf32>
      %e = math.exp %v : vector<16xf32>
      vector.store %e, %b[%i, %c0] : memref<4x16xf32>, vector<16xf32>
    }
    ```

    `lanes` is f32 elements a vector; `kernel.lanes` and `kernel.matrix` on an
    enclosing function win over the options. The pass neither fuses ops nor moves them.
  }];
  let options = [
    Option<"lanes", "lanes", "int64_t", "16", "f32 elements of a vector: 8 (AVX2) or 16 (AVX-512)">,
    Option<"matrix", "matrix", "std::string", "\"\"", "what multiplies matrices of bf16: pairs (AVX512_BF16), tiles (AMX) or nothing">
  ];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect", "::mlir::LLVM::LLVMDialect"];
}

def NarrowComparisons : Pass<"seqmix-cpu-narrow-comparisons"> {
  let summary = "compares positions of lanes in 32 bits";
  let description = [{
    Vectors of positions that differ by the number of the lane alone are
    compared as that number with a scalar, limited to what makes a difference:
    one comparison of i32 where there were two of index with two additions.

    ```mlir
    %p = arith.addi %all, %step : vector<16xindex>   // broadcast, vector.step
    %m = arith.cmpi slt, %p, %end : vector<16xindex> // broadcast
    // becomes
    %n = arith.subi %e, %a : index                   // limited to -1 … 16
    %m = arith.cmpi slt, %lane, %ns : vector<16xi32> // 0, 1, …; broadcast
    ```

    Sums of positions do not overflow. Unsigned comparisons, and positions that
    move otherwise, stay.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::vector::VectorDialect"];
}

def ExpandMath : Pass<"seqmix-cpu-expand-math"> {
  let summary = "writes transcendental functions and bf16 conversions as arithmetic";
  let description = [{
    The object calls no library, so every `math` op that has no instruction
    becomes a polynomial, on scalars and vectors of f32 alike. exp has an error
    below 2 ulp, flushes results below 2^-126 to 0, gives 0 and inf beyond its
    range and keeps NaN. In AVX-512 code the processor scales by powers of two,
    e^(u v) is 2^(u (v log2(e))) where the loop does not move v,
    and one that is `afn` has a relative error of 2^-17 for half the instructions; a quotient
    by a positive number plus e^x is an estimate of the reciprocal and a step of Newton's,
    or the estimate (2^-14) if e^x is `afn`, as is a root that is. log1p(e^-|x|), the
    curved part of a softplus, is one polynomial. bf16 is rounded to nearest even in integer arithmetic,
    but where the function's target has AVX512_BF16.

    ```mlir
    %e = math.exp %v : vector<16xf32>
    // becomes a range reduction, a polynomial and an exponent shift
    ```

    f64 is not handled, apart from what the processor has: an op left over is an
    error here rather than an unresolved symbol later.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::vector::VectorDialect"];
}

def ToLLVM : Pass<"seqmix-cpu-to-llvm", "::mlir::LLVM::LLVMFuncOp"> {
  let summary = "takes memory and branches of a function to the llvm dialect";
  let description = [{
    Upstream's patterns of `finalize-memref-to-llvm` and `convert-cf-to-llvm`,
    whose passes take a whole module: here on the functions that
    `seqmix-cpu-lower-entries` made, so that functions of the user's that stand
    beside them are left as they are, and those of ours are done in parallel.

    ```mlir
    cf.br ^bb1
    // becomes
    llvm.br ^bb1
    ```

    It does not lower arithmetic, vectors or structured control flow.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // SEQMIX_TARGET_CPU_PASSES_TD
