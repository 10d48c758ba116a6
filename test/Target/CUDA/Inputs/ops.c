/*===- ops.c - Checks the kernels of ops.mlir against float64
 * ----------------===*/
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

#include "emulate.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void ops(void);
void ops_1(void);

enum { B = 3, K = 40, R = 9, ROWS = 32, FAR = 5056, BLOCKS = 5 };

static int bad;

static void expect(const char *what, int b, int t, int j, double got,
                   double want, double tolerance) {
  if (fabs(got - want) <= tolerance)
    return;
  if (++bad < 10)
    printf("wrong: %s[%d, %d, %d] is %g, not %g\n", what, b, t, j, got, want);
}

/* What the first kernel computes for one tile; x rows past T are 0. */
static void tile(const float *x, int64_t stride, int first, int T, int length,
                 double out[ROWS][K]) {
  double v[ROWS][K], row[ROWS], top[ROWS], column[K] = {0};
  for (int i = 0; i < ROWS; ++i) {
    row[i] = 0;
    top[i] = -INFINITY;
    for (int j = 0; j < K; ++j) {
      v[i][j] = first + i < T ? x[(first + i) * stride + j] : 0;
      row[i] += v[i][j];
      column[j] += v[i][j];
      top[i] = fmax(top[i], v[i][j]);
    }
  }
  for (int i = 1; i < 8; ++i)
    for (int j = 0; j < K; ++j)
      v[i][j] += top[i] * v[i - 1][j];
  for (int i = 0; i < ROWS; ++i)
    for (int j = 0; j < K; ++j)
      out[i][j] = first + i < length ? row[i] + v[i][j] + column[j] : 0;
}

static void check(int T) {
  int tiles = (T + ROWS - 1) / ROWS;
  /* Strides leave gaps, which must stay as they are. */
  int64_t xt = K + 3, xb = xt * T + 5, yt = K + 8, yb = yt * T + 1, rt = R + 2,
          rb = rt * T + 3, zb = K + 4;
  float *x = malloc((size_t)(B * xb) * 4), *r = malloc((size_t)(B * rb) * 4);
  float z[B * (K + 4)];
  uint16_t *y = malloc((size_t)(B * yb) * 2);
  char *workspace = malloc((size_t)FAR * BLOCKS);
  int32_t length[B] = {0, T / 2, T};
  for (int64_t i = 0; i < B * xb; ++i)
    x[i] = (float)(rand() % 2001 - 1000) / 1000;
  for (int64_t i = 0; i < B * yb; ++i)
    y[i] = 0x1234;
  for (int64_t i = 0; i < B * rb; ++i)
    r[i] = -77;
  for (int i = 0; i < B * zb; ++i)
    z[i] = -55;
  int64_t slots[EMU_SLOTS] = {B,
                              T,
                              1,
                              (int64_t)x,
                              xb,
                              xt,
                              1,
                              (int64_t)y,
                              yb,
                              yt,
                              1,
                              (int64_t)r,
                              rb,
                              rt,
                              1,
                              (int64_t)length,
                              1,
                              (int64_t)z,
                              zb,
                              1,
                              (int64_t)workspace,
                              FAR * BLOCKS};
  /* Fewer blocks than tasks: each does several in turn. */
  emu_launch(ops, slots, BLOCKS);
  emu_launch(ops_1, slots, B);

  for (int b = 0; b < B; ++b) {
    for (int t = 0; t < T; ++t) {
      static double out[ROWS][K];
      if (t % ROWS == 0)
        tile(x + b * xb, xt, t, T, length[b], out);
      double sum = 0;
      for (int j = 0; j < K; ++j) {
        double want = out[t % ROWS][j];
        expect("y", b, t, j, emu_from_bf16(y[b * yb + t * yt + j]), want,
               fabs(want) / 256 + 1e-6);
        sum += want;
        if (j < R)
          expect("r", b, t, j, r[b * rb + t * rt + j], sum, 1e-4);
      }
      for (int j = K; j < yt; ++j)
        expect("gap of y", b, t, j, y[b * yb + t * yt + j], 0x1234, 0);
      for (int j = R; j < rt; ++j)
        expect("gap of r", b, t, j, r[b * rb + t * rt + j], -77, 0);
    }
    double sum = 0;
    for (int t = 0; t < T; ++t)
      sum += x[b * xb + t * xt + 3];
    for (int j = 0; j < K; ++j)
      expect("z", b, 0, j, z[b * zb + j], x[b * xb + (T - 1) * xt + j] + sum,
             1e-4);
    for (int j = K; j < zb; ++j)
      expect("gap of z", b, 0, j, z[b * zb + j], -55, 0);
  }
  free(x), free(r), free(y), free(workspace);
}

int main(void) {
  for (int T = 1; T <= 100; T += 33)
    check(T);
  printf("%d elements wrong\n", bad);
  return bad != 0;
}
