// Calls entries for packed sequences with good and bad positions. Every array
// ends where pages begin that nobody may touch, so an access outside ends the
// program.
#define _GNU_SOURCE
#include "causal_attention.h"
#include "gla.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { T = 100, H = 2, K = 16, N = 4 };

static int failures;

/* Memory for n floats (or integers) between two pages without access; its end
 * is at the second. */
static void *guarded(size_t n) {
  size_t page = 4096, bytes = n * 4, pages = (bytes + page - 1) / page;
  char *base = mmap(0, (pages + 2) * page, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED ||
      mprotect(base + page, pages * page, PROT_READ | PROT_WRITE))
    exit(2);
  float *data = (float *)(base + page + pages * page - bytes);
  for (size_t i = 0; i < n; ++i)
    data[i] = (float)(i % 7) * 0.25f - 0.5f;
  return data;
}

static void strides(int64_t *s, int rank, const int64_t *shape) {
  int64_t stride = 1;
  for (int i = rank - 1; i >= 0; --i) {
    s[i] = stride;
    stride *= shape[i];
  }
}

static void expect(const char *what, int64_t found, int64_t wanted) {
  if (found != wanted) {
    printf("FAILED: %s: expected %ld, found %ld\n", what, (long)wanted,
           (long)found);
    ++failures;
  }
}

static const int64_t tokens[] = {1, T, H, K}, rows[] = {1, T, H},
                     states[] = {N, H, K, K};

static void attention(const int32_t *positions) {
  struct seqmix_causal_attention_args args = {0};
  args.B = 1, args.T = T, args.H = H, args.HK = H, args.N = N;
  args.q = guarded(T * H * K), args.k = guarded(T * H * K),
  args.v = guarded(T * H * K);
  args.o = guarded(T * H * K), args.lse = guarded(T * H);
  args.cu_seqlens = guarded(N + 1);
  memcpy(args.cu_seqlens, positions, sizeof(int32_t) * (N + 1));
  strides(args.q_strides, 4, tokens), strides(args.k_strides, 4, tokens),
      strides(args.v_strides, 4, tokens);
  strides(args.o_strides, 4, tokens), strides(args.lse_strides, 3, rows);
  args.cu_seqlens_strides[0] = 1;
  args.workspace_bytes = seqmix_causal_attention_workspace(&args);
  args.workspace =
      aligned_alloc(64, (args.workspace_bytes + 63) / 64 * 64 + 64);
  expect("attention", seqmix_causal_attention(&args), SEQMIX_OK);
  args.B = 2;
  expect("a batch of two", seqmix_causal_attention(&args), SEQMIX_BAD_SIZE);
}

static void recurrence(const int32_t *positions) {
  struct seqmix_gla_args args = {0};
  args.B = 1, args.T = T, args.H = H, args.N = N;
  args.q = guarded(T * H * K), args.k = guarded(T * H * K),
  args.v = guarded(T * H * K);
  args.g = guarded(T * H * K), args.o = guarded(T * H * K);
  args.s0 = guarded(N * H * K * K), args.s = guarded(N * H * K * K);
  for (int i = 0; i < T * H * K; ++i)
    ((float *)args.g)[i] = -0.5f;
  args.cu_seqlens = guarded(N + 1);
  memcpy(args.cu_seqlens, positions, sizeof(int32_t) * (N + 1));
  strides(args.q_strides, 4, tokens), strides(args.k_strides, 4, tokens),
      strides(args.v_strides, 4, tokens);
  strides(args.g_strides, 4, tokens), strides(args.o_strides, 4, tokens);
  strides(args.s0_strides, 4, states), strides(args.s_strides, 4, states);
  args.cu_seqlens_strides[0] = 1;
  args.workspace_bytes = seqmix_gla_workspace(&args);
  args.workspace =
      aligned_alloc(64, (args.workspace_bytes + 63) / 64 * 64 + 64);
  expect("recurrence", seqmix_gla(&args), SEQMIX_OK);
  /* An empty sequence returns its initial state. */
  if (positions[0] == 0 && positions[1] == 0)
    expect("an empty sequence",
           memcmp(args.s, args.s0, sizeof(float) * H * K * K), 0);
}

int main(void) {
  static const int32_t cases[][N + 1] = {
      {0, 10, 10, 11, T},
      {0, 0, 50, 75, T},
      {0, 0, 0, 0, T},
      {5, -3, 1000000, 7, -2147483647 - 1},
      {90, 80, 70, 60, 50},
      {-100, -50, -20, -10, -1},
      {2147483647, 2147483647, 2147483647, 2147483647, 2147483647},
      {0, 64, 1, 2147483647, 0},
  };
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
    attention(cases[i]);
    recurrence(cases[i]);
  }
  printf("%d failures\n", failures);
  return failures != 0;
}
