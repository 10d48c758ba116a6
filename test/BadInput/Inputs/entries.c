/* Calls that a compiled entry must refuse (docs/ABI.md): each returns its code
 * and touches no result. */
#define _POSIX_C_SOURCE 200112L /* posix_memalign */
#include "mix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { K = 16, V = 16, B = 1, T = 5, H = 4, HK = 2 };
typedef struct seqmix_mix_args Args;

static float q[B * T * HK * K], k[B * T * HK * K], v[B * T * H * V];
static float g[B * T * H], s0[B * H * K * V], o[B * T * H * V + 16],
    s[B * H * K * V + 16];
static void *workspace;
static int failures = 0;

static void rows(int64_t *strides, int rank, const int64_t *shape) {
  int64_t stride = 1;
  while (rank-- > 0) {
    strides[rank] = stride;
    stride *= shape[rank];
  }
}

static Args arguments(int64_t tokens) {
  int64_t keys[4] = {B, tokens, HK, K}, values[4] = {B, tokens, H, V},
          states[4] = {B, H, K, V};
  Args a;
  memset(&a, 0, sizeof a);
  a.B = B, a.T = tokens, a.H = H, a.HK = HK;
  a.q = q, a.k = k, a.v = v, a.g = g, a.s0 = s0, a.o = o, a.s = s;
  rows(a.q_strides, 4, keys), rows(a.k_strides, 4, keys);
  rows(a.v_strides, 4, values), rows(a.g_strides, 3, values),
      rows(a.o_strides, 4, values);
  rows(a.s0_strides, 4, states), rows(a.s_strides, 4, states);
  a.workers = 1;
  a.workspace_bytes = seqmix_mix_workspace(&a);
  a.workspace = workspace;
  return a;
}

static void report(const char *topic, int ok, int expected, int found) {
  if (ok)
    printf("entry: %s: ok\n", topic);
  else
    printf("entry: %s: FAILED: expected %d, found %d\n", topic, expected,
           found);
  failures += !ok;
}

static void refuse(const char *topic, const Args *a, int32_t code) {
  static float before[sizeof o / sizeof *o + sizeof s / sizeof *s];
  int32_t found;
  memcpy(before, o, sizeof o),
      memcpy(before + sizeof o / sizeof *o, s, sizeof s);
  found = seqmix_mix(a);
  report(topic,
         found == code && memcmp(before, o, sizeof o) == 0 &&
             memcmp(before + sizeof o / sizeof *o, s, sizeof s) == 0,
         code, found);
}

int main(void) {
  Args a;
  int64_t bytes;
  size_t i;
  if (posix_memalign(&workspace, 64, 1 << 22))
    return 1;
  for (i = 0; i < sizeof o / sizeof *o; ++i)
    o[i] = 3;

  refuse("null arguments", 0, SEQMIX_NULL_POINTER);
  a = arguments(T), a.q = 0;
  refuse("null operand", &a, SEQMIX_NULL_POINTER);
  a = arguments(T), a.s0 = 0;
  refuse("null state", &a, SEQMIX_NULL_POINTER);
  a = arguments(T), a.o = 0;
  refuse("null result", &a, SEQMIX_NULL_POINTER);
  a = arguments(T), a.T = -1;
  refuse("negative size", &a, SEQMIX_BAD_SIZE);
  a = arguments(T), a.B = INT64_MIN;
  refuse("least size", &a, SEQMIX_BAD_SIZE);
  a = arguments(T), a.HK = 3;
  refuse("H that is no multiple of HK", &a, SEQMIX_BAD_SIZE);
  a = arguments(T), a.HK = 0;
  refuse("no key heads", &a, SEQMIX_BAD_SIZE);
  a = arguments(T), a.v_strides[3] = 2;
  refuse("last stride of 2", &a, SEQMIX_BAD_STRIDE);
  a = arguments(T), a.o_strides[0] = -1;
  refuse("negative stride", &a, SEQMIX_BAD_STRIDE);
  a = arguments(T), a.workspace_bytes -= 1;
  refuse("a byte too few of workspace", &a, SEQMIX_WORKSPACE_TOO_SMALL);
  a = arguments(T), a.workspace = 0;
  refuse("null workspace", &a, SEQMIX_WORKSPACE_TOO_SMALL);
  a = arguments(T), a.workspace_bytes = -1;
  refuse("negative workspace", &a, SEQMIX_WORKSPACE_TOO_SMALL);
  a = arguments(T), a.o = a.v;
  refuse("result in the place of an operand", &a, SEQMIX_OVERLAP);
  a = arguments(T), a.s = s0 + 4;
  refuse("state beside its initial state", &a, SEQMIX_OVERLAP);
  a = arguments(T);
  report("step of more than one token", seqmix_mix_step(&a) == SEQMIX_BAD_SIZE,
         SEQMIX_BAD_SIZE, seqmix_mix_step(&a));
  bytes = seqmix_mix_workspace(0);
  report("query of null", bytes < 0, -1, (int)bytes);
  a = arguments(T), a.H = -4;
  bytes = seqmix_mix_workspace(&a);
  report("query of a negative size", bytes < 0, -1, (int)bytes);

  a = arguments(T);
  report("the right call", seqmix_mix(&a) == SEQMIX_OK && o[0] == 0, 0, 1);
  return failures != 0;
}
