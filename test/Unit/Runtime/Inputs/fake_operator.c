//===- fake_operator.c - An operator as the compiler would make it --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// o[b,t,h,k] = g[h] * q[b,t,h,k] + c + s0[b,k], and s = s0 + 1. It keeps a copy
// of the argument struct, counts workers that met, and can leave its results
// alone or return an error code.
//
//===----------------------------------------------------------------------===//

#include <stdint.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef void (*seqmix_task)(void *arg, int64_t index, int64_t worker);
typedef void (*seqmix_parallel_for)(void *context, int64_t n, seqmix_task task,
                                    void *arg);

struct seqmix_fake_args {
  int64_t B, T, H, HK;
  void *q;
  int64_t q_strides[4];
  void *k;
  int64_t k_strides[4];
  void *g;
  int64_t g_strides[1];
  void *c;
  void *s0;
  int64_t s0_strides[2];
  void *o;
  int64_t o_strides[4];
  void *s;
  int64_t s_strides[2];
  void *workspace;
  int64_t workspace_bytes;
  seqmix_parallel_for run;
  void *run_context;
  int64_t workers;
};

enum { K = 4, LINE = 64 };

EXPORT struct seqmix_fake_args fake_last;
EXPORT int64_t fake_shared_workers;
EXPORT int64_t fake_bad_workers;
EXPORT int64_t fake_tasks;
EXPORT int32_t fake_code;
EXPORT int32_t fake_writes_nothing;
EXPORT int64_t fake_workspace_answer = -2;

EXPORT int64_t seqmix_fake_workspace(const struct seqmix_fake_args *args) {
  if (fake_workspace_answer != -2)
    return fake_workspace_answer;
  return args->workers * LINE;
}

EXPORT int64_t seqmix_fake_step_workspace(const struct seqmix_fake_args *args) {
  (void)args;
  return 0;
}

static void row(void *arg, int64_t index, int64_t worker) {
  const struct seqmix_fake_args *a = arg;
  __atomic_fetch_add(&fake_tasks, 1, __ATOMIC_SEQ_CST);
  if (worker < 0 || worker >= a->workers) {
    __atomic_fetch_add(&fake_bad_workers, 1, __ATOMIC_SEQ_CST);
    return;
  }
  // The worker's part of the workspace says whether somebody else is in it.
  int64_t *busy = (int64_t *)((char *)a->workspace + worker * LINE);
  if (a->workspace && __atomic_exchange_n(busy, index + 1, __ATOMIC_SEQ_CST))
    __atomic_fetch_add(&fake_shared_workers, 1, __ATOMIC_SEQ_CST);
  int64_t b = index / a->T, t = index % a->T;
  for (int64_t h = 0; h < a->H; ++h)
    for (int64_t k = 0; k < K; ++k) {
      const float *q = a->q, *g = a->g, *c = a->c, *s0 = a->s0;
      float *o = a->o;
      o[b * a->o_strides[0] + t * a->o_strides[1] + h * a->o_strides[2] + k] =
          g[h] * q[b * a->q_strides[0] + t * a->q_strides[1] +
                   h * a->q_strides[2] + k] +
          c[0] + s0[b * a->s0_strides[0] + k];
    }
  if (a->workspace)
    __atomic_store_n(busy, 0, __ATOMIC_SEQ_CST);
}

EXPORT int32_t seqmix_fake(const struct seqmix_fake_args *args) {
  fake_last = *args;
  if (fake_code)
    return fake_code;
  if (fake_writes_nothing)
    return 0;
  if (args->workspace)
    memset(args->workspace, 0, (size_t)args->workspace_bytes);
  int64_t n = args->B * args->T;
  if (args->run)
    args->run(args->run_context, n, row, (void *)args);
  else
    for (int64_t i = 0; i < n; ++i)
      row((void *)args, i, 0);
  for (int64_t b = 0; b < args->B; ++b)
    for (int64_t k = 0; k < K; ++k)
      ((float *)args->s)[b * args->s_strides[0] + k] =
          ((const float *)args->s0)[b * args->s0_strides[0] + k] + 1;
  return 0;
}

EXPORT int32_t seqmix_fake_step(const struct seqmix_fake_args *args) {
  return seqmix_fake(args);
}
