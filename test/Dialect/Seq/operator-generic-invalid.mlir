// RUN: seqmix-opt %s --split-input-file --verify-diagnostics

// What the syntax rules out and the generic form does not: it is reported, and nothing crashes.

// expected-error @+1 {{'seq.operator' op expected a name, a type and a domain an operand, found 2, 1 and 1}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x", "z"], operand_types = [!seq.array<[T] x f32>], operand_domains = [{}],
    result_names = [], result_types = []}> ({
^bb0(%x: !seq.array<[T] x f32>):
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op expected a name, a type and a domain an operand, found 1, 1 and 0}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [!seq.array<[T] x f32>], operand_domains = [],
    result_names = [], result_types = []}> ({
^bb0(%x: !seq.array<[T] x f32>):
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op expected a name and a type a result, found 0 and 1}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [!seq.array<[T] x f32>], operand_domains = [{}],
    result_names = [], result_types = [!seq.array<[T] x f32>]}> ({
^bb0(%x: !seq.array<[T] x f32>):
  "seq.return"(%x) : (!seq.array<[T] x f32>) -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op expected 1 block arguments, one an operand, found 0}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [!seq.array<[T] x f32>], operand_domains = [{}],
    result_names = [], result_types = []}> ({
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op operand x is declared as '!seq.array<[T] x f32>' but its block argument is '!seq.array<[T] x bf16>'}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [!seq.array<[T] x f32>], operand_domains = [{}],
    result_names = [], result_types = []}> ({
^bb0(%x: !seq.array<[T] x bf16>):
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op expected an array type for x, found 'f32'}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [f32], operand_domains = [{}],
    result_names = [], result_types = []}> ({
^bb0(%x: f32):
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op expected an array type for y, found 'f32'}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [!seq.array<[T] x f32>], operand_domains = [{}],
    result_names = ["y"], result_types = [f32]}> ({
^bb0(%x: !seq.array<[T] x f32>):
  "seq.return"(%x) : (!seq.array<[T] x f32>) -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op expected a dictionary as the domain of an operand, found 4 : i64}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [!seq.array<[T] x f32>], operand_domains = [4],
    result_names = [], result_types = []}> ({
^bb0(%x: !seq.array<[T] x f32>):
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op parameter K must be an integer, an element type or another parameter, found 4.000000e+00 : f64}}
"seq.operator"() <{sym_name = "f", params = {K = 4.0}, sizes = ["T"], divides = {}, equals = {},
    operand_names = [], operand_types = [], operand_domains = [],
    result_names = [], result_types = []}> ({
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// Two parameters, each the other's second name.
// expected-error @+1 {{'seq.operator' op parameter J equals K, which is no parameter with a value of its own}}
"seq.operator"() <{sym_name = "f", params = {K = @J, J = @K}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [!seq.array<[T, K] x f32>], operand_domains = [{}],
    result_names = [], result_types = []}> ({
^bb0(%x: !seq.array<[T, K] x f32>):
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op the rule for HK must name a size, found 2 : i64}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["HK"], divides = {HK = 2}, equals = {},
    operand_names = [], operand_types = [], operand_domains = [],
    result_names = [], result_types = []}> ({
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op the rule for HK is about no declared size}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["H"], divides = {HK = "H"}, equals = {},
    operand_names = [], operand_types = [], operand_domains = [],
    result_names = [], result_types = []}> ({
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op attribute 'sizes' failed to satisfy constraint: string array attribute}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = [4], divides = {}, equals = {},
    operand_names = [], operand_types = [], operand_domains = [],
    result_names = [], result_types = []}> ({
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op requires attribute 'divides'}}
"seq.operator"() <{sym_name = "f"}> ({
^bb0(%x: !seq.array<[T] x f32>):
  "seq.return"() : () -> ()
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op expects a non-empty block}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = ["x"], operand_types = [!seq.array<[T] x f32>], operand_domains = [{}],
    result_names = [], result_types = []}> ({
^bb0(%x: !seq.array<[T] x f32>):
}) : () -> ()

// -----

// expected-error @+1 {{'seq.operator' op region #0 ('body') failed to verify constraint: region with 1 blocks}}
"seq.operator"() <{sym_name = "f", params = {}, sizes = ["T"], divides = {}, equals = {},
    operand_names = [], operand_types = [], operand_domains = [],
    result_names = [], result_types = []}> ({
}) : () -> ()
