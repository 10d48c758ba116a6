//===- Layer.cpp - The layer as plain loops -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Layer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

namespace {

constexpr int D = 64, H = 2, K = 32;
constexpr double kTolerance = 1e-5;

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

struct Weights {
  Floats wq, wk, wv, wg, wo;
};

Floats draw(std::mt19937 &random, size_t n, float deviation) {
  std::normal_distribution<float> normal(0.0f, deviation);
  Floats values(n);
  for (float &value : values)
    value = normal(random);
  return values;
}

/// One row of x times a matrix of `columns` columns.
Doubles times(const double *x, const Floats &matrix, int columns) {
  Doubles y(columns, 0.0);
  for (int d = 0; d < D; ++d)
    for (int c = 0; c < columns; ++c)
      y[c] += x[d] * matrix[d * columns + c];
  return y;
}

/// The layer token by token: what layer.mlir says, in double.
Doubles layerInLoops(const Floats &x, const Weights &w, Doubles &state) {
  Doubles out(x.begin(), x.end());
  for (size_t t = 0; t < x.size() / D; ++t) {
    Doubles row(x.begin() + t * D, x.begin() + (t + 1) * D), mixed(D, 0.0);
    Doubles q = times(row.data(), w.wq, D), k = times(row.data(), w.wk, D),
            v = times(row.data(), w.wv, D), g = times(row.data(), w.wg, H);
    for (int h = 0; h < H; ++h) {
      double *S = &state[h * K * K], decay = std::exp(-std::fabs(g[h]));
      double *kh = &k[h * K], *qh = &q[h * K];
      for (int j = 0; j < K; ++j) {
        double read = 0.0;
        for (int i = 0; i < K; ++i)
          read += (S[i * K + j] *= decay) * kh[i];
        double error = v[h * K + j] - read;
        for (int i = 0; i < K; ++i) {
          S[i * K + j] += kh[i] * error;
          mixed[h * K + j] += S[i * K + j] * qh[i];
        }
      }
    }
    Doubles back = times(mixed.data(), w.wo, D);
    for (int d = 0; d < D; ++d)
      out[t * D + d] += back[d];
  }
  return out;
}

Buffer<2> matrix(Floats &values, int64_t columns) {
  return {values.data(),
          values.data(),
          0,
          {int64_t(values.size()) / columns, columns},
          {columns, 1}};
}

/// The compiled layer on the tokens [first, last).
void call(LayerFunction *layer, Floats &x, Weights &w, Floats &state,
          Floats &out, int64_t first, int64_t last) {
  auto rows = [&](Floats &values) -> Buffer<2> {
    return {
        values.data(), values.data() + first * D, 0, {last - first, D}, {D, 1}};
  };
  Buffer<2> bx = rows(x), bout = rows(out), bq = matrix(w.wq, D),
            bk = matrix(w.wk, D), bv = matrix(w.wv, D), bg = matrix(w.wg, H),
            bo = matrix(w.wo, D);
  Buffer<4> bs = {
      state.data(), state.data(), 0, {1, H, K, K}, {H * K * K, K * K, K, 1}};
  layer(&bx, &bq, &bk, &bv, &bg, &bo, &bs, &bout);
}

double distance(const Floats &x, const Doubles &y) {
  double difference = 0.0, norm = 0.0;
  for (size_t i = 0; i < y.size(); ++i) {
    difference += (x[i] - y[i]) * (x[i] - y[i]);
    norm += y[i] * y[i];
  }
  return std::sqrt(difference / norm);
}

} // namespace

int compareWithLoops(LayerFunction *layer) {
  const int64_t T = 200, cut = 77;
  std::mt19937 random(1);
  Floats x = draw(random, T * D, 1.0f);
  Weights w = {draw(random, D * D, 0.1f), draw(random, D * D, 0.02f),
               draw(random, D * D, 0.1f), draw(random, D * H, 0.05f),
               draw(random, D * D, 0.1f)};
  Doubles state(H * K * K, 0.0);
  Doubles expected = layerInLoops(x, w, state);

  bool good = true;
  auto compare = [&](const char *what, const Floats &s, const Floats &out) {
    double outError = distance(out, expected), stateError = distance(s, state);
    bool isGood = outError <= kTolerance && stateError <= kTolerance;
    std::printf("%s: relative error %.1e in the output, %.1e in the state: "
                "%s\n",
                what, outError, stateError, isGood ? "ok" : "WRONG");
    good &= isGood;
  };
  Floats whole(H * K * K, 0.0f), out(T * D, 0.0f);
  call(layer, x, w, whole, out, 0, T);
  compare("200 tokens at once", whole, out);

  Floats carried(H * K * K, 0.0f), parts(T * D, 0.0f);
  call(layer, x, w, carried, parts, 0, cut);
  call(layer, x, w, carried, parts, cut, T);
  compare("77 tokens, then 123", carried, parts);
  return good ? 0 : 1;
}
