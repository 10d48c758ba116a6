// RUN: seqmix-opt %s --seqmix-lower-stream -split-input-file -verify-diagnostics

// A carry is tiles.
kernel.entry @scalar attributes {operator_name = "scalar", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [],
    form = "chunkwise", require = {}, product_type = f32} {
^bb0(%T: index):
  // expected-error @+1 {{cannot be lowered to memory: expected a carry of tensors of static shape, found 'f32'}}
  stream.loop parallel () stream (T tile 4 size %T)
      init () {
        %zero = arith.constant 0.0 : f32
        stream.yield %zero : f32
      }
      absorb (%a: f32) {
        stream.yield %a : f32
      }
      finish (%a: f32) {
        stream.yield
      }
}

// -----

// A body holds ops in destination style.
kernel.entry @op attributes {operator_name = "op", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [],
    form = "chunkwise", require = {}, product_type = f32} {
^bb0(%T: index):
  stream.loop parallel () stream (T tile 4 size %T)
      init () {
        %zero = arith.constant 0.0 : f32
        // expected-error @+1 {{cannot be lowered to memory; on tensors expected an op in destination style, tensor.empty, tensor.extract, tensor.extract_slice, tensor.insert_slice or a constant}}
        %a = tensor.splat %zero : tensor<4xf32>
        stream.yield %a : tensor<4xf32>
      }
      absorb (%a: tensor<4xf32>) {
        stream.yield %a : tensor<4xf32>
      }
      finish (%a: tensor<4xf32>) {
        stream.yield
      }
}

// -----

// A constant tile is one number.
kernel.entry @table attributes {operator_name = "table", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [],
    form = "chunkwise", require = {}, product_type = f32} {
^bb0(%T: index):
  stream.loop parallel () stream (T tile 4 size %T)
      init () {
        // expected-error @+1 {{expected the same value in every element of a constant tile, found}}
        %a = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
        stream.yield %a : tensor<2xf32>
      }
      absorb (%a: tensor<2xf32>) {
        stream.yield %a : tensor<2xf32>
      }
      finish (%a: tensor<2xf32>) {
        stream.yield
      }
}

// -----

// A tile comes from the body or is given to it.
kernel.entry @outside attributes {operator_name = "outside", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [],
    form = "chunkwise", require = {}, product_type = f32} {
^bb0(%T: index):
  // expected-error @+1 {{expected a tile that is made in the body of this loop, given to it, or constant}}
  %a = tensor.generate {
  ^bb0(%i: index):
    %zero = arith.constant 0.0 : f32
    tensor.yield %zero : f32
  } : tensor<4xf32>
  stream.loop parallel () stream (T tile 4 size %T)
      init () {
        stream.yield %a : tensor<4xf32>
      }
      absorb (%b: tensor<4xf32>) {
        stream.yield %b : tensor<4xf32>
      }
      finish (%b: tensor<4xf32>) {
        stream.yield
      }
}
