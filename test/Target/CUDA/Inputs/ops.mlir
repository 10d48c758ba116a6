// Tile operations of every kind, in two kernels over one array.
kernel.entry @ops attributes {operator_name = "ops", sizes = ["B", "T", "HK"], params = {K = 40, R = 9}, divides = {}, equals = {S = "T"},
  arrays = [{name = "x", axes = ["B", "S", "K"], elem = f32}, {name = "y", axes = ["B", "T", "K"], elem = bf16, result},
            {name = "r", axes = ["B", "T", "R"], elem = f32, result}, {name = "n", axes = ["B"], elem = i32}, {name = "z", axes = ["B", "K"], elem = f32, result}],
  form = "sequential", require = {}, product_type = f32} {
^bb0(%B: index, %T: index, %HK: index, %x: memref<?x?x40xf32, strided<[?, ?, 1]>>, %y: memref<?x?x40xbf16, strided<[?, ?, 1]>>,
     %r: memref<?x?x9xf32, strided<[?, ?, 1]>>, %n: memref<?xi32, strided<[1]>>, %z: memref<?x40xf32, strided<[?, 1]>>):
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %S = memref.dim %x, %c1 : memref<?x?x40xf32, strided<[?, ?, 1]>>
  %tiles = arith.ceildivsi %S, %c32 : index
  kernel.parallel grid(%B, %tiles) {
  ^bb0(%b: index, %tile: index, %near: memref<16384xi8, #kernel.memory<near>>, %far: memref<5000xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %t0 = arith.muli %tile, %c32 : index
    %o1 = arith.constant 8192 : index
    %o2 = arith.constant 10240 : index
    %o3 = arith.constant 12288 : index
    %Xp = memref.view %near[%c0][] : memref<16384xi8, #kernel.memory<near>> to memref<32x48xf32, #kernel.memory<near>>
    %X = memref.subview %Xp[0, 0][32, 40][1, 1] : memref<32x48xf32, #kernel.memory<near>> to memref<32x40xf32, strided<[48, 1]>, #kernel.memory<near>>
    %rows = memref.view %near[%o1][] : memref<16384xi8, #kernel.memory<near>> to memref<32xf32, #kernel.memory<near>>
    %maxs = memref.view %near[%o2][] : memref<16384xi8, #kernel.memory<near>> to memref<32xf32, #kernel.memory<near>>
    %cols = memref.view %near[%o3][] : memref<16384xi8, #kernel.memory<near>> to memref<40xf64, #kernel.memory<near>>
    // exp of the whole tile into far scratch
    %Y = memref.view %far[%c0][] : memref<5000xi8, #kernel.memory<far>> to memref<24x40xf32, #kernel.memory<far>>
    %Y1 = memref.subview %Y[0, 0][8, 40][1, 1] : memref<24x40xf32, #kernel.memory<far>> to memref<8x40xf32, strided<[40, 1]>, #kernel.memory<far>>
    kernel.load %x[%b, %t0, %c0] dims [1, 2] into %X : memref<?x?x40xf32, strided<[?, ?, 1]>>, memref<32x40xf32, strided<[48, 1]>, #kernel.memory<near>>
    %zero = arith.constant 0.0 : f32
    %ninf = arith.constant 0xFF800000 : f32
    linalg.fill ins(%zero : f32) outs(%rows : memref<32xf32, #kernel.memory<near>>)
    linalg.fill ins(%ninf : f32) outs(%maxs : memref<32xf32, #kernel.memory<near>>)
    // sums and maxima of rows, one op
    linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%X : memref<32x40xf32, strided<[48, 1]>, #kernel.memory<near>>) outs(%rows, %maxs : memref<32xf32, #kernel.memory<near>>, memref<32xf32, #kernel.memory<near>>) {
    ^bb0(%e: f32, %s: f32, %m: f32):
      %s1 = arith.addf %e, %s : f32
      %m1 = arith.maximumf %m, %e : f32
      linalg.yield %s1, %m1 : f32, f32
    }
    // columns in f64: not along memory
    %zd = arith.constant 0.0 : f64
    linalg.fill ins(%zd : f64) outs(%cols : memref<40xf64, #kernel.memory<near>>)
    linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%X : memref<32x40xf32, strided<[48, 1]>, #kernel.memory<near>>) outs(%cols : memref<40xf64, #kernel.memory<near>>) {
    ^bb0(%e: f32, %s: f64):
      %w = arith.extf %e : f32 to f64
      %s1 = arith.addf %w, %s : f64
      linalg.yield %s1 : f64
    }
    // scan in place along dimension 0, the first 8 rows, in far scratch
    linalg.copy ins(%X : memref<32x40xf32, strided<[48, 1]>, #kernel.memory<near>>) outs(%X : memref<32x40xf32, strided<[48, 1]>, #kernel.memory<near>>)
    %Xa = memref.subview %X[0, 0][8, 40][1, 1] : memref<32x40xf32, strided<[48, 1]>, #kernel.memory<near>> to memref<8x40xf32, strided<[48, 1]>, #kernel.memory<near>>
    linalg.copy ins(%Xa : memref<8x40xf32, strided<[48, 1]>, #kernel.memory<near>>) outs(%Y1 : memref<8x40xf32, strided<[40, 1]>, #kernel.memory<far>>)
    %c8 = arith.constant 8 : index
    scf.for %i = %c1 to %c8 step %c1 {
      %im = arith.subi %i, %c1 : index
      %prev = memref.subview %Y1[%im, 0][1, 40][1, 1] : memref<8x40xf32, strided<[40, 1]>, #kernel.memory<far>> to memref<40xf32, strided<[1], offset: ?>, #kernel.memory<far>>
      %this = memref.subview %Y1[%i, 0][1, 40][1, 1] : memref<8x40xf32, strided<[40, 1]>, #kernel.memory<far>> to memref<40xf32, strided<[1], offset: ?>, #kernel.memory<far>>
      %scale = memref.load %maxs[%i] : memref<32xf32, #kernel.memory<near>>
      linalg.generic {indexing_maps = [affine_map<(d) -> (d)>, affine_map<(d) -> (d)>], iterator_types = ["parallel"]}
        ins(%prev : memref<40xf32, strided<[1], offset: ?>, #kernel.memory<far>>) outs(%this : memref<40xf32, strided<[1], offset: ?>, #kernel.memory<far>>) {
      ^bb0(%p: f32, %t: f32):
        %q = arith.mulf %p, %scale : f32
        %u = arith.addf %q, %t : f32
        linalg.yield %u : f32
      }
    }
    linalg.copy ins(%Y1 : memref<8x40xf32, strided<[40, 1]>, #kernel.memory<far>>) outs(%Xa : memref<8x40xf32, strided<[48, 1]>, #kernel.memory<near>>)
    // a reduction dimension that indexes the output: suffix products along j of row 31
    // mask by index and by a scalar of an array; add the row's sum
    %len = memref.load %n[%b] : memref<?xi32, strided<[1]>>
    linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%rows, %cols : memref<32xf32, #kernel.memory<near>>, memref<40xf64, #kernel.memory<near>>) outs(%X : memref<32x40xf32, strided<[48, 1]>, #kernel.memory<near>>) {
    ^bb0(%s: f32, %c: f64, %e: f32):
      %i = linalg.index 0 : index
      %g = arith.addi %i, %t0 : index
      %g32 = arith.index_cast %g : index to i32
      %in = arith.cmpi slt, %g32, %len : i32
      %cf = arith.truncf %c : f64 to f32
      %a = arith.addf %s, %e : f32
      %a2 = arith.addf %a, %cf : f32
      %v = arith.select %in, %a2, %zero : f32
      linalg.yield %v : f32
    }
    kernel.store %X into %y[%b, %t0, %c0] dims [1, 2] : memref<32x40xf32, strided<[48, 1]>, #kernel.memory<near>>, memref<?x?x40xbf16, strided<[?, ?, 1]>>
    // transposed, then running sums along each row: an output indexed by a reduction dimension
    %X9 = memref.subview %X[0, 0][32, 9][1, 1] : memref<32x40xf32, strided<[48, 1]>, #kernel.memory<near>> to memref<32x9xf32, strided<[48, 1]>, #kernel.memory<near>>
    %St = memref.view %near[%o1][] : memref<16384xi8, #kernel.memory<near>> to memref<9x32xf32, #kernel.memory<near>>
    %Ru = memref.view %near[%o2][] : memref<16384xi8, #kernel.memory<near>> to memref<32x9xf32, #kernel.memory<near>>
    %ac = memref.view %near[%o3][] : memref<16384xi8, #kernel.memory<near>> to memref<32xf32, #kernel.memory<near>>
    linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j, i)>], iterator_types = ["parallel", "parallel"]}
      ins(%X9 : memref<32x9xf32, strided<[48, 1]>, #kernel.memory<near>>) outs(%St : memref<9x32xf32, #kernel.memory<near>>) {
    ^bb0(%e: f32, %o: f32):
      linalg.yield %e : f32
    }
    linalg.fill ins(%zero : f32) outs(%ac : memref<32xf32, #kernel.memory<near>>)
    linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "reduction"]}
      ins(%St : memref<9x32xf32, #kernel.memory<near>>) outs(%ac, %Ru : memref<32xf32, #kernel.memory<near>>, memref<32x9xf32, #kernel.memory<near>>) {
    ^bb0(%e: f32, %s: f32, %o: f32):
      %s1 = arith.addf %s, %e : f32
      linalg.yield %s1, %s1 : f32, f32
    }
    kernel.store %Ru into %r[%b, %t0, %c0] dims [1, 2] : memref<32x9xf32, #kernel.memory<near>>, memref<?x?x9xf32, strided<[?, ?, 1]>>
  }
  kernel.parallel grid(%B) {
  ^bb0(%b: index, %near: memref<4096xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %Z = memref.view %near[%c0][] : memref<4096xi8, #kernel.memory<near>> to memref<40xf32, #kernel.memory<near>>
    %o = arith.constant 192 : index
    %L = memref.view %near[%o][] : memref<4096xi8, #kernel.memory<near>> to memref<40xf32, #kernel.memory<near>>
    %zero = arith.constant 0.0 : f32
    linalg.fill ins(%zero : f32) outs(%Z : memref<40xf32, #kernel.memory<near>>)
    // a loop over tokens; the last token is special
    %last = arith.subi %T, %c1 : index
    %acc = scf.for %t = %c0 to %T step %c1 iter_args(%a = %zero) -> (f32) {
      kernel.load %x[%b, %t, %c0] dims [2] into %L : memref<?x?x40xf32, strided<[?, ?, 1]>>, memref<40xf32, #kernel.memory<near>>
      %c3 = arith.constant 3 : index
      %e = memref.load %L[%c3] : memref<40xf32, #kernel.memory<near>>
      %a1 = arith.addf %a, %e : f32
      %is = arith.cmpi eq, %t, %last : index
      scf.if %is {
        linalg.generic {indexing_maps = [affine_map<(d) -> (d)>, affine_map<(d) -> (d)>], iterator_types = ["parallel"]}
          ins(%L : memref<40xf32, #kernel.memory<near>>) outs(%Z : memref<40xf32, #kernel.memory<near>>) {
        ^bb0(%p: f32, %q: f32):
          %u = arith.addf %p, %a1 : f32
          linalg.yield %u : f32
        }
      }
      scf.yield %a1 : f32
    }
    kernel.store %Z into %z[%b, %c0] dims [1] : memref<40xf32, #kernel.memory<near>>, memref<?x40xf32, strided<[?, 1]>>
  }
}
