// Entries of a device: launches in the manifest, no prototypes in the header.
// RUN: seqmix-translate --emit-manifest --manifest-target=cuda --manifest-arch=sm_90a --manifest-file=ptx=copy.ptx %s -o %t.json
// RUN: %python -c "import json,sys; print(json.dumps(json.load(open(sys.argv[1]))))" %t.json | FileCheck %s
// RUN: seqmix-translate --emit-header %s -o %t.h
// RUN: FileCheck %s --check-prefix=HEADER < %t.h
// RUN: %cc -std=c99 -Wall -Wextra -pedantic -Werror -fsyntax-only -x c %t.h

// CHECK:      "target": "cuda", "arch": "sm_90a", "params": {"K": 16}, "elem": "f32",
// CHECK-SAME: "ptx": "copy.ptx",
// CHECK-SAME: "entries": [{"symbol": "seqmix_copy", "form": "sequential", "require": {}, "workspace": 0,
// CHECK-SAME: "launches": [{"kernel": "seqmix_copy", "grid": [{"mul": ["B", {"ceildiv": ["T", 64]}]}, 1, 1],
// CHECK-SAME: "block": [128, 1, 1], "shared": 49152}]}]}

// HEADER-LABEL: struct seqmix_copy_args {
// HEADER:      /* Form: sequential.
// HEADER:       * Workspace: 0 bytes.
// HEADER-NEXT:  * Launch seqmix_copy: grid ((B * ceildiv(T, 64)), 1, 1), block (128, 1, 1), 49152 bytes of shared memory.
// HEADER-NOT:  int32_t seqmix_copy

kernel.entry @seqmix_copy attributes {operator_name = "copy", sizes = ["B", "T"], params = {K = 16}, divides = {},
    equals = {}, arrays = [{name = "x", axes = ["B", "T", "K"], elem = f32},
                           {name = "y", axes = ["B", "T", "K"], elem = f32, result} ],
    form = "sequential", require = {}, product_type = f32,
    launch = {workspace = 0, launches = [{kernel = "seqmix_copy", grid = [{mul = ["B", {ceildiv = ["T", 64]}]}, 1, 1],
                                          block = [128, 1, 1], shared = 49152}]}} {
^bb0(%B: index, %T: index, %x: memref<?x?x16xf32, strided<[?, ?, 1]>>, %y: memref<?x?x16xf32, strided<[?, ?, 1]>>):
}
