// RUN: seqmix-opt %s -split-input-file -verify-diagnostics

// bounds_c1: inside a loop
func.func @f(%a: memref<?xi32, strided<[1]>>) {
  // expected-error @+1 {{expected to be inside `range` or `classify` of a stream.loop}}
  %0:2 = stream.bounds %a ["T"] : memref<?xi32, strided<[1]>> -> index
  return
}

// -----

// bounds_c1: not where there are tiles
func.func @f(%n: index, %a: memref<?xi32, strided<[1]>>) {
  stream.loop parallel (T tile 8 size %n) stream (S tile 8 size %n)
      init () {
        stream.yield
      }
      absorb () {
        // expected-error @+1 {{expected to be inside `range` or `classify` of a stream.loop}}
        %0:2 = stream.bounds %a ["T"] : memref<?xi32, strided<[1]>> -> index
        stream.yield
      }
      finish () {
        stream.yield
      }
  return
}

// -----

// bounds_c1: inside `range` the stream has no position
func.func @f(%n: index, %a: memref<?xi32, strided<[1]>>) {
  stream.loop parallel (T tile 8 size %n) stream (S tile 8 size %n)
      range () {
        // expected-error @+1 {{expected axes without the stream axis 'S', which has no position inside `range`, found ["S"]}}
        %0:2 = stream.bounds %a ["S"] : memref<?xi32, strided<[1]>> -> index
        stream.yield %0#0, %0#1 : index, index
      }
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

// bounds_c2: a name an axis
func.func @f(%n: index, %a: memref<?x?xi32, strided<[?, 1]>>) {
  stream.loop parallel (T tile 8 size %n) stream (S tile 8 size %n)
      range () {
        // expected-error @+1 {{expected the name of each axis of 'memref<?x?xi32, strided<[?, 1]>>', found ["T"]}}
        %0:2 = stream.bounds %a ["T"] : memref<?x?xi32, strided<[?, 1]>> -> index
        stream.yield %0#0, %0#1 : index, index
      }
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

// bounds_c2: what is whole is static
func.func @f(%n: index, %a: memref<?x?xi32, strided<[?, 1]>>) {
  stream.loop parallel (T tile 8 size %n) stream (S tile 8 size %n)
      range () {
        // expected-error @+1 {{axis 'D' is whole (neither a parallel nor the stream axis), so expected a static dimension, found 'memref<?x?xi32, strided<[?, 1]>>'}}
        %0:2 = stream.bounds %a ["T", "D"] : memref<?x?xi32, strided<[?, 1]>> -> index
        stream.yield %0#0, %0#1 : index, index
      }
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

// bounds_c3: numbers of floats are f32
func.func @f(%n: index, %a: memref<?xbf16, strided<[1]>>) {
  stream.loop parallel (T tile 8 size %n) stream (S tile 8 size %n)
      range () {
        // expected-error @+1 {{expected results of index for elements of i32, of f32 for floats, found 'index' for 'bf16'}}
        %0:2 = stream.bounds %a ["T"] : memref<?xbf16, strided<[1]>> -> index
        stream.yield %0#0, %0#1 : index, index
      }
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

// bounds_c3: no other integers
func.func @f(%n: index, %a: memref<?xi8, strided<[1]>>) {
  stream.loop parallel (T tile 8 size %n) stream (S tile 8 size %n)
      range () {
        // expected-error @+1 {{expected results of index for elements of i32, of f32 for floats, found 'index' for 'i8'}}
        %0:2 = stream.bounds %a ["T"] : memref<?xi8, strided<[1]>> -> index
        stream.yield %0#0, %0#1 : index, index
      }
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

// bounds_c1: nor by another name
func.func @f(%n: index, %a: memref<?xi32, strided<[1]>>) attributes {equals = {D = "S"}} {
  stream.loop parallel (T tile 8 size %n) stream (S tile 8 size %n)
      range () {
        // expected-error @+1 {{expected axes without the stream axis 'S', which has no position inside `range`, found ["D"]}}
        %0:2 = stream.bounds %a ["D"] : memref<?xi32, strided<[1]>> -> index
        stream.yield %0#0, %0#1 : index, index
      }
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
