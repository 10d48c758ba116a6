// RUN: seqmix-opt %s -split-input-file -verify-diagnostics

// loop_c1: as many tiles
func.func @f(%n: index) {
  // expected-error @+1 {{expected 1 parallel tiles and sizes, one a parallel axis, found 2 and 1}}
  "stream.loop"(%n, %n) <{parallel_axes = ["B"], parallel_tiles = array<i64: 1, 1>, stream_axis = "T", stream_tile = 8 : i64, axes = [],
      operandSegmentSizes = array<i32: 1, 1, 0, 0, 0, 0, 0>}> ({}, {}, {
    "stream.yield"() : () -> ()
  }, {
    "stream.yield"() : () -> ()
  }, {}, {
    "stream.yield"() : () -> ()
  }) : (index, index) -> ()
  return
}

// -----

// loop_c1: positive tiles
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{expected positive tiles, found 0}}
  stream.loop parallel (B tile 0 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c1: a positive stream tile
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{expected positive tiles, found -8}}
  stream.loop parallel (B tile 1 size %n) stream (T tile -8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c1: distinct axes
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{axis "T" is named twice}}
  stream.loop parallel (B tile 1 size %n, T tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c2: a list an array
func.func @f(%n: index) {
  // expected-error @+1 {{expected 0 lists in `axes`, one an array, found 1}}
  "stream.loop"(%n) <{parallel_axes = [], parallel_tiles = array<i64>, stream_axis = "T", stream_tile = 8 : i64, axes = [["T"]],
      operandSegmentSizes = array<i32: 0, 1, 0, 0, 0, 0, 0>}> ({}, {}, {
    "stream.yield"() : () -> ()
  }, {
    "stream.yield"() : () -> ()
  }, {}, {
    "stream.yield"() : () -> ()
  }) : (index) -> ()
  return
}

// -----

// loop_c2: a name an axis
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{expected the name of each axis of array 0 of type 'memref<?x4xf32, strided<[?, 1]>>', found}}
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c2: whole axes are static
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{axis 'Q' of array 0 is whole (neither a parallel nor the stream axis), so expected a static dimension, found}}
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [Q, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c3: arguments of init
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{expected `init` to have arguments ('tensor<4xf32>'), found ('tensor<8xf32>')}}
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<8xf32>) {
        stream.yield %0 : tensor<8xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c3: arguments of absorb
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{expected `absorb` to have arguments ('tensor<4xf32>', 'tensor<4xf32>', 'tensor<8x4xf32>'), found ('tensor<4xf32>', 'tensor<8x4xf32>')}}
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c3: what absorb yields
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        // expected-error @+1 {{expected `absorb` to yield ('tensor<4xf32>', 'tensor<8x4xf32>'), found ('tensor<4xf32>')}}
        stream.yield %0 : tensor<4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c3: what absorb_full yields
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      absorb_full (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        // expected-error @+1 {{expected `absorb_full` to yield ('tensor<4xf32>', 'tensor<8x4xf32>'), found ('tensor<4xf32>')}}
        stream.yield %0 : tensor<4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c3: what finish yields
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        // expected-error @+1 {{expected `finish` to yield ('tensor<4xf32>'), found ()}}
        stream.yield
      }
  return
}

// -----

// loop_c3: what range yields
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      range () {
        // expected-error @+1 {{expected `range` to yield ('index', 'index'), found ('index')}}
        stream.yield %n : index
      }
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c3: what classify yields
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      classify () {
        // expected-error @+1 {{expected `classify` to yield ('i1', 'i1'), found ()}}
        stream.yield
      }
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c3: regions end in a yield
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{expected `finish` to end in stream.yield}}
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        %c = arith.constant 0 : index
      }
  return
}

// -----

// loop_c4: resident
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{expected resident arrays without the stream axis 'T', found}}
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [T, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c4: streamed
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{expected streamed arrays with the stream axis 'T', found}}
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c4: streamed results
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{expected streamed results with the stream axis 'T', found}}
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c4: final results
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{expected final results without the stream axis 'T', found}}
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [T, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c5
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  // expected-error @+1 {{with `classify` expected no streamed results, because a tile may be skipped; found 1}}
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      classify () {
        %true = arith.constant true
        stream.yield %true, %true : i1, i1
      }
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// position_c1: an axis
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        // expected-error @+1 {{expected an axis of the enclosing loop, found 'Q'}}
        %p = stream.position "Q"
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// position_c1: the stream axis
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        // expected-error @+1 {{the stream axis 'T' has a position inside `classify`, `absorb` and `absorb_full` only}}
        %p = stream.position "T"
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// extent_c1: an axis
func.func @f(%n: index, %a: memref<?x?x4xf32, strided<[?, ?, 1]>>, %r: memref<?x4xf32, strided<[?, 1]>>) {
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n)
      resident (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      streamed (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      results (%a [B, T, D] : memref<?x?x4xf32, strided<[?, ?, 1]>>)
      finals (%r [B, D] : memref<?x4xf32, strided<[?, 1]>>)
      init (%0: tensor<4xf32>) {
        stream.yield %0 : tensor<4xf32>
      }
      absorb (%0: tensor<4xf32>, %1: tensor<4xf32>, %2: tensor<8x4xf32>) {
        stream.yield %0, %2 : tensor<4xf32>, tensor<8x4xf32>
      }
      finish (%0: tensor<4xf32>, %1: tensor<4xf32>) {
        // expected-error @+1 {{expected an axis of the enclosing loop, found 'Q'}}
        %p = stream.extent "Q"
        stream.yield %0 : tensor<4xf32>
      }
  return
}

// -----

// loop_c6: offsets of another type
func.func @f(%n: index, %x: memref<?x?xf32>, %cu: memref<?xf32>) {
  // expected-error @+1 {{expected the offsets of segments to be a memref of rank 1 of i32, found 'memref<?xf32>'}}
  stream.loop parallel (N tile 1 size %n, B tile 1 size %n) stream (T tile 8 size %n)
      segments (N of [T] at %cu : memref<?xf32>) streamed (%x [B, T] : memref<?x?xf32>)
      init () {
        stream.yield
      }
      absorb (%0: tensor<8xf32>) {
        stream.yield
      }
      finish () {
        stream.yield
      }
  return
}

// -----

// loop_c6: segments that are no points
func.func @f(%n: index, %x: memref<?x?xf32>, %cu: memref<?xi32>) {
  // expected-error @+1 {{expected the axis of segments to be a parallel axis with tile 1, found 'N'}}
  stream.loop parallel (N tile 2 size %n, B tile 1 size %n) stream (T tile 8 size %n)
      segments (N of [T] at %cu : memref<?xi32>) streamed (%x [B, T] : memref<?x?xf32>)
      init () {
        stream.yield
      }
      absorb (%0: tensor<8xf32>) {
        stream.yield
      }
      finish () {
        stream.yield
      }
  return
}

// -----

// loop_c6: an axis that is none of the loop's
func.func @f(%n: index, %x: memref<?x?xf32>, %cu: memref<?xi32>) {
  // expected-error @+1 {{expected segmented axes to be other axes of the loop, found 'U'}}
  stream.loop parallel (N tile 1 size %n, B tile 1 size %n) stream (T tile 8 size %n)
      segments (N of [T, U] at %cu : memref<?xi32>) streamed (%x [B, T] : memref<?x?xf32>)
      init () {
        stream.yield
      }
      absorb (%0: tensor<8xf32>) {
        stream.yield
      }
      finish () {
        stream.yield
      }
  return
}

// -----

// loop_c6: the stream is not segmented
func.func @f(%n: index, %x: memref<?x?xf32>, %cu: memref<?xi32>) {
  // expected-error @+1 {{expected the stream axis 'T' and at most one other axis to be segmented, found}}
  stream.loop parallel (N tile 1 size %n, B tile 1 size %n) stream (T tile 8 size %n)
      segments (N of [B] at %cu : memref<?xi32>) streamed (%x [B, T] : memref<?x?xf32>)
      init () {
        stream.yield
      }
      absorb (%0: tensor<8xf32>) {
        stream.yield
      }
      finish () {
        stream.yield
      }
  return
}

// -----

// loop_c6: both in one array
func.func @f(%n: index, %x: memref<?x?xf32>, %cu: memref<?xi32>) {
  // expected-error @+1 {{expected no array with the axis of segments 'N' beside a segmented one, found}}
  stream.loop parallel (N tile 1 size %n, B tile 1 size %n) stream (T tile 8 size %n)
      segments (N of [T] at %cu : memref<?xi32>) streamed (%x [N, T] : memref<?x?xf32>)
      init () {
        stream.yield
      }
      absorb (%0: tensor<8xf32>) {
        stream.yield
      }
      finish () {
        stream.yield
      }
  return
}

// -----

// origin_c1: no segments
func.func @f(%n: index, %x: memref<?x?xf32>) {
  stream.loop parallel (B tile 1 size %n) stream (T tile 8 size %n) streamed (%x [B, T] : memref<?x?xf32>)
      init () {
        stream.yield
      }
      absorb (%0: tensor<8xf32>) {
        // expected-error @+1 {{expected to be inside a stream.loop with `segments`}}
        %1 = stream.origin
        stream.yield
      }
      finish () {
        stream.yield
      }
  return
}

// -----

// loop_c1: positive groups
func.func @f(%n: index) {
  // expected-error @+1 {{expected positive groups, found 0}}
  stream.loop parallel (B tile 8 group 0 size %n) stream (T tile 8 size %n)
      init () {
        stream.yield
      }
      absorb () {
        stream.yield
      }
      finish () {
        stream.yield
      }
  return
}

// -----

// loop_c1: groups are of tiles
func.func @f(%n: index) {
  // expected-error @+1 {{expected at most one group above 1, on an axis with a tile above 1, found 4 on a point}}
  stream.loop parallel (B tile 1 group 4 size %n) stream (T tile 8 size %n)
      init () {
        stream.yield
      }
      absorb () {
        stream.yield
      }
      finish () {
        stream.yield
      }
  return
}

// -----

// loop_c1: one group
func.func @f(%n: index) {
  // expected-error @+1 {{expected at most one group above 1, on an axis with a tile above 1, found 2 beside another}}
  stream.loop parallel (B tile 8 group 4 size %n, H tile 8 group 2 size %n) stream (T tile 8 size %n)
      init () {
        stream.yield
      }
      absorb () {
        stream.yield
      }
      finish () {
        stream.yield
      }
  return
}

// -----

// loop_c1: as many groups
func.func @f(%n: index) {
  // expected-error @+1 {{expected 1 groups, one a parallel axis, found 2}}
  "stream.loop"(%n, %n) <{parallel_axes = ["B"], parallel_tiles = array<i64: 8>, parallel_groups = array<i64: 1, 2>, stream_axis = "T", stream_tile = 8 : i64, axes = [],
      operandSegmentSizes = array<i32: 1, 1, 0, 0, 0, 0, 0>}> ({}, {}, {
    "stream.yield"() : () -> ()
  }, {
    "stream.yield"() : () -> ()
  }, {}, {
    "stream.yield"() : () -> ()
  }) : (index, index) -> ()
  return
}
