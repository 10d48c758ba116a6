// RUN: seqmix-opt %s --seqmix-expand-tile-ops -split-input-file -verify-diagnostics

func.func @scores(%x: memref<40x8xf32>, %a: memref<40x8xf64>, %o: memref<40x40xf32>) {
  // expected-error @+1 {{expected a tile of a multiple of 16 rows, or fewer rows, found 40}}
  stream.scores ins(%x, %x : memref<40x8xf32>, memref<40x8xf32>) gates(%a, %a : memref<40x8xf64>, memref<40x8xf64>) outs(%o : memref<40x40xf32>)
  return
}

// -----

func.func @apply(%p: memref<40x40xf32>, %x: memref<40x8xf32>, %a: memref<40x8xf64>, %o: memref<40x8xf32>) {
  // expected-error @+1 {{expected a tile of a multiple of 16 rows, or fewer rows, found 40}}
  stream.apply ins(%p, %x : memref<40x40xf32>, memref<40x8xf32>) gates(%a, %a : memref<40x8xf64>, memref<40x8xf64>) outs(%o : memref<40x8xf32>)
  return
}

// -----

func.func @solve(%n: memref<40x40xf32>, %r: memref<40x8xf32>) {
  // expected-error @+1 {{expected a tile of a multiple of 16 rows, or fewer rows, found 40}}
  stream.solve ins(%n, %r : memref<40x40xf32>, memref<40x8xf32>) outs(%r : memref<40x8xf32>)
  return
}
