// RUN: seqmix-opt %s --split-input-file --verify-diagnostics

// A position is whole.
// expected-error @+1 {{a number with a fraction needs a real type, found '!seq.array<[] x index>'}}
%a = seq.constant 1.5 : [] x index

// -----

// And finite.
// expected-error @+1 {{a number with a fraction needs a real type, found '!seq.array<[] x index>'}}
%a = seq.constant inf : [] x index

// -----

// A truth value is not a number.
// expected-error @+1 {{expected true or false for the type '!seq.array<[] x i1>'}}
%a = seq.constant 1 : [] x i1

// -----

// Nor the reverse.
// expected-error @+1 {{true needs a type of truth values, […] x i1, found '!seq.array<[K] x f32>'}}
%a = seq.constant true : [K]

// -----

// expected-error @+1 {{expected a number after -, found true}}
%a = seq.constant -true : [] x i1

// -----

// expected-error @+1 {{expected floating point literal}}
%a = seq.constant "one" : []

// -----

// A constant is computed, not stored.
// expected-error @+1 {{'seq.constant' op expected a computed type (f32, index or i1), found '!seq.array<[] x bf16>'}}
%a = seq.constant 1.0 : [] x bf16

// -----

// expected-error @+1 {{'seq.constant' op expected a computed type (f32, index or i1), found '!seq.array<[] x i32>'}}
%a = seq.constant 1 : [] x i32

// -----

// expected-error @+1 {{'seq.constant' op value does not suit its type '!seq.array<[] x f32>'}}
%a = "seq.constant"() <{value = 1 : i64}> : () -> !seq.array<[] x f32>

// -----

// expected-error @+1 {{'seq.constant' op value does not suit its type '!seq.array<[] x index>'}}
%a = "seq.constant"() <{value = true}> : () -> !seq.array<[] x index>

// -----

// expected-error @+1 {{'seq.constant' op value must be a number, found NaN}}
%a = "seq.constant"() <{value = 0x7FF8000000000000 : f64}> : () -> !seq.array<[] x f32>

// -----

// expected-error @+1 {{'seq.constant' op attribute 'value' failed to satisfy constraint}}
%a = "seq.constant"() <{value = "one"}> : () -> !seq.array<[] x f32>
