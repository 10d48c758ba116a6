//===- Ceilings.h - What a machine gives at best ------------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Small kernels that reach the limits of a processor, to measure operators
// against in the same run. Each function does its work `repeat` times on
// `threads` threads, which start together, and returns the seconds from the
// start of the first to the end of the last; or a negative number where the
// processor lacks the instructions or there is no memory.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_BENCH_CEILINGS_H
#define SEQMIX_BENCH_CEILINGS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SEQMIX_BENCH_API __attribute__((visibility("default")))

enum {
  SEQMIX_BENCH_AVX2 = 1,
  SEQMIX_BENCH_AVX512 = 2,
  SEQMIX_BENCH_AVX512_BF16 = 4,
  SEQMIX_BENCH_AMX_BF16 = 8
};

/** What processor and system together allow, as a sum of the above. Asks the
    system for the tile registers. */
SEQMIX_BENCH_API int32_t seqmix_bench_features(void);

/** Floating-point operations of one repetition of a thread of the functions
    below. */
SEQMIX_BENCH_API int64_t seqmix_bench_flops_per_repeat(void);

/** f32 multiply-adds from registers, in the widest vectors there are. */
SEQMIX_BENCH_API double seqmix_bench_f32(int32_t threads, int64_t repeat);

/** bf16 dot products of AVX-512 from registers. */
SEQMIX_BENCH_API double seqmix_bench_dot_bf16(int32_t threads, int64_t repeat);

/** bf16 products of tiles, 2 × 2 of them, from registers. */
SEQMIX_BENCH_API double seqmix_bench_amx_bf16(int32_t threads, int64_t repeat);

/** exp of f32 in registers: the polynomial of degree 6 in AVX-512. One
    repetition of a thread is 1024 exponentials. */
SEQMIX_BENCH_API double seqmix_bench_exp(int32_t threads, int64_t repeat);

/** Copies `bytes` bytes, each thread its part, with stores that pass by the
    caches where `streaming` is not 0. */
SEQMIX_BENCH_API double seqmix_bench_copy(int32_t threads, int64_t repeat,
                                          void *to, const void *from,
                                          int64_t bytes, int32_t streaming);

/** Scales the f32 in `bytes` bytes where they lie. */
SEQMIX_BENCH_API double seqmix_bench_scale(int32_t threads, int64_t repeat,
                                           void *data, int64_t bytes);

#ifdef __cplusplus
}
#endif

#endif // SEQMIX_BENCH_CEILINGS_H
