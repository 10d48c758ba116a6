//===- MathTest.cpp - Accuracy of the polynomials
//--------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Harness.h"
#include <cmath>
#include <functional>
#include <gtest/gtest.h>

using namespace seqmix::test;

namespace {

/// Runs `op` elementwise on values, on vectors (a tile) or as scalars.
std::vector<double> apply(const std::string &op, std::vector<double> values,
                          const std::string &isa, bool scalar,
                          const std::string &flags = "") {
  // Whole rows of 64, the last value repeated.
  while (values.size() % 64)
    values.push_back(values.back());
  int64_t rows = values.size() / 64;
  std::vector<Array> arrays{{"x", "f32", {rows, 64}, false, values},
                            {"y", "f32", {rows, 64}, true}};
  std::string body;
  int64_t offset = 0;
  std::string x = addTile(body, "tx", "f32", {rows, 64}, offset);
  std::string y = addTile(body, "ty", "f32", {rows, 64}, offset);
  body += loadText(arrays[0], "tx", x);
  if (scalar)
    body +=
        "    %c1 = arith.constant 1 : index\n"
        "    %c64 = arith.constant 64 : index\n    %rows = arith.constant " +
        std::to_string(rows) +
        " : index\n    scf.for %i = %c0 to %rows step %c1 {\n"
        "      scf.for %j = %c0 to %c64 step %c1 {\n"
        "        %v = memref.load %tx[%i, %j] : " +
        x + "\n        %r = " + op +
        " %v : f32\n        memref.store %r, %ty[%i, %j] : " + y +
        "\n      }\n    }\n";
  else
    body += "    linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>,"
            " affine_map<(i, j) -> (i, j)>], iterator_types = [\"parallel\", "
            "\"parallel\"]} ins(%tx : " +
            x + ") outs(%ty : " + y +
            ") {\n    ^bb0(%v: f32, %o: f32):\n      %r = " + op + " %v" +
            flags + " : f32\n      linalg.yield " +
            (flags.find("%q") == std::string::npos ? "%r" : "%q") +
            " : f32\n    }\n";
  body += storeText(arrays[1], "ty", y);
  EXPECT_TRUE(runBody(arrays, body, offset, isa));
  return arrays[1].values;
}

double ulps(double got, double want) {
  if (std::isnan(want))
    return std::isnan(got) ? 0 : INFINITY;
  float rounded = static_cast<float>(want);
  if (std::isinf(rounded) || rounded == 0)
    return got == rounded ? 0 : std::fabs(got) < 1.2e-38 ? 0 : INFINITY;
  // Below the smallest normal number a flush to 0 is allowed.
  if (std::fabs(want) < 1.1754944e-38)
    return std::fabs(got - want) < 1.1754945e-38 ? 0 : INFINITY;
  double ulp = std::nextafterf(std::fabs(rounded), INFINITY) -
               static_cast<double>(std::fabs(rounded));
  return std::fabs(got - want) / ulp;
}

void check(const std::string &op, std::function<double(double)> meaning,
           double low, double high, double bound,
           std::vector<double> special = {}, const std::string &flags = "") {
  std::vector<double> values;
  int count = 20000;
  for (int i = 0; i <= count; ++i)
    values.push_back(roundTo("f32", low + (high - low) * i / count));
  for (double value : special)
    values.push_back(roundTo("f32", value));
  for (const std::string &isa : isas())
    for (bool scalar : {false, true}) {
      // Flags are of the vectors.
      if (scalar && flags.find("%q") != std::string::npos)
        continue;
      std::vector<double> results = apply(op, values, isa, scalar, flags);
      double worst = 0, at = 0;
      for (size_t i = 0; i < values.size(); ++i) {
        double error = ulps(results[i], meaning(values[i]));
        if (!(error <= worst)) {
          worst = error;
          at = values[i];
        }
      }
      EXPECT_LE(worst, bound)
          << op << " " << isa << (scalar ? " scalar" : "") << " at " << at;
      ::testing::Test::RecordProperty(op + "." + isa, std::to_string(worst));
      if (!scalar)
        printf("%s %s: %.2f ulp at %g\n", op.c_str(), isa.c_str(), worst, at);
    }
}

const double inf = INFINITY;
const double nan = NAN;

TEST(Math, Exp) {
  check("math.exp", [](double x) { return std::exp(x); }, -110, 90, 2,
        {0, -0.0, inf, -inf, nan, 88.72, 88.73, -87.33, -87.34, -1e-6, 1e-30,
         -1e30, 1e30});
  check("math.exp", [](double x) { return std::exp(x); }, -1, 1, 2);
}
// 2^-17 is 64 ulp of numbers just above a power of two, and 128 just below.
TEST(Math, ShortExp) {
  check(
      "math.exp", [](double x) { return std::exp(x); }, -87, 88, 128,
      {0, -0.0, inf, -inf, nan, 88.8, 1e30, -110.5, -1e30}, " fastmath<afn>");
  for (const std::string &isa : isas())
    EXPECT_EQ(apply("math.exp", {0}, isa, false, " fastmath<afn>")[0], 1);
}
// 1 / (1 + e^x), two ops after the first.
TEST(Math, Logistic) {
  check(
      "math.exp", [](double x) { return 1 / (1 + std::exp(x)); }, -40, 80, 3,
      {0, inf, -inf, nan, 88.7, 100, 1e30, -1e30},
      " : f32\n      %one = arith.constant 1.0 : f32\n      %e = arith.addf "
      "%one, %r : f32\n      %q = arith.divf %one, %e");
}
// 2^-14 is 512 ulp of numbers just above a power of two, and 1024 just below.
TEST(Math, ShortLogistic) {
  check(
      "math.exp", [](double x) { return 1 / (1 + std::exp(x)); }, -40, 80, 1100,
      {0, inf, -inf, nan, 1e30, -1e30},
      " fastmath<afn> : f32\n      %one = arith.constant 1.0 : f32\n      %e = "
      "arith.addf %one, %r : f32\n      %q = arith.divf %one, %e");
}
TEST(Math, ShortSqrt) {
  check(
      "math.sqrt", [](double x) { return std::sqrt(x); }, 0, 100, 1024,
      {0, -0.0, inf, nan, -1, 1e-30, 1e30, 1e-38, 3e38}, " fastmath<afn>");
}
TEST(Math, Exp2) {
  check("math.exp2", [](double x) { return std::exp2(x); }, -140, 130, 2.5,
        {0, inf, -inf, nan, 127.99, 128, -126, -126.01});
}
TEST(Math, Log) {
  check("math.log", [](double x) { return std::log(x); }, 1e-3, 100, 2,
        {0, inf, nan, 1, 1e-30, 1e30, 3e38});
  check("math.log", [](double x) { return std::log(x); }, 0.5, 1.5, 2);
}
TEST(Math, Log1p) {
  check("math.log1p", [](double x) { return std::log1p(x); }, 0, 10, 4,
        {1e-30, 1e-6, 1e30, inf});
  check("math.log1p", [](double x) { return std::log1p(x); }, -0.9, 0.1, 4);
}
// log1p(e^−|x|), the curved part of a softplus.
TEST(Math, Softplus) {
  check(
      "math.absf", [](double x) { return std::log1p(std::exp(-std::fabs(x))); },
      -40, 40, 3, {0, -0.0, inf, -inf, nan, 87, 100, 1e30, 1e-30},
      " : f32\n      %n = arith.negf %r : f32\n      %e = math.exp %n : f32\n"
      "      %q = math.log1p %e");
}
// A product, scaled by log2(e) ahead, is rounded twice: up to 2 ulp of the
// result for each 1 of the exponent.
TEST(Math, ExpOfProduct) {
  check(
      "math.absf", [](double x) { return std::exp(-3 * std::fabs(x)); }, -1, 1,
      8, {0, -0.0, inf, -inf, nan, 29.2, 1e30, 1e-30},
      " : f32\n      %c = arith.constant -3.0 : f32\n      %m = arith.mulf %r, "
      "%c : f32\n      %q = math.exp %m");
}
TEST(Math, Expm1) {
  check("math.expm1", [](double x) { return std::expm1(x); }, -10, 10, 4,
        {0, 1e-10, -1e-5, 80, -80});
}
TEST(Math, Tanh) {
  check("math.tanh", [](double x) { return std::tanh(x); }, -10, 10, 4,
        {0, inf, -inf, nan, 1e-8, 1e-3, 50});
}
TEST(Math, ShortTanh) {
  check(
      "math.tanh", [](double x) { return std::tanh(x); }, -10, 10, 8,
      {0, inf, -inf, nan, 1e-8, 1e-3, 50}, " fastmath<afn>");
}
TEST(Math, Erf) {
  check("math.erf", [](double x) { return std::erf(x); }, -5, 5, 8,
        {0, inf, -inf});
}
TEST(Math, Sine) {
  check("math.sin", [](double x) { return std::sin(x); }, -3, 3, 2);
  check("math.cos", [](double x) { return std::cos(x); }, -1.5, 1.5, 2);
}
TEST(Math, SineOfPositions) {
  // Absolute error: near a zero of the sine an ulp means nothing.
  std::vector<double> values;
  values.reserve(20000);
  for (int i = 0; i < 20000; ++i)
    values.push_back(i * 13.0);
  for (const std::string &isa : isas()) {
    std::vector<double> sines = apply("math.sin", values, isa, false);
    std::vector<double> cosines = apply("math.cos", values, isa, false);
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_NEAR(sines[i], std::sin(values[i]), 2e-7) << values[i];
      ASSERT_NEAR(cosines[i], std::cos(values[i]), 2e-7) << values[i];
    }
  }
}
TEST(Math, Roots) {
  check("math.sqrt", [](double x) { return std::sqrt(x); }, 0, 100, 0.51,
        {0, inf, 1e-30});
  check("math.rsqrt", [](double x) { return 1 / std::sqrt(x); }, 1e-3, 100, 2);
}
TEST(Math, Rounding) {
  check("math.floor", [](double x) { return std::floor(x); }, -5, 5, 0);
  check("math.roundeven", [](double x) { return std::nearbyint(x); }, -5, 5, 0,
        {0.5, 1.5, 2.5});
  check("math.absf", [](double x) { return std::fabs(x); }, -5, 5, 0);
}

} // namespace
