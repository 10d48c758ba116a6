//===- ProductTest.cpp - Matrix products against float64
//-------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Harness.h"
#include <gtest/gtest.h>
#include <sstream>

using namespace seqmix::test;

namespace {

struct Case {
  int64_t m, n, k;
  bool transposeA = false, transposeB = false, transposeOut = false;
  std::string elem = "f32";
};

void check(const Case &c) {
  std::mt19937 random(c.m * 7 + c.n * 3 + c.k);
  auto pair = [](int64_t x, int64_t y, bool swap) {
    return swap ? std::vector<int64_t>{y, x} : std::vector<int64_t>{x, y};
  };
  std::vector<Array> arrays{{"a", c.elem, pair(c.m, c.k, c.transposeA)},
                            {"b", c.elem, pair(c.k, c.n, c.transposeB)},
                            {"c", "f32", pair(c.m, c.n, c.transposeOut)},
                            {"o", "f32", pair(c.m, c.n, c.transposeOut), true}};
  for (int i = 0; i < 3; ++i)
    arrays[i].draw(random);

  std::vector<double> expected(c.m * c.n);
  for (int64_t m = 0; m < c.m; ++m)
    for (int64_t n = 0; n < c.n; ++n) {
      int64_t at = c.transposeOut ? n * c.m + m : m * c.n + n;
      double sum = arrays[2].values[at];
      for (int64_t k = 0; k < c.k; ++k)
        sum += arrays[0].values[c.transposeA ? k * c.m + m : m * c.k + k] *
               arrays[1].values[c.transposeB ? n * c.k + k : k * c.n + n];
      expected[at] = sum;
    }

  std::string body;
  int64_t offset = 0;
  std::string a = addTile(body, "ta", c.elem, arrays[0].shape, offset);
  std::string b = addTile(body, "tb", c.elem, arrays[1].shape, offset);
  std::string o = addTile(body, "to", "f32", arrays[3].shape, offset);
  body += loadText(arrays[0], "ta", a) + loadText(arrays[1], "tb", b) +
          loadText(arrays[2], "to", o);
  auto map = [](const char *x, const char *y, bool swap) {
    return std::string("affine_map<(m, n, k) -> (") + (swap ? y : x) + ", " +
           (swap ? x : y) + ")>";
  };
  body += "    linalg.contract indexing_maps = [" +
          map("m", "k", c.transposeA) + ", " + map("k", "n", c.transposeB) +
          ", " + map("m", "n", c.transposeOut) + "] ins(%ta, %tb : " + a +
          ", " + b + ") outs(%to : " + o + ")\n";
  body += storeText(arrays[3], "to", o);

  for (const std::string &isa : isas()) {
    std::vector<Array> run = arrays;
    ASSERT_TRUE(runBody(run, body, offset, isa));
    EXPECT_LT(relativeError(run[3].values, expected), 1e-6)
        << isa << " " << c.m << "x" << c.n << "x" << c.k << " " << c.elem << " "
        << c.transposeA << c.transposeB << c.transposeOut;
  }
}

TEST(Product, Sizes) {
  for (int64_t size : {1, 15, 16, 17, 40, 64, 100, 128})
    check({size, size, size});
}

TEST(Product, OddShapes) {
  check({2, 1, 3});
  check({1, 33, 7});
  check({7, 48, 5});
  check({64, 128, 128});
  check({9, 47, 600});
}

TEST(Product, TransposedOperands) {
  for (int64_t size : {15, 17, 64})
    for (int which = 1; which < 8; ++which)
      check({size + 3, size, size + 1, (which & 1) != 0, (which & 2) != 0,
             (which & 4) != 0});
}

TEST(Product, DeepTransposed) { check({20, 40, 1100, false, true}); }

TEST(Product, NarrowElements) {
  for (const char *elem : {"bf16", "f16"})
    for (int64_t size : {17, 40, 64}) {
      check({size, size, size, false, false, false, elem});
      check({size, size, size, true, true, false, elem});
    }
}

/// The micro-kernels' sums stay in registers.
TEST(Product, NothingSpills) {
  for (auto [isa, add] : {std::pair{"v3", "vfmadd231ps\t%ymm"},
                          std::pair{"v4", "vfmadd231ps\t%zmm"}}) {
    std::string body;
    int64_t offset = 0;
    std::string a = addTile(body, "ta", "f32", {64, 128}, offset);
    std::string b = addTile(body, "tb", "f32", {128, 128}, offset);
    std::string o = addTile(body, "to", "f32", {64, 128}, offset);
    body += "    linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, "
            "k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, "
            "n)>] ins(%ta, %tb : " +
            a + ", " + b + ") outs(%to : " + o + ")\n";
    std::string assembly = assemble(body, offset, isa);
    EXPECT_NE(assembly.find(add), std::string::npos);
    // Addresses may be, outside of the loops.
    std::istringstream lines(assembly);
    for (std::string line; std::getline(lines, line);)
      EXPECT_FALSE(line.find("Spill") != std::string::npos &&
                   line.find("mm") != std::string::npos)
          << line;
  }
}

} // namespace
