/*===- contract.c - Checks the products of contract.py against float64
 * -------===*/
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

#include "emulate.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CASE(id, ...) void c##id(void);
#include TABLE
#undef CASE

enum { F32, BF16, F16 };

static float rounded(float value, int type) {
  if (type == BF16)
    return emu_from_bf16(emu_to_bf16(value));
  return type == F16 ? emu_from_f16(emu_to_f16(value)) : value;
}

/* Random elements of a type; `values` gets them as float. */
static void *draw(int64_t count, int type, float *values) {
  char *bytes = calloc((size_t)count, 4);
  for (int64_t i = 0; i < count; ++i) {
    float value = rounded((float)(rand() % 2001 - 1000) / 1000, type);
    uint16_t bits = type == BF16 ? emu_to_bf16(value) : emu_to_f16(value);
    values[i] = value;
    if (type == F32)
      memcpy(bytes + 4 * i, &value, 4);
    else
      memcpy(bytes + 2 * i, &bits, 2);
  }
  return bytes;
}

/* The largest difference; the columns between rows of c must stay as they are.
 */
static double check(void (*kernel)(void), int m, int n, int k, int ta, int tb,
                    int product, int elem) {
  int64_t ar = ta ? k : m, lda = (ta ? m : k) + 3;
  int64_t br = tb ? n : k, ldb = (tb ? k : n) + 5, ldc = n + 7;
  float *a = malloc((size_t)(ar * lda) * 4),
        *b = malloc((size_t)(br * ldb) * 4);
  float *before = malloc((size_t)(m * ldc) * 4);
  void *bytesA = draw(ar * lda, elem, a), *bytesB = draw(br * ldb, elem, b);
  float *c = draw(m * ldc, F32, before);
  int64_t slots[EMU_SLOTS] = {1, (int64_t)bytesA, lda, 1, (int64_t)bytesB, ldb,
                              1, (int64_t)c,      ldc, 1};
  emu_launch(kernel, slots, 1);
  /* A small product may be computed from unrounded operands. */
  double worst[2] = {0, 0};
  for (int way = 0; way < 2; ++way)
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = 0; j < ldc; ++j) {
        double sum = before[i * ldc + j];
        for (int64_t l = 0; j < n && l < k; ++l) {
          float x = a[ta ? l * lda + i : i * lda + l];
          float y = b[tb ? j * ldb + l : l * ldb + j];
          sum += way ? (double)rounded(x, product) * rounded(y, product)
                     : (double)x * y;
        }
        double error = fabs(sum - c[i * ldc + j]);
        if (!(error <= worst[way]))
          worst[way] = error;
      }
  free(a), free(b), free(before), free(bytesA), free(bytesB), free(c);
  return worst[0] < worst[1] ? worst[0] : worst[1];
}

int main(void) {
  int cases = 0, bad = 0;
#define CASE(id, ...)                                                          \
  {                                                                            \
    double error = check(c##id, __VA_ARGS__);                                  \
    ++cases;                                                                   \
    if (!(error < 2e-5)) {                                                     \
      printf("wrong: %s, error %g\n", #__VA_ARGS__, error);                    \
      ++bad;                                                                   \
    }                                                                          \
  }
#include TABLE
  printf("%d of %d products wrong\n", bad, cases);
  return bad != 0;
}
