// RUN: seqmix-opt %s --seqmix-cpu-expand-math --split-input-file --verify-diagnostics

func.func @double(%x: f64) -> f64 {
  // expected-error @+1 {{has no code on this target: expected an f32 operand and a function with a polynomial, found 'f64'}}
  %y = math.exp %x : f64
  return %y : f64
}

// -----

func.func @remainder(%x: f32) -> f32 {
  // expected-error @+1 {{has no code on this target}}
  %y = arith.remf %x, %x : f32
  return %y : f32
}
