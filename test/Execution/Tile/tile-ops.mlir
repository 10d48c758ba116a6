// The expansions of the tile ops against sums in float64 as their pages state
// them, for gates that span little, and for gates of 0, −1e-6, −20, −100 and −∞
// mixed a channel. `main` counts the cases whose error is above 2e-6.
//
// DEFINE: %{lower} = seqmix-opt --seqmix-expand-tile-ops --convert-linalg-to-loops --expand-strided-metadata --lower-affine --convert-scf-to-cf --convert-math-to-libm --convert-to-llvm --reconcile-unrealized-casts
// DEFINE: %{run} = mlir-runner -e main --entry-point-result=i32
// RUN: sed -e s/ROWS/48/g -e s/COLUMNS/20/g %s | %{lower} | %{run} | FileCheck %s
// RUN: sed -e s/ROWS/16/g -e s/COLUMNS/16/g %s | %{lower} | %{run} | FileCheck %s
// RUN: sed -e s/ROWS/7/g -e s/COLUMNS/33/g %s | %{lower} | %{run} | FileCheck %s
// RUN: sed -e s/ROWS/1/g -e s/COLUMNS/3/g %s | %{lower} | %{run} | FileCheck %s
// The tally is of cases that fail: a wrong sum must show.
// RUN: sed -e s/ROWS/16/g -e s/COLUMNS/16/g -e s/arith.mulf.%%xd,.%%yd/arith.addf\ %%xd,\ %%yd/ %s | %{lower} | %{run} | FileCheck %s --check-prefix=WRONG
//
// CHECK: {{^0$}}
// WRONG: {{^[1-9][0-9]*$}}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

// A hash of a position, at least 0.
func.func private @hash(%i: index, %j: index, %seed: index) -> i64 {
  %a = arith.constant 7919 : index
  %b = arith.constant 104729 : index
  %c = arith.constant 1299709 : index
  %ia = arith.muli %i, %a : index
  %jb = arith.muli %j, %b : index
  %sc = arith.muli %seed, %c : index
  %ij = arith.addi %ia, %jb : index
  %ijs = arith.addi %ij, %sc : index
  %x = arith.index_cast %ijs : index to i64
  %m = arith.constant 6364136223846793005 : i64
  %n = arith.constant 1442695040888963407 : i64
  %shift = arith.constant 33 : i64
  %y = arith.muli %x, %m : i64
  %z = arith.addi %y, %n : i64
  %w = arith.shrui %z, %shift : i64
  %w2 = arith.xori %w, %x : i64
  %v = arith.muli %w2, %m : i64
  %u = arith.shrui %v, %shift : i64
  return %u : i64
}

// A number in [−1, 1).
func.func private @number(%i: index, %j: index, %seed: index) -> f64 {
  %h = func.call @hash(%i, %j, %seed) : (index, index, index) -> i64
  %f = arith.uitofp %h : i64 to f64
  %scale = arith.constant 9.313225746154785e-10 : f64
  %one = arith.constant 1.0 : f64
  %s = arith.mulf %f, %scale : f64
  %r = arith.subf %s, %one : f64
  return %r : f64
}

func.func private @draw(%x: memref<?x?xf32>, %seed: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %x, %c0 : memref<?x?xf32>
  %m = memref.dim %x, %c1 : memref<?x?xf32>
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %m step %c1 {
      %v = func.call @number(%i, %j, %seed) : (index, index, index) -> f64
      %f = arith.truncf %v : f64 to f32
      memref.store %f, %x[%i, %j] : memref<?x?xf32>
    }
  }
  return
}

// Gates of a channel: spanning little, or one of 0, −1e-6, −20, −100, −∞.
func.func private @draw_gates(%g: memref<?x?xf32>, %mixed: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %seed = arith.constant 77 : index
  %five = arith.constant 5 : i64
  %tenth = arith.constant 0.1 : f64
  %choices = arith.constant dense<[0.0, -1.0e-6, -20.0, -100.0, 0xFF800000]> : vector<5xf32>
  %n = memref.dim %g, %c0 : memref<?x?xf32>
  %m = memref.dim %g, %c1 : memref<?x?xf32>
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %m step %c1 {
      %h = func.call @hash(%i, %j, %seed) : (index, index, index) -> i64
      %k = arith.remui %h, %five : i64
      %kx = arith.index_cast %k : i64 to index
      %choice = vector.extract %choices[%kx] : f32 from vector<5xf32>
      %v = func.call @number(%i, %j, %seed) : (index, index, index) -> f64
      %a = math.absf %v : f64
      %s = arith.mulf %a, %tenth : f64
      %neg = arith.negf %s : f64
      %mild = arith.truncf %neg : f64 to f32
      %gate = arith.select %mixed, %choice, %mild : f32
      memref.store %gate, %g[%i, %j] : memref<?x?xf32>
    }
  }
  return
}

//===----------------------------------------------------------------------===//
// Meaning, in float64
//===----------------------------------------------------------------------===//

func.func private @cumsum(%g: memref<?x?xf32>, %out: memref<?x?xf64>, %exclusive: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %floor = arith.constant -128.0 : f64
  %n = memref.dim %g, %c0 : memref<?x?xf32>
  %m = memref.dim %g, %c1 : memref<?x?xf32>
  scf.for %j = %c0 to %m step %c1 {
    scf.for %i = %c0 to %n step %c1 iter_args(%sum = %zero) -> f64 {
      %f = memref.load %g[%i, %j] : memref<?x?xf32>
      %d = arith.extf %f : f32 to f64
      %c = arith.maximumf %d, %floor : f64
      %next = arith.addf %sum, %c : f64
      %value = arith.select %exclusive, %sum, %next : f64
      memref.store %value, %out[%i, %j] : memref<?x?xf64>
      scf.yield %next : f64
    }
  }
  return
}

// Σ_d x[t, d] y[s, d] e^(a[t, d·channel] − b[s, d·channel]) below the diagonal.
func.func private @scores(%x: memref<?x?xf32>, %y: memref<?x?xf32>, %a: memref<?x?xf64>, %b: memref<?x?xf64>,
                          %diagonal: i1, %channel: index, %out: memref<?x?xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %n = memref.dim %x, %c0 : memref<?x?xf32>
  %m = memref.dim %x, %c1 : memref<?x?xf32>
  scf.for %t = %c0 to %n step %c1 {
    scf.for %s = %c0 to %n step %c1 {
      %below = arith.cmpi ult, %s, %t : index
      %on = arith.cmpi eq, %s, %t : index
      %keepOn = arith.andi %on, %diagonal : i1
      %keep = arith.ori %below, %keepOn : i1
      %end = arith.select %keep, %m, %c0 : index
      %sum = scf.for %d = %c0 to %end step %c1 iter_args(%acc = %zero) -> f64 {
        %xf = memref.load %x[%t, %d] : memref<?x?xf32>
        %yf = memref.load %y[%s, %d] : memref<?x?xf32>
        %xd = arith.extf %xf : f32 to f64
        %yd = arith.extf %yf : f32 to f64
        %c = arith.muli %d, %channel : index
        %at = memref.load %a[%t, %c] : memref<?x?xf64>
        %bs = memref.load %b[%s, %c] : memref<?x?xf64>
        %e = arith.subf %at, %bs : f64
        %exp = math.exp %e : f64
        %xy = arith.mulf %xd, %yd : f64
        %term = arith.mulf %xy, %exp : f64
        %next = arith.addf %acc, %term : f64
        scf.yield %next : f64
      }
      memref.store %sum, %out[%t, %s] : memref<?x?xf64>
    }
  }
  return
}

// out[t, v] += sign Σ_{s < t, or s ≤ t} p[t, s] e^(a[t, v] − b[s, v]) x[s, v], rows in order.
func.func private @apply(%p: memref<?x?xf32>, %x: memref<?x?xf64>, %a: memref<?x?xf64>, %b: memref<?x?xf64>,
                         %first: index, %sign: f64, %gated: i1, %out: memref<?x?xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %n = memref.dim %x, %c0 : memref<?x?xf64>
  %m = memref.dim %x, %c1 : memref<?x?xf64>
  scf.for %t = %c0 to %n step %c1 {
    scf.for %v = %c0 to %m step %c1 {
      %start = memref.load %out[%t, %v] : memref<?x?xf64>
      %end = arith.addi %t, %first : index
      %sum = scf.for %s = %c0 to %end step %c1 iter_args(%acc = %start) -> f64 {
        %pf = memref.load %p[%t, %s] : memref<?x?xf32>
        %pd = arith.extf %pf : f32 to f64
        %xd = memref.load %x[%s, %v] : memref<?x?xf64>
        %at = memref.load %a[%t, %v] : memref<?x?xf64>
        %bs = memref.load %b[%s, %v] : memref<?x?xf64>
        %e0 = arith.subf %at, %bs : f64
        %e = arith.select %gated, %e0, %zero : f64
        %exp = math.exp %e : f64
        %px = arith.mulf %pd, %xd : f64
        %pxe = arith.mulf %px, %exp : f64
        %term = arith.mulf %pxe, %sign : f64
        %next = arith.addf %acc, %term : f64
        scf.yield %next : f64
      }
      memref.store %sum, %out[%t, %v] : memref<?x?xf64>
    }
  }
  return
}

func.func private @widen(%x: memref<?x?xf32>, %out: memref<?x?xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %x, %c0 : memref<?x?xf32>
  %m = memref.dim %x, %c1 : memref<?x?xf32>
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %m step %c1 {
      %f = memref.load %x[%i, %j] : memref<?x?xf32>
      %d = arith.extf %f : f32 to f64
      memref.store %d, %out[%i, %j] : memref<?x?xf64>
    }
  }
  return
}

// 1 if the error of x is above 2e-6 of the norm of y, or no number.
func.func private @differs(%x: memref<?x?xf32>, %y: memref<?x?xf64>) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %n = memref.dim %x, %c0 : memref<?x?xf32>
  %m = memref.dim %x, %c1 : memref<?x?xf32>
  %sums:2 = scf.for %i = %c0 to %n step %c1 iter_args(%e0 = %zero, %n0 = %zero) -> (f64, f64) {
    %row:2 = scf.for %j = %c0 to %m step %c1 iter_args(%e1 = %e0, %n1 = %n0) -> (f64, f64) {
      %f = memref.load %x[%i, %j] : memref<?x?xf32>
      %d = arith.extf %f : f32 to f64
      %w = memref.load %y[%i, %j] : memref<?x?xf64>
      %diff = arith.subf %d, %w : f64
      %dd = arith.mulf %diff, %diff : f64
      %ww = arith.mulf %w, %w : f64
      %e2 = arith.addf %e1, %dd : f64
      %n2 = arith.addf %n1, %ww : f64
      scf.yield %e2, %n2 : f64, f64
    }
    scf.yield %row#0, %row#1 : f64, f64
  }
  %bound = arith.constant 4.0e-12 : f64
  %limit = arith.mulf %sums#1, %bound : f64
  %bad = arith.cmpf ugt, %sums#0, %limit : f64
  %r = arith.extui %bad : i1 to i32
  return %r : i32
}

//===----------------------------------------------------------------------===//
// The cases
//===----------------------------------------------------------------------===//

func.func private @cases(%mixed: i1) -> i32 {
  %true = arith.constant true
  %false = arith.constant false
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %one = arith.constant 1.0 : f64
  %minus = arith.constant -1.0 : f64
  %nan = arith.constant 0x7FC00000 : f32

  %x = memref.alloc() : memref<ROWSxCOLUMNSxf32>
  %y = memref.alloc() : memref<ROWSxCOLUMNSxf32>
  %g = memref.alloc() : memref<ROWSxCOLUMNSxf32>
  %g1 = memref.alloc() : memref<ROWSxf32>
  %o = memref.alloc() : memref<ROWSxCOLUMNSxf32>
  %p = memref.alloc() : memref<ROWSxROWSxf32>
  %G = memref.alloc() : memref<ROWSxCOLUMNSxf64>
  %E = memref.alloc() : memref<ROWSxCOLUMNSxf64>
  %G1 = memref.alloc() : memref<ROWSxf64>
  %E1 = memref.alloc() : memref<ROWSxf64>
  %rG = memref.alloc() : memref<ROWSxCOLUMNSxf64>
  %rE = memref.alloc() : memref<ROWSxCOLUMNSxf64>
  %ro = memref.alloc() : memref<ROWSxCOLUMNSxf64>
  %rx = memref.alloc() : memref<ROWSxCOLUMNSxf64>
  %rp = memref.alloc() : memref<ROWSxROWSxf64>
  %dx = memref.cast %x : memref<ROWSxCOLUMNSxf32> to memref<?x?xf32>
  %dy = memref.cast %y : memref<ROWSxCOLUMNSxf32> to memref<?x?xf32>
  %dg = memref.cast %g : memref<ROWSxCOLUMNSxf32> to memref<?x?xf32>
  %do = memref.cast %o : memref<ROWSxCOLUMNSxf32> to memref<?x?xf32>
  %dp = memref.cast %p : memref<ROWSxROWSxf32> to memref<?x?xf32>
  %drG = memref.cast %rG : memref<ROWSxCOLUMNSxf64> to memref<?x?xf64>
  %drE = memref.cast %rE : memref<ROWSxCOLUMNSxf64> to memref<?x?xf64>
  %dro = memref.cast %ro : memref<ROWSxCOLUMNSxf64> to memref<?x?xf64>
  %drx = memref.cast %rx : memref<ROWSxCOLUMNSxf64> to memref<?x?xf64>
  %drp = memref.cast %rp : memref<ROWSxROWSxf64> to memref<?x?xf64>
  func.call @draw(%dx, %c1) : (memref<?x?xf32>, index) -> ()
  func.call @draw(%dy, %c2) : (memref<?x?xf32>, index) -> ()
  func.call @draw_gates(%dg, %mixed) : (memref<?x?xf32>, i1) -> ()
  %column = memref.subview %g[0, 0] [ROWS, 1] [1, 1] : memref<ROWSxCOLUMNSxf32> to memref<ROWSxf32, strided<[COLUMNS]>>
  linalg.copy ins(%column : memref<ROWSxf32, strided<[COLUMNS]>>) outs(%g1 : memref<ROWSxf32>)

  // Sums of gates; everything after reads the op's own, and the reference its own.
  stream.cumsum ins(%g : memref<ROWSxCOLUMNSxf32>) outs(%G : memref<ROWSxCOLUMNSxf64>)
  stream.cumsum exclusive ins(%g : memref<ROWSxCOLUMNSxf32>) outs(%E : memref<ROWSxCOLUMNSxf64>)
  stream.cumsum ins(%g1 : memref<ROWSxf32>) outs(%G1 : memref<ROWSxf64>)
  stream.cumsum exclusive ins(%g1 : memref<ROWSxf32>) outs(%E1 : memref<ROWSxf64>)
  func.call @cumsum(%dg, %drG, %false) : (memref<?x?xf32>, memref<?x?xf64>, i1) -> ()
  func.call @cumsum(%dg, %drE, %true) : (memref<?x?xf32>, memref<?x?xf64>, i1) -> ()

  // scores: a gate a channel, with and without the diagonal.
  linalg.fill ins(%nan : f32) outs(%p : memref<ROWSxROWSxf32>)
  stream.scores diagonal ins(%x, %y : memref<ROWSxCOLUMNSxf32>, memref<ROWSxCOLUMNSxf32>)
      gates(%G, %G : memref<ROWSxCOLUMNSxf64>, memref<ROWSxCOLUMNSxf64>) outs(%p : memref<ROWSxROWSxf32>)
  func.call @scores(%dx, %dy, %drG, %drG, %true, %c1, %drp) : (memref<?x?xf32>, memref<?x?xf32>, memref<?x?xf64>, memref<?x?xf64>, i1, index, memref<?x?xf64>) -> ()
  %f0 = func.call @differs(%dp, %drp) : (memref<?x?xf32>, memref<?x?xf64>) -> i32
  linalg.fill ins(%nan : f32) outs(%p : memref<ROWSxROWSxf32>)
  stream.scores ins(%x, %y : memref<ROWSxCOLUMNSxf32>, memref<ROWSxCOLUMNSxf32>)
      gates(%E, %G : memref<ROWSxCOLUMNSxf64>, memref<ROWSxCOLUMNSxf64>) outs(%p : memref<ROWSxROWSxf32>)
  func.call @scores(%dx, %dy, %drE, %drG, %false, %c1, %drp) : (memref<?x?xf32>, memref<?x?xf32>, memref<?x?xf64>, memref<?x?xf64>, i1, index, memref<?x?xf64>) -> ()
  %f1 = func.call @differs(%dp, %drp) : (memref<?x?xf32>, memref<?x?xf64>) -> i32

  // scores: a gate a token.
  linalg.fill ins(%nan : f32) outs(%p : memref<ROWSxROWSxf32>)
  stream.scores ins(%x, %y : memref<ROWSxCOLUMNSxf32>, memref<ROWSxCOLUMNSxf32>)
      gates(%E1, %G1 : memref<ROWSxf64>, memref<ROWSxf64>) outs(%p : memref<ROWSxROWSxf32>)
  func.call @scores(%dx, %dy, %drE, %drG, %false, %c0, %drp) : (memref<?x?xf32>, memref<?x?xf32>, memref<?x?xf64>, memref<?x?xf64>, i1, index, memref<?x?xf64>) -> ()
  %f2 = func.call @differs(%dp, %drp) : (memref<?x?xf32>, memref<?x?xf64>) -> i32
  linalg.fill ins(%nan : f32) outs(%p : memref<ROWSxROWSxf32>)
  stream.scores diagonal ins(%x, %y : memref<ROWSxCOLUMNSxf32>, memref<ROWSxCOLUMNSxf32>)
      gates(%G1, %G1 : memref<ROWSxf64>, memref<ROWSxf64>) outs(%p : memref<ROWSxROWSxf32>)
  func.call @scores(%dx, %dy, %drG, %drG, %true, %c0, %drp) : (memref<?x?xf32>, memref<?x?xf32>, memref<?x?xf64>, memref<?x?xf64>, i1, index, memref<?x?xf64>) -> ()
  %f3 = func.call @differs(%dp, %drp) : (memref<?x?xf32>, memref<?x?xf64>) -> i32

  // apply, with the scores of the case before: lower with its diagonal.
  func.call @draw(%do, %c3) : (memref<?x?xf32>, index) -> ()
  func.call @widen(%do, %dro) : (memref<?x?xf32>, memref<?x?xf64>) -> ()
  func.call @widen(%dx, %drx) : (memref<?x?xf32>, memref<?x?xf64>) -> ()
  stream.apply ins(%p, %x : memref<ROWSxROWSxf32>, memref<ROWSxCOLUMNSxf32>)
      gates(%G, %G : memref<ROWSxCOLUMNSxf64>, memref<ROWSxCOLUMNSxf64>) outs(%o : memref<ROWSxCOLUMNSxf32>)
  func.call @apply(%dp, %drx, %drG, %drG, %c1, %one, %true, %dro) : (memref<?x?xf32>, memref<?x?xf64>, memref<?x?xf64>, memref<?x?xf64>, index, f64, i1, memref<?x?xf64>) -> ()
  %f4 = func.call @differs(%do, %dro) : (memref<?x?xf32>, memref<?x?xf64>) -> i32

  // Strictly lower scores without gates, on the way; what stands on or above the
  // diagonal is not read by a solve.
  linalg.fill ins(%nan : f32) outs(%p : memref<ROWSxROWSxf32>)
  stream.scores ins(%x, %y : memref<ROWSxCOLUMNSxf32>, memref<ROWSxCOLUMNSxf32>) outs(%p : memref<ROWSxROWSxf32>)
  linalg.generic {indexing_maps = [affine_map<(t, s) -> (t, s)>], iterator_types = ["parallel", "parallel"]} outs(%p : memref<ROWSxROWSxf32>) {
  ^bb0(%v: f32):
    %t = linalg.index 0 : index
    %s = linalg.index 1 : index
    %half = arith.constant 0.02 : f32
    %scaled = arith.mulf %v, %half : f32
    %below = arith.cmpi ult, %s, %t : index
    %r = arith.select %below, %scaled, %nan : f32
    linalg.yield %r : f32
  }

  // solve, in place of its right-hand side.
  func.call @draw(%do, %c3) : (memref<?x?xf32>, index) -> ()
  func.call @widen(%do, %dro) : (memref<?x?xf32>, memref<?x?xf64>) -> ()
  stream.solve ins(%p, %o : memref<ROWSxROWSxf32>, memref<ROWSxCOLUMNSxf32>) outs(%o : memref<ROWSxCOLUMNSxf32>)
  func.call @apply(%dp, %dro, %drE, %drG, %c0, %minus, %false, %dro) : (memref<?x?xf32>, memref<?x?xf64>, memref<?x?xf64>, memref<?x?xf64>, index, f64, i1, memref<?x?xf64>) -> ()
  %f5 = func.call @differs(%do, %dro) : (memref<?x?xf32>, memref<?x?xf64>) -> i32

  // solve under gates.
  linalg.fill ins(%nan : f32) outs(%o : memref<ROWSxCOLUMNSxf32>)
  func.call @widen(%dy, %dro) : (memref<?x?xf32>, memref<?x?xf64>) -> ()
  stream.solve ins(%p, %y : memref<ROWSxROWSxf32>, memref<ROWSxCOLUMNSxf32>)
      gates(%E, %G : memref<ROWSxCOLUMNSxf64>, memref<ROWSxCOLUMNSxf64>) outs(%o : memref<ROWSxCOLUMNSxf32>)
  func.call @apply(%dp, %dro, %drE, %drG, %c0, %minus, %true, %dro) : (memref<?x?xf32>, memref<?x?xf64>, memref<?x?xf64>, memref<?x?xf64>, index, f64, i1, memref<?x?xf64>) -> ()
  %f6 = func.call @differs(%do, %dro) : (memref<?x?xf32>, memref<?x?xf64>) -> i32

  // pad: rows from the last on become 7.
  %last = arith.constant ROWS : index
  %valid = arith.subi %last, %c1 : index
  stream.pad ins(%x : memref<ROWSxCOLUMNSxf32>) valid(%valid) outs(%o : memref<ROWSxCOLUMNSxf32>) dim 0 axis "T" value 7.0
  func.call @widen(%dx, %dro) : (memref<?x?xf32>, memref<?x?xf64>) -> ()
  %m = memref.dim %dx, %c1 : memref<?x?xf32>
  scf.for %j = %c0 to %m step %c1 {
    %seven = arith.constant 7.0 : f64
    memref.store %seven, %dro[%valid, %j] : memref<?x?xf64>
  }
  %f7 = func.call @differs(%do, %dro) : (memref<?x?xf32>, memref<?x?xf64>) -> i32

  %s1 = arith.addi %f0, %f1 : i32
  %s2 = arith.addi %s1, %f2 : i32
  %s3 = arith.addi %s2, %f3 : i32
  %s4 = arith.addi %s3, %f4 : i32
  %s5 = arith.addi %s4, %f5 : i32
  %s6 = arith.addi %s5, %f6 : i32
  %s7 = arith.addi %s6, %f7 : i32
  return %s7 : i32
}

func.func @main() -> i32 {
  %true = arith.constant true
  %false = arith.constant false
  %mild = func.call @cases(%false) : (i1) -> i32
  %mixed = func.call @cases(%true) : (i1) -> i32
  %all = arith.addi %mild, %mixed : i32
  return %all : i32
}
