//===- main.c - A compiled operator in a plain C program ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs Gated DeltaNet over T tokens with its main entry, then the same tokens
// one by one with its step, and compares. README.md says how to build it.
//
//===----------------------------------------------------------------------===//

#include "gated_delta_net.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// K and V are compile-time parameters of the operator, the rest is ours. T is
// no multiple of a chunk.
enum { B = 2, T = 200, H = 4, HK = 2, K = 128, V = 128 };

enum { WORKSPACE_ALIGNMENT = 64 };

// Any loop that runs each task once will do, on any threads; this one has a
// single worker, number 0.
static void run_in_order(void *context, int64_t n, seqmix_task task,
                         void *arg) {
  (void)context;
  for (int64_t i = 0; i < n; ++i)
    task(arg, i, 0);
}

static void *allocate(size_t bytes) {
  void *memory = malloc(bytes);
  if (!memory) {
    fprintf(stderr, "no memory for %lu bytes\n", (unsigned long)bytes);
    exit(1);
  }
  return memory;
}

static float *allocate_floats(size_t count) {
  return allocate(count * sizeof(float));
}

// A number in [0, 1), the same ones on every machine.
static float draw(void) {
  static uint32_t state = 1;
  state = state * 1664525u + 1013904223u;
  return (float)(state >> 8) / 16777216.0f;
}

static float *draw_array(size_t count, float low, float high) {
  float *array = allocate_floats(count);
  for (size_t i = 0; i < count; ++i)
    array[i] = low + (high - low) * draw();
  return array;
}

// Keys of a delta rule have norm 1, or its state grows without bound.
static void normalise(float *vectors, size_t count, size_t length) {
  for (size_t i = 0; i < count; ++i) {
    float *vector = vectors + i * length;
    float squares = 0;
    for (size_t j = 0; j < length; ++j)
      squares += vector[j] * vector[j];
    for (size_t j = 0; j < length; ++j)
      vector[j] /= sqrtf(squares);
  }
}

// Strides are in elements, one for each axis, the last one 1. All arrays here
// are contiguous; a slice of a larger one would only need other strides.
static void set_strides(int64_t *strides, int rank, const int64_t *shape) {
  int64_t stride = 1;
  for (int i = rank - 1; i >= 0; --i) {
    strides[i] = stride;
    stride *= shape[i];
  }
}

static void fill_strides(struct seqmix_gated_delta_net_args *args) {
  const int64_t keys[] = {B, T, HK, K};
  const int64_t values[] = {B, T, H, V};
  const int64_t gates[] = {B, T, H};
  const int64_t states[] = {B, H, K, V};
  set_strides(args->q_strides, 4, keys);
  set_strides(args->k_strides, 4, keys);
  set_strides(args->v_strides, 4, values);
  set_strides(args->g_strides, 3, gates);
  set_strides(args->beta_strides, 3, gates);
  set_strides(args->s0_strides, 4, states);
  set_strides(args->o_strides, 4, values);
  set_strides(args->s_strides, 4, states);
}

static void check(int32_t code, const char *entry) {
  if (code == SEQMIX_OK)
    return;
  fprintf(stderr, "%s returned %d\n", entry, (int)code);
  exit(1);
}

// Gives `args` the workspace that its entry asks for. Returns the memory to
// free.
static void *set_workspace(struct seqmix_gated_delta_net_args *args,
                           int64_t bytes) {
  if (bytes < 0) {
    fprintf(stderr, "the workspace query refuses these sizes\n");
    exit(1);
  }
  char *memory = allocate((size_t)bytes + WORKSPACE_ALIGNMENT);
  uintptr_t excess = (uintptr_t)memory % WORKSPACE_ALIGNMENT;
  args->workspace = memory + (WORKSPACE_ALIGNMENT - excess);
  args->workspace_bytes = bytes;
  return memory;
}

// The tokens one by one. The arguments of a step are those of the whole with
// T = 1 and data pointers moved to its token; the strides stay. The final state
// is the initial state's buffer, so each step goes on from the last.
static void run_steps(const struct seqmix_gated_delta_net_args *whole, float *o,
                      float *state) {
  struct seqmix_gated_delta_net_args args = *whole;
  args.T = 1;
  args.s0 = state;
  args.s = state;
  void *memory =
      set_workspace(&args, seqmix_gated_delta_net_step_workspace(&args));
  for (int64_t t = 0; t < T; ++t) {
    args.q = (float *)whole->q + t * whole->q_strides[1];
    args.k = (float *)whole->k + t * whole->k_strides[1];
    args.v = (float *)whole->v + t * whole->v_strides[1];
    args.g = (float *)whole->g + t * whole->g_strides[1];
    args.beta = (float *)whole->beta + t * whole->beta_strides[1];
    args.o = o + t * whole->o_strides[1];
    check(seqmix_gated_delta_net_step(&args), "seqmix_gated_delta_net_step");
  }
  free(memory);
}

static float get_max_difference(const float *a, const float *b, size_t count) {
  float greatest = 0;
  for (size_t i = 0; i < count; ++i) {
    float difference = fabsf(a[i] - b[i]);
    // Written so that a NaN is kept.
    if (!(difference <= greatest))
      greatest = difference;
  }
  return greatest;
}

int main(void) {
  const size_t key_count = (size_t)B * T * HK * K;
  const size_t value_count = (size_t)B * T * H * V;
  const size_t gate_count = (size_t)B * T * H;
  const size_t state_count = (size_t)B * H * K * V;

  float *q = draw_array(key_count, -1, 1);
  float *k = draw_array(key_count, -1, 1);
  float *v = draw_array(value_count, -1, 1);
  float *g = draw_array(gate_count, -1, 0);
  float *beta = draw_array(gate_count, 0, 1);
  float *s0 = draw_array(state_count, -1, 1);
  float *o = allocate_floats(value_count);
  float *s = allocate_floats(state_count);
  float *step_o = allocate_floats(value_count);
  float *step_s = allocate_floats(state_count);
  normalise(k, (size_t)B * T * HK, K);
  for (size_t i = 0; i < state_count; ++i)
    step_s[i] = s0[i];

  struct seqmix_gated_delta_net_args args = {0};
  args.B = B;
  args.T = T;
  args.H = H;
  args.HK = HK;
  args.q = q;
  args.k = k;
  args.v = v;
  args.g = g;
  args.beta = beta;
  args.s0 = s0;
  args.o = o;
  args.s = s;
  fill_strides(&args);
  args.run = run_in_order;
  args.workers = 1;

  void *memory = set_workspace(&args, seqmix_gated_delta_net_workspace(&args));
  check(seqmix_gated_delta_net(&args), "seqmix_gated_delta_net");
  run_steps(&args, step_o, step_s);

  float o_difference = get_max_difference(o, step_o, value_count);
  float s_difference = get_max_difference(s, step_s, state_count);
  int agree = o_difference <= 1e-4f && s_difference <= 1e-4f;
  printf("%d tokens at once and one by one %s: max difference %.2e in o, "
         "%.2e in s\n",
         (int)T, agree ? "agree" : "DISAGREE", o_difference, s_difference);

  float *arrays[] = {q, k, v, g, beta, s0, o, s, step_o, step_s};
  for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); ++i)
    free(arrays[i]);
  free(memory);
  return agree ? 0 : 1;
}
