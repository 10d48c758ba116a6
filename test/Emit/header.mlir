// RUN: seqmix-translate --emit-header %s | FileCheck %s

// CHECK:      /* Operator mix, written by seqmixc {{[0-9.]+}}.
// CHECK:       * Compiled for K = 128, V = 64, element type bf16.
// CHECK-NEXT:  * Rule: HK divides H.
// CHECK-NEXT:  * Rule: S is T.
// CHECK:      #ifndef SEQMIX_OPERATOR_mix_H
// CHECK:      #include <stdint.h>
// CHECK-NOT:  #include
// CHECK:      #ifndef SEQMIX_ABI_H
// CHECK-NEXT: #define SEQMIX_ABI_H
// CHECK:      SEQMIX_OK = 0,
// CHECK:      SEQMIX_NULL_POINTER = 1,
// CHECK:      SEQMIX_BAD_SIZE = 2,
// CHECK:      SEQMIX_BAD_STRIDE = 3,
// CHECK:      SEQMIX_WORKSPACE_TOO_SMALL = 4,
// CHECK:      SEQMIX_OVERLAP = 5,
// CHECK:      SEQMIX_UNSUPPORTED_CPU = 6
// CHECK:      typedef void (*seqmix_task)(void *arg, int64_t index, int64_t worker);
// CHECK:      typedef void (*seqmix_parallel_for)(void *context, int64_t n, seqmix_task task,
// CHECK:      #endif /* SEQMIX_ABI_H */
// CHECK:      extern "C" {

// CHECK-LABEL: struct seqmix_mix_args {
// CHECK:        int64_t B;
// CHECK-NEXT:   int64_t T;
// CHECK-NEXT:   int64_t H;
// CHECK-NEXT:   int64_t HK;
// CHECK-NOT:    int64_t S;
// CHECK:        /* Operand [B, S, HK, K] of bf16 (bfloat16 bits in uint16_t), vectors of norm 1 along K. */
// CHECK-NEXT:   void *k;
// CHECK-NEXT:   int64_t k_strides[4];
// CHECK:        /* Operand [B, T, H] of f32 (float), at most 0. */
// CHECK-NEXT:   void *g;
// CHECK-NEXT:   int64_t g_strides[3];
// CHECK:        /* Operand [] of f32 (float), in [0.5, 2]. */
// CHECK-NEXT:   void *scale;
// CHECK-NOT:    scale_strides
// CHECK:        /* Operand [B] of i32 (int32_t), in [0, S). */
// CHECK-NEXT:   void *prefix;
// CHECK-NEXT:   int64_t prefix_strides[1];
// CHECK:        /* Operand [B, H, K, V] of f32 (float), of mean 0 and deviation 2, times scale. */
// CHECK-NEXT:   void *s0;
// CHECK:        /* Result [B, T, H, V] of f16 (IEEE half bits in uint16_t). */
// CHECK-NEXT:   void *o;
// CHECK:        /* Result [B, H, K, V] of f32 (float); may be the very buffer of s0. */
// CHECK-NEXT:   void *s;
// CHECK-NEXT:   int64_t s_strides[4];
// CHECK:        void *workspace;
// CHECK-NEXT:   int64_t workspace_bytes;
// CHECK:        seqmix_parallel_for run;
// CHECK-NEXT:   void *run_context;
// CHECK-NEXT:   int64_t workers;
// CHECK-NEXT: };
// 4 sizes, 7 pointers, 20 strides, 5 more: 36 slots.
// CHECK:      sizeof(struct seqmix_mix_args) == 288

// CHECK:      /* Form: chunkwise, 64 tokens a chunk. Returns SEQMIX_OK or an error code. */
// CHECK-NEXT: int32_t seqmix_mix(const struct seqmix_mix_args *args);
// CHECK:      int64_t seqmix_mix_workspace(const struct seqmix_mix_args *args);
// CHECK:      /* Form: step. Needs T = 1. Returns SEQMIX_OK or an error code. */
// CHECK-NEXT: int32_t seqmix_mix_step(const struct seqmix_mix_args *args);
// CHECK:      int64_t seqmix_mix_step_workspace(const struct seqmix_mix_args *args);
// CHECK:      #endif /* SEQMIX_OPERATOR_mix_H */

#arrays = [
  {name = "k", axes = ["B", "S", "HK", "K"], elem = bf16, domain = {unit = "K"}},
  {name = "g", axes = ["B", "T", "H"], elem = f32, domain = {nonpositive}},
  {name = "scale", axes = [], elem = f32, domain = {range = [0.5, 2.0]}},
  {name = "prefix", axes = ["B"], elem = i32, domain = {integer = [0, "S"]}},
  {name = "s0", axes = ["B", "H", "K", "V"], elem = f32, domain = {normal = [0.0, 2.0], of = "scale"}},
  {name = "o", axes = ["B", "T", "H", "V"], elem = f16, result},
  {name = "s", axes = ["B", "H", "K", "V"], elem = f32, result, may_alias = "s0"}
]

kernel.entry @seqmix_mix attributes {operator_name = "mix", sizes = ["B", "T", "H", "HK"],
    params = {K = 128, V = 64, E = bf16}, divides = {HK = "H"}, equals = {S = "T"}, arrays = #arrays,
    form = "chunkwise", chunk = 64, require = {}, product_type = bf16} {
^bb0(%B: index, %T: index, %H: index, %HK: index,
     %k: memref<?x?x?x128xbf16, strided<[?, ?, ?, 1]>>, %g: memref<?x?x?xf32, strided<[?, ?, 1]>>,
     %scale: memref<f32>, %prefix: memref<?xi32, strided<[1]>>,
     %s0: memref<?x?x128x64xf32, strided<[?, ?, ?, 1]>>, %o: memref<?x?x?x64xf16, strided<[?, ?, ?, 1]>>,
     %s: memref<?x?x128x64xf32, strided<[?, ?, ?, 1]>>):
}
kernel.entry @seqmix_mix_step attributes {operator_name = "mix", sizes = ["B", "T", "H", "HK"],
    params = {K = 128, V = 64, E = bf16}, divides = {HK = "H"}, equals = {S = "T"}, arrays = #arrays,
    form = "step", require = {T = 1}, product_type = bf16} {
^bb0(%B: index, %T: index, %H: index, %HK: index,
     %k: memref<?x?x?x128xbf16, strided<[?, ?, ?, 1]>>, %g: memref<?x?x?xf32, strided<[?, ?, 1]>>,
     %scale: memref<f32>, %prefix: memref<?xi32, strided<[1]>>,
     %s0: memref<?x?x128x64xf32, strided<[?, ?, ?, 1]>>, %o: memref<?x?x?x64xf16, strided<[?, ?, ?, 1]>>,
     %s: memref<?x?x128x64xf32, strided<[?, ?, ?, 1]>>):
}
