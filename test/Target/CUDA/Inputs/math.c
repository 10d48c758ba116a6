/*===- math.c - Checks math functions against the C library
 * ------------------===*/
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

#include "emulate.h"
#include <math.h>
#include <stdio.h>

enum { N = 20000 };

static double reciprocal_root(double x) { return 1 / sqrt(x); }

/* Relative where the value is large, so that zeros of sin count as they should.
 */
static int check(const char *name, void (*kernel)(void), double (*f)(double),
                 double low, double high) {
  static float x[N], y[N];
  for (int i = 0; i < N; ++i)
    x[i] = (float)(low + (high - low) * i / (N - 1));
  const float special[] = {INFINITY, -INFINITY, NAN,  0.0f,
                           -0.0f,    1e-30f,    1.0f, -1e-7f};
  for (int i = 0; i < 8; ++i)
    x[i] = special[i];
  int64_t slots[EMU_SLOTS] = {N, (int64_t)x, 1, (int64_t)y, 1};
  emu_launch(kernel, slots, (N + 1023) / 1024);
  double worst = 0;
  for (int i = 0; i < N; ++i) {
    float want = (float)f(x[i]);
    if ((isnan(want) && isnan(y[i])) || want == y[i])
      continue;
    double error = fabs((double)y[i] - want) / (fabs(want) + 1e-30);
    if (error > 1e-6 && fabs((double)y[i] - want) < 1e-7)
      continue;
    if (!(error <= worst))
      worst = error;
  }
  if (!(worst < 1e-6))
    printf("wrong: %s, error %g\n", name, worst);
  return !(worst < 1e-6);
}

#define CHECK(name, f, low, high)                                              \
  void m_##name(void);                                                         \
  bad += check(#name, m_##name, f, low, high);

int main(void) {
  int bad = 0;
  CHECK(exp, exp, -100, 88)
  CHECK(exp2, exp2, -120, 127)
  CHECK(log, log, 1e-3, 4)
  CHECK(log2, log2, 1e-3, 4)
  CHECK(log1p, log1p, -0.99, 5)
  CHECK(expm1, expm1, -10, 10)
  CHECK(tanh, tanh, -12, 12)
  CHECK(sqrt, sqrt, 0, 100)
  CHECK(rsqrt, reciprocal_root, 0.01, 100)
  CHECK(erf, erf, -4, 4)
  CHECK(sin, sin, -40000, 40000)
  CHECK(cos, cos, -40000, 40000)
  printf("%d functions wrong\n", bad);
  return bad != 0;
}
