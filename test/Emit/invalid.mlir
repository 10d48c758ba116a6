// RUN: seqmix-translate --emit-manifest --split-input-file --verify-diagnostics %s -o %t

// No entry at all.
// expected-error @+1 {{expected a kernel.entry to write the contract of, found none}}
module {}

// -----

// Two operators in one module.
// expected-note @+1 {{the first entry has "f"}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}
// expected-error @+1 {{expected the same `operator_name` as every entry of its operator, found "g"}}
kernel.entry @seqmix_g attributes {operator_name = "g", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// Entries of one operator with different parameters.
// expected-note @+1 {{the first entry has {}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}
// expected-error @+1 {{expected the same `params` as every entry of its operator, found {K = 2 : i64}}
kernel.entry @seqmix_f_step attributes {operator_name = "f", sizes = ["T"], params = {K = 2}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// An element type that the ABI does not have.
// expected-error @+1 {{array 0: expected f32, bf16, f16 or i32 as `elem`}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f64} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf64, strided<[1]>>):
}

// -----

// A domain of no known kind.
// expected-error @+1 {{array 'x': expected as `domain` one of unit, nonpositive, range, normal, integer, sorted or offsets with their bounds, found {prime}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32, domain = {prime}} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// A domain without its bounds.
// expected-error @+1 {{array 'x': expected as `domain` one of}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32, domain = {range = [0.0]}} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// A domain that JSON cannot state.
// expected-error @+1 {{array 'x': expected as `domain` one of}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32, domain = {range = [0.0, 0x7F800000 : f32]}} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// A unit domain along an axis that the array does not have.
// expected-error @+1 {{array 'x': expected as `domain` one of}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32, domain = {unit = "K"}} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// Two domains.
// expected-error @+1 {{array 0: expected one entry in `domain`, and `of` at most beside it}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32, domain = {nonpositive, unit}} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// A requirement that is no number.
// expected-error @+1 {{expected `require` to map sizes to integers, found "one"}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {T = "one"}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// Nothing says how much workspace there is.
// expected-error @+1 {{expected an expression as `workspace` of `launch`: found none}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32, launch = {}} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// A name that is no size.
// expected-error @+1 {{expected an expression as `workspace` of `launch`: expected the name of a size or of a parameter, found "U"}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32, launch = {workspace = {mul = [2, "U"]}}} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// An operation that expressions do not have.
// expected-error @+1 {{expected add, mul, min, max, div or ceildiv, found {mod = ["T", 2]}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32, launch = {workspace = {mod = ["T", 2]} }} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// A division of three.
// expected-error @+1 {{expected an array of two operands, found {div = ["T", 2, 2]}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32, launch = {workspace = {div = ["T", 2, 2]} }} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// An expression of another kind.
// expected-error @+1 {{expected an integer, a name, or a dictionary of one operation, found 2.000000e+00 : f64}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32, launch = {workspace = 2.0}} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// A grid of two.
// expected-error @+1 {{expected a launch of `kernel` (string), `grid` and `block` (three expressions each) and `shared`}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32, launch = {workspace = 0, launches = [{kernel = "k", grid = [1, 1], block = [1, 1, 1], shared = 0}]}} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// A launch without its shared memory.
// expected-error @+1 {{expected an expression as `shared` of `launch`: found none}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32, launch = {workspace = 0, launches = [{kernel = "k", grid = [1, 1, 1], block = [1, 1, 1]}]}} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// The target has not described the entry.
// expected-error @+1 {{expected `launch` with the entry's workspace, found none; the target's `seqmix-describe-entries` writes it}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// Drawn as a multiple of what is no operand before it.
// expected-error @+1 {{array 'x': expected `of` in `domain` to name an operand of real numbers before it with no axes but its own, found y}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32, domain = {range = [0.0, 1.0], of = "y"}},
              {name = "y", axes = ["T"], elem = f32} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>, %y: memref<?xf32, strided<[1]>>):
}

// -----

// Or of no name at all.
// expected-error @+1 {{array 0: expected `of` in `domain` to be a string}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32, domain = {range = [0.0, 1.0], of = 1}} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}

// -----

// A deviation by a size that only the run knows.
// expected-error @+1 {{array 'x': expected `fan_in` to name an integer parameter}}
kernel.entry @seqmix_f attributes {operator_name = "f", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "x", axes = ["T"], elem = f32, domain = {fan_in = "T"}} ],
    form = "sequential", require = {}, product_type = f32} {
^bb0(%T: index, %x: memref<?xf32, strided<[1]>>):
}
