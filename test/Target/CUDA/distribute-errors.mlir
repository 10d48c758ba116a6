// RUN: seqmix-opt %s --seqmix-cuda-distribute --split-input-file --verify-diagnostics

// An operation that is no part of a tile program.
gpu.module @seqmix_kernels {
  gpu.func @e() kernel attributes {kernel.product_type = f32, known_block_size = array<i32: 256, 1, 1>} {
    // expected-error @+1 {{is not part of a tile program: expected linalg on memrefs, kernel.load and kernel.store, scf.for, scf.if and scalar operations}}
    %0 = memref.alloc() : memref<8xf32>
    gpu.return
  }
}

// -----

// Many threads on one element.
gpu.module @seqmix_kernels {
  gpu.func @e(%x: memref<8xf32>, %y: memref<f32>) kernel attributes {kernel.product_type = f32, known_block_size = array<i32: 256, 1, 1>} {
    // expected-error @+1 {{expected output #1 to be indexed by every parallel dimension, found affine_map<(d0) -> ()>: several threads would write one element}}
    linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["parallel"]}
      ins(%x : memref<8xf32>) outs(%y : memref<f32>) {
    ^bb0(%e: f32, %o: f32):
      linalg.yield %e : f32
    }
    gpu.return
  }
}

// -----

// A shape that is not static.
gpu.module @seqmix_kernels {
  gpu.func @e(%x: memref<?xf32>) kernel attributes {kernel.product_type = f32, known_block_size = array<i32: 256, 1, 1>} {
    // expected-error @+1 {{expected static shapes in a tile program}}
    linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]} outs(%x : memref<?xf32>) {
    ^bb0(%o: f32):
      linalg.yield %o : f32
    }
    gpu.return
  }
}

// -----

// A map that is no sum of dimensions.
gpu.module @seqmix_kernels {
  gpu.func @e(%x: memref<8xf32>, %y: memref<8xf32>) kernel attributes {kernel.product_type = f32, known_block_size = array<i32: 256, 1, 1>} {
    // expected-error @+1 {{expected indexing maps of sums and products of dimensions, found affine_map<(d0) -> (d0 mod 3)>}}
    linalg.generic {indexing_maps = [affine_map<(i) -> (i mod 3)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : memref<8xf32>) outs(%y : memref<8xf32>) {
    ^bb0(%e: f32, %o: f32):
      linalg.yield %e : f32
    }
    gpu.return
  }
}

// -----

// A function that map-blocks did not make.
gpu.module @seqmix_kernels {
  // expected-error @+1 {{expected known_block_size and kernel.product_type, as seqmix-cuda-map-blocks writes them}}
  gpu.func @e() kernel {
    gpu.return
  }
}
