/* What docs/ABI.md promises, of a gated delta rule compiled for f32 with K = 16
   and V = 24: calls that must be refused touch nothing, the state may be
   updated in place, strides and workers change no bit. */
#include "gated_delta_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { K = 16, V = 24, B = 2, T = 70, H = 4, HK = 2 };
enum { GUARD = 64 }; /* floats around each array that nobody may touch */

typedef struct seqmix_gated_delta_net_args Args;

static int failures = 0;

static void expect(int ok, const char *what) {
  if (ok)
    return;
  printf("FAILED: %s\n", what);
  ++failures;
}

static float next(void) {
  static uint32_t state = 1;
  state = state * 1664525u + 1013904223u;
  return (float)(state >> 8) / (1 << 24) - 0.5f;
}

/* An array with guards, drawn. */
static float *array(int64_t count) {
  float *all = malloc((size_t)(count + 2 * GUARD) * sizeof(float));
  int64_t i;
  for (i = 0; i < count + 2 * GUARD; ++i)
    all[i] = next();
  return all + GUARD;
}

static void rows(int64_t *strides, int rank, const int64_t *shape) {
  int64_t stride = 1;
  while (rank-- > 0) {
    strides[rank] = stride;
    stride *= shape[rank];
  }
}

static float *q, *k, *v, *g, *beta, *s0, *o, *s;
static void *workspace;
static const int64_t states = (int64_t)B * H * K * V;
static const int64_t outputs = (int64_t)B * T * H * V;

static Args arguments(int64_t tokens) {
  Args a;
  memset(&a, 0, sizeof a);
  a.B = B, a.T = tokens, a.H = H, a.HK = HK;
  int64_t qk[4] = {B, tokens, HK, K}, vo[4] = {B, tokens, H, V},
          st[4] = {B, H, K, V};
  a.q = q, a.k = k, a.v = v, a.g = g, a.beta = beta, a.s0 = s0, a.o = o,
  a.s = s;
  rows(a.q_strides, 4, qk), rows(a.k_strides, 4, qk), rows(a.v_strides, 4, vo);
  rows(a.g_strides, 3, vo), rows(a.beta_strides, 3, vo);
  rows(a.s0_strides, 4, st), rows(a.o_strides, 4, vo), rows(a.s_strides, 4, st);
  a.workers = 3;
  a.workspace_bytes = seqmix_gated_delta_net_workspace(&a);
  a.workspace = workspace;
  return a;
}

/* Runs tasks in reverse, each with a worker of its own choice. */
static void reversed(void *context, int64_t n, seqmix_task task, void *arg) {
  int64_t i;
  *(int64_t *)context += n;
  for (i = n; i-- > 0;)
    task(arg, i, i % 3);
}

static float *copyOf(const float *x, int64_t count) {
  float *copy = malloc((size_t)count * sizeof(float));
  memcpy(copy, x, (size_t)count * sizeof(float));
  return copy;
}

/* A call that must be refused, and touch neither results nor what lies around
 * them. */
static void refuse(const Args *a, int32_t code, const char *what) {
  float *o1 = copyOf(o - GUARD, outputs + 2 * GUARD),
        *s1 = copyOf(s - GUARD, states + 2 * GUARD);
  int32_t got = seqmix_gated_delta_net(a);
  if (got != code) {
    printf("FAILED: %s: expected %d, found %d\n", what, (int)code, (int)got);
    ++failures;
  }
  expect(memcmp(o1, o - GUARD, (size_t)(outputs + 2 * GUARD) * sizeof(float)) ==
             0,
         what);
  expect(memcmp(s1, s - GUARD, (size_t)(states + 2 * GUARD) * sizeof(float)) ==
             0,
         what);
  free(o1), free(s1);
}

int main(void) {
  const int64_t queries = (int64_t)B * T * HK * K, gates = (int64_t)B * T * H;
  int64_t i, tasks = 0;
  Args a;
  q = array(queries), k = array(queries), v = array(outputs), g = array(gates),
  beta = array(gates);
  s0 = array(states), o = array(outputs), s = array(states);
  for (i = 0; i < gates; ++i)
    g[i] = -1 - g[i], beta[i] += 0.5f;
  for (i = 0; i < queries; ++i)
    k[i] *= 0.4f;
  if (posix_memalign(&workspace, 64, 1 << 24))
    return 1;

  /* Null pointers. */
  expect(seqmix_gated_delta_net(0) == SEQMIX_NULL_POINTER, "null arguments");
  expect(seqmix_gated_delta_net_step(0) == SEQMIX_NULL_POINTER,
         "null arguments of the step");
  expect(seqmix_gated_delta_net_workspace(0) < 0,
         "null arguments of the query");
#define NULL_DATA(x)                                                           \
  a = arguments(T), a.x = 0, refuse(&a, SEQMIX_NULL_POINTER, "null " #x)
  NULL_DATA(q), NULL_DATA(k), NULL_DATA(v), NULL_DATA(g), NULL_DATA(beta),
      NULL_DATA(s0), NULL_DATA(o), NULL_DATA(s);

  /* Sizes. */
#define BAD_SIZE(x, n)                                                         \
  a = arguments(T), a.x = n, refuse(&a, SEQMIX_BAD_SIZE, #x " = " #n),         \
  expect(seqmix_gated_delta_net_workspace(&a) < 0,                             \
         "the query with " #x " = " #n)
  BAD_SIZE(B, -1), BAD_SIZE(T, -1), BAD_SIZE(H, -4), BAD_SIZE(HK, -2),
      BAD_SIZE(HK, 3), BAD_SIZE(HK, 0), BAD_SIZE(HK, 8);
  a = arguments(T);
  expect(seqmix_gated_delta_net_step(&a) == SEQMIX_BAD_SIZE,
         "more than one token a step");

  /* Strides. */
#define BAD_STRIDE(x, axis, n)                                                 \
  a = arguments(T), a.x##_strides[axis] = n,                                   \
  refuse(&a, SEQMIX_BAD_STRIDE, #x " stride " #n)
  BAD_STRIDE(q, 3, 2), BAD_STRIDE(k, 3, 0), BAD_STRIDE(g, 2, 2),
      BAD_STRIDE(o, 3, -1), BAD_STRIDE(v, 0, -1), BAD_STRIDE(s, 2, -V);

  /* Workspace. */
  a = arguments(T), a.run = reversed, a.run_context = &tasks,
  a.workspace_bytes -= 1;
  refuse(&a, SEQMIX_WORKSPACE_TOO_SMALL, "a byte less of workspace");
  a = arguments(T), a.workspace = 0;
  refuse(&a, SEQMIX_WORKSPACE_TOO_SMALL, "no workspace");
  a = arguments(T), a.workspace_bytes = -1;
  refuse(&a, SEQMIX_WORKSPACE_TOO_SMALL, "a negative size of workspace");

  /* Overlap. */
  a = arguments(T), a.o = a.v;
  refuse(&a, SEQMIX_OVERLAP, "o is v");
  a = arguments(T), a.s = (float *)a.o + 8;
  refuse(&a, SEQMIX_OVERLAP, "s inside o");
  a = arguments(T), a.s = (float *)a.s0 + 1;
  refuse(&a, SEQMIX_OVERLAP, "s beside s0 by one");
  a = arguments(T), a.s = a.s0, a.s_strides[0] = a.s0_strides[0] + 16;
  refuse(&a, SEQMIX_OVERLAP, "s is s0 with other strides");
  a = arguments(T), a.s = a.q;
  refuse(&a, SEQMIX_OVERLAP, "s is q");

  /* The right call. Operands stay, and so does what lies around the results. */
  float guards[4 * GUARD];
#define SAVE(to)                                                               \
  memcpy(to, o - GUARD, GUARD * 4),                                            \
      memcpy(to + GUARD, o + outputs, GUARD * 4),                              \
      memcpy(to + 2 * GUARD, s - GUARD, GUARD * 4),                            \
      memcpy(to + 3 * GUARD, s + states, GUARD * 4)
  SAVE(guards);
  float *q1 = copyOf(q, queries), *s1 = copyOf(s0, states);
  for (i = 0; i < outputs; ++i)
    o[i] = 1e30f;
  a = arguments(T);
  expect(seqmix_gated_delta_net(&a) == SEQMIX_OK, "the right call");
  float after[4 * GUARD];
  SAVE(after);
  expect(memcmp(guards, after, sizeof guards) == 0,
         "nothing around the results");
  expect(memcmp(q1, q, (size_t)queries * 4) == 0 &&
             memcmp(s1, s0, (size_t)states * 4) == 0,
         "operands stay");
  for (i = 0; i < outputs && o[i] < 1e29f; ++i)
    ;
  expect(i == outputs, "every element is written");
  float *o1 = copyOf(o, outputs), *sEnd = copyOf(s, states);

  /* Operands may overlap. */
  a = arguments(T), a.q = a.k;
  expect(seqmix_gated_delta_net(&a) == SEQMIX_OK, "q is k");

  /* Other threads, other order. */
  a = arguments(T), a.run = reversed, a.run_context = &tasks;
  expect(seqmix_gated_delta_net(&a) == SEQMIX_OK && tasks > 0,
         "a parallel for");
  expect(memcmp(o, o1, (size_t)outputs * 4) == 0 &&
             memcmp(s, sEnd, (size_t)states * 4) == 0,
         "the same bits");

  /* The state in place. */
  a = arguments(T), a.s = a.s0;
  expect(seqmix_gated_delta_net(&a) == SEQMIX_OK, "s is s0");
  expect(memcmp(o, o1, (size_t)outputs * 4) == 0 &&
             memcmp(s0, sEnd, (size_t)states * 4) == 0,
         "in place is the same");
  memcpy(s0, s1, (size_t)states * 4);

  /* Step by step, in place, with the strides of the whole: near the same. */
  double error = 0, norm = 0;
  for (i = 0; i < T; ++i) {
    a = arguments(T);
    a.q = q + i * HK * K, a.k = k + i * HK * K, a.v = v + i * H * V,
    a.o = o + i * H * V;
    a.g = g + i * H, a.beta = beta + i * H, a.s = a.s0, a.T = 1;
    a.workspace_bytes = seqmix_gated_delta_net_step_workspace(&a);
    expect(seqmix_gated_delta_net_step(&a) == SEQMIX_OK, "a step");
  }
  for (i = 0; i < outputs; ++i)
    error += (o[i] - o1[i]) * (o[i] - o1[i]), norm += o1[i] * o1[i];
  expect(error <= 1e-12 * norm, "steps give what the whole gives");

  /* No tokens: the state passes. No sequences: nothing, with null data. */
  memcpy(s0, s1, (size_t)states * 4);
  a = arguments(0);
  expect(seqmix_gated_delta_net(&a) == SEQMIX_OK &&
             memcmp(s, s0, (size_t)states * 4) == 0,
         "no tokens");
  a = arguments(0), a.q = a.k = a.v = a.g = a.beta = a.o = 0;
  expect(seqmix_gated_delta_net(&a) == SEQMIX_OK, "no tokens, null data");
  a = arguments(T), a.B = 0,
  a.q = a.k = a.v = a.g = a.beta = a.o = a.s = a.s0 = 0;
  expect(seqmix_gated_delta_net(&a) == SEQMIX_OK, "no sequences");

  printf("%d failures\n", failures);
  return failures != 0;
}
