// RUN: seqmix-translate --emit-manifest --manifest-arch=x86-64-v3,x86-64-v4 --manifest-spec=abc \
// RUN:   --manifest-file=object=mix.o --manifest-file=library=mix.so --manifest-file=header=mix.h %s -o %t.json
// RUN: %python -c "import json,sys; print(json.dumps(json.load(open(sys.argv[1]))))" %t.json | FileCheck %s

// Keys keep the order of docs/ABI.md.
// CHECK:      {"seqmix": "{{[0-9.]+}}", "abi": 1, "operator": "mix",
// The SHA-256 of "abc".
// CHECK-SAME: "digest": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
// CHECK-SAME: "target": "cpu", "arch": "x86-64-v3,x86-64-v4",
// CHECK-SAME: "params": {"K": 128, "V": 64}, "elem": "bf16",
// CHECK-SAME: "sizes": ["B", "T", "H", "HK"],
// CHECK-SAME: "rules": [{"divides": ["HK", "H"]}, {"equal": ["S", "T"]}],
// CHECK-SAME: "operands": [
// CHECK-SAME: {"name": "k", "axes": ["B", "S", "HK", "K"], "elem": "bf16", "domain": {"kind": "unit", "axis": "K"}},
// CHECK-SAME: {"name": "g", "axes": ["B", "T", "H"], "elem": "f32", "domain": {"kind": "nonpositive"}},
// CHECK-SAME: {"name": "scale", "axes": [], "elem": "f32", "domain": {"kind": "range", "low": 0.5, "high": 2}},
// CHECK-SAME: {"name": "prefix", "axes": ["B"], "elem": "i32", "domain": {"kind": "integer", "low": 0, "high": "S"}},
// CHECK-SAME: {"name": "doc", "axes": ["B"], "elem": "i32", "domain": {"kind": "sorted", "low": 0, "high": "S"}},
// CHECK-SAME: {"name": "s0", "axes": ["B", "H", "K", "V"], "elem": "f32", "domain": {"kind": "normal", "mean": 0, "deviation": 0.125, "of": "scale"}}],
// CHECK-SAME: "results": [
// CHECK-SAME: {"name": "o", "axes": ["B", "T", "H", "V"], "elem": "f16"},
// CHECK-SAME: {"name": "s", "axes": ["B", "H", "K", "V"], "elem": "f32", "may_alias": "s0"}],
// CHECK-SAME: "object": "mix.o", "library": "mix.so", "header": "mix.h",
// CHECK-SAME: "entries": [
// CHECK-SAME: {"symbol": "seqmix_mix", "form": "chunkwise", "chunk": 64, "require": {},
// CHECK-SAME:  "workspace": {"mul": [262144, "workers"]}},
// CHECK-SAME: {"symbol": "seqmix_mix_step", "form": "step", "require": {"T": 1},
// CHECK-SAME:  "workspace": {"add": [64, {"max": [0, {"ceildiv": ["T", 16]}, {"min": ["B", "K"]}]}, {"div": ["S", 2]}]}}]}

#arrays = [
  {name = "k", axes = ["B", "S", "HK", "K"], elem = bf16, domain = {unit = "K"}},
  {name = "g", axes = ["B", "T", "H"], elem = f32, domain = {nonpositive}},
  {name = "scale", axes = [], elem = f32, domain = {range = [0.5, 2.0]}},
  {name = "prefix", axes = ["B"], elem = i32, domain = {integer = [0, "S"]}},
  {name = "doc", axes = ["B"], elem = i32, domain = {sorted = [0, "S"]}},
  {name = "s0", axes = ["B", "H", "K", "V"], elem = f32, domain = {fan_in = "V", of = "scale"}},
  {name = "o", axes = ["B", "T", "H", "V"], elem = f16, result},
  {name = "s", axes = ["B", "H", "K", "V"], elem = f32, result, may_alias = "s0"}
]

kernel.entry @seqmix_mix attributes {operator_name = "mix", sizes = ["B", "T", "H", "HK"],
    params = {K = 128, V = 64, E = bf16}, divides = {HK = "H"}, equals = {S = "T"}, arrays = #arrays,
    form = "chunkwise", chunk = 64, require = {}, product_type = bf16,
    launch = {workspace = {mul = [262144, "workers"]}}} {
^bb0(%B: index, %T: index, %H: index, %HK: index,
     %k: memref<?x?x?x128xbf16, strided<[?, ?, ?, 1]>>, %g: memref<?x?x?xf32, strided<[?, ?, 1]>>,
     %scale: memref<f32>, %prefix: memref<?xi32, strided<[1]>>, %doc: memref<?xi32, strided<[1]>>,
     %s0: memref<?x?x128x64xf32, strided<[?, ?, ?, 1]>>, %o: memref<?x?x?x64xf16, strided<[?, ?, ?, 1]>>,
     %s: memref<?x?x128x64xf32, strided<[?, ?, ?, 1]>>):
}
kernel.entry @seqmix_mix_step attributes {operator_name = "mix", sizes = ["B", "T", "H", "HK"],
    params = {K = 128, V = 64, E = bf16}, divides = {HK = "H"}, equals = {S = "T"}, arrays = #arrays,
    form = "step", require = {T = 1}, product_type = bf16,
    launch = {workspace = {add = [64, {max = [0, {ceildiv = ["T", 16]}, {min = ["B", "K"]}]}, {div = ["S", 2]}]}}} {
^bb0(%B: index, %T: index, %H: index, %HK: index,
     %k: memref<?x?x?x128xbf16, strided<[?, ?, ?, 1]>>, %g: memref<?x?x?xf32, strided<[?, ?, 1]>>,
     %scale: memref<f32>, %prefix: memref<?xi32, strided<[1]>>, %doc: memref<?xi32, strided<[1]>>,
     %s0: memref<?x?x128x64xf32, strided<[?, ?, ?, 1]>>, %o: memref<?x?x?x64xf16, strided<[?, ?, ?, 1]>>,
     %s: memref<?x?x128x64xf32, strided<[?, ?, ?, 1]>>):
}
