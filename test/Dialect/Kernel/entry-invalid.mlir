// RUN: seqmix-opt %s -split-input-file -verify-diagnostics

// entry_c1: as many arguments
// expected-error @+1 {{expected 2 block arguments (1 sizes and 1 arrays), found 1}}
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {K = 16 : i64}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}], form = "step", require = {}, product_type = f32} {
^bb0(%T: index):
}

// -----

// entry_c1: sizes are index
// expected-error @+1 {{expected block argument 0 (size "T") to be index, found 'i64'}}
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {K = 16 : i64}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}], form = "step", require = {}, product_type = f32} {
^bb0(%T: i64, %x: memref<?x16xf32, strided<[?, 1]>>):
}

// -----

// entry_c1: rank
// expected-error @+1 {{expected block argument 1 (array "x") to be a memref of rank 2 with element type 'f32', found 'memref<?xf32>'}}
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {K = 16 : i64}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}], form = "step", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32>):
}

// -----

// entry_c1: element type
// expected-error @+1 {{expected block argument 1 (array "x") to be a memref of rank 2 with element type 'f32', found}}
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {K = 16 : i64}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}], form = "step", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xbf16, strided<[?, 1]>>):
}

// -----

// entry_c1: last stride
// expected-error @+1 {{expected the last stride of array "x" to be 1, found}}
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {K = 16 : i64}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}], form = "step", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[1, ?]>>):
}

// -----

// entry_c2: unknown axis
// expected-error @+1 {{axis 'Q' of array "x" is neither in `sizes`, nor an integer in `params`, nor derived by `equals`}}
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {K = 16 : i64}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["Q", "K"], elem = f32}], form = "step", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>):
}

// -----

// entry_c2: a parameter is static
// expected-error @+1 {{expected dimension 1 of array "x" to be 16, the parameter 'K'; found}}
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {K = 16 : i64}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T", "K"], elem = f32}], form = "step", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x32xf32, strided<[?, 1]>>):
}

// -----

// entry_c2: a size is dynamic
// expected-error @+1 {{expected dimension 0 of array "x" to be dynamic, because its axis 'S' is a run-time size; found}}
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {K = 16 : i64}, divides = {}, equals = {S = "T"},
    arrays = [{name = "x", axes = ["S", "K"], elem = f32}], form = "step", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<8x16xf32, strided<[?, 1]>>):
}

// -----

// entry_c3: keys
// expected-error @+1 {{expected `name`, `axes` and `elem` in each dictionary of `arrays`, found}}
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {K = 16 : i64}, divides = {}, equals = {},
    arrays = [{name = "x", elem = f32}], form = "step", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>):
}

// -----

// entry_c3: dictionaries
// expected-error @+1 {{expected dictionaries in `arrays`, found}}
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {K = 16 : i64}, divides = {}, equals = {},
    arrays = ["x"], form = "step", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>):
}

// -----

// entry_c3: names of axes
// expected-error @+1 {{expected the axes of array "x" to be strings, found}}
kernel.entry @e attributes {operator_name = "e", sizes = ["T"], params = {K = 16 : i64}, divides = {}, equals = {},
    arrays = [{name = "x", axes = [1, 2], elem = f32}], form = "step", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>):
}

// -----

// entry_c4: a size that is none
// expected-error @+1 {{expected `packed` to name a size as count, found}}
kernel.entry @e attributes {operator_name = "e", sizes = ["B", "T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["B", "T"], elem = f32}], packed = {batch = "B", count = "N", offsets = "cu", total = "T"},
    form = "step", require = {}, product_type = f32} {
^bb0(%B: index, %T: index, %x: memref<?x?xf32, strided<[?, 1]>>):
}

// -----

// entry_c4: offsets with as many elements as sequences
// expected-error @+1 {{expected `packed` to name as offsets an operand of i32 with the one axis 'N + 1', found}}
kernel.entry @e attributes {operator_name = "e", sizes = ["B", "T", "N"], params = {}, divides = {}, equals = {},
    arrays = [{name = "cu", axes = ["N"], elem = i32}], packed = {batch = "B", count = "N", offsets = "cu", total = "T"},
    form = "step", require = {}, product_type = f32} {
^bb0(%B: index, %T: index, %N: index, %cu: memref<?xi32, strided<[1]>>):
}
