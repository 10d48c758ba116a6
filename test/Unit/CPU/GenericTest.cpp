//===- GenericTest.cpp - linalg ops against float64
//------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Harness.h"
#include <cmath>
#include <functional>
#include <gtest/gtest.h>

using namespace seqmix::test;

namespace {

const std::vector<int64_t> sizes{1, 7, 15, 16, 17, 40, 64, 100};

/// A linalg.generic over (i, j) with one result; operands are drawn.
struct Generic {
  /// Maps of the operands, then of the result; results of a map are its shape.
  std::vector<std::string> maps;
  std::string iterators;
  std::string region;
  /// What the result's element holds after, from the operands' elements and
  /// what it held before.
  std::function<std::vector<double>(const std::vector<Array> &, int64_t,
                                    int64_t)>
      expected;
  std::string elem = "f32";
  std::string prologue = "";
  double bound = 2e-7;
};

std::vector<int64_t> shapeOf(const std::string &map, int64_t i, int64_t j) {
  std::vector<int64_t> shape;
  for (char c : map.substr(map.find("->")))
    if (c == 'i')
      shape.push_back(i);
    else if (c == 'j')
      shape.push_back(j);
  return shape;
}

void check(const Generic &g, int64_t i, int64_t j) {
  std::mt19937 random(i * 31 + j);
  std::vector<Array> arrays;
  std::string body, operands, types, maps, loads, out, outType;
  int64_t offset = 0;
  for (size_t n = 0; n < g.maps.size(); ++n) {
    bool isResult = n + 1 == g.maps.size();
    std::string name = "x" + std::to_string(n);
    arrays.push_back({name, g.elem, shapeOf(g.maps[n], i, j)});
    arrays.back().draw(random);
    std::string type =
        addTile(body, "t" + name, g.elem, arrays.back().shape, offset);
    loads += loadText(arrays.back(), "t" + name, type);
    maps +=
        (n ? ", affine_map<(i, j) " : "affine_map<(i, j) ") + g.maps[n] + ">";
    if (isResult) {
      out = "t" + name;
      outType = type;
    } else {
      operands += (n ? ", %t" : "%t") + name;
      types += (n ? ", " : "") + type;
    }
  }
  arrays.push_back({"y", g.elem, arrays.back().shape, true});
  body += loads + g.prologue + "    linalg.generic {indexing_maps = [" + maps +
          "], iterator_types = [" + g.iterators + "]} " +
          (operands.empty() ? "" : "ins(" + operands + " : " + types + ") ") +
          "outs(%" + out + " : " + outType + ") {\n" + g.region + "    }\n" +
          storeText(arrays.back(), out, outType);
  std::vector<double> expected = g.expected(arrays, i, j);
  for (const std::string &isa : isas()) {
    std::vector<Array> run = arrays;
    ASSERT_TRUE(runBody(run, body, offset, isa));
    EXPECT_LT(relativeError(run.back().values, expected), g.bound)
        << isa << " " << i << "x" << j << "\n"
        << body;
  }
}

void checkAll(const Generic &g) {
  for (int64_t size : sizes) {
    check(g, size, size);
    if (size == 17) {
      check(g, size, 33);
      check(g, 3, size);
    }
  }
}

const std::string parallel = "\"parallel\", \"parallel\"";
const std::string reduceLast = "\"parallel\", \"reduction\"";
const std::string reduceFirst = "\"reduction\", \"parallel\"";

TEST(Generic, Elementwise) {
  checkAll({{"-> (i, j)", "-> (i)", "-> (j)", "-> (i, j)"},
            parallel,
            "    ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):\n"
            "      %p = arith.mulf %a, %b : f32\n"
            "      %q = arith.addf %p, %c : f32\n"
            "      linalg.yield %q : f32\n",
            [](const std::vector<Array> &x, int64_t n, int64_t m) {
              std::vector<double> y;
              for (int64_t i = 0; i < n; ++i)
                for (int64_t j = 0; j < m; ++j)
                  y.push_back(x[0].values[i * m + j] * x[1].values[i] +
                              x[2].values[j]);
              return y;
            }});
}

TEST(Generic, TransposedOperand) {
  checkAll({{"-> (j, i)", "-> (i, j)"},
            parallel,
            "    ^bb0(%a: f32, %o: f32):\n"
            "      %q = arith.addf %a, %o : f32\n"
            "      linalg.yield %q : f32\n",
            [](const std::vector<Array> &x, int64_t n, int64_t m) {
              std::vector<double> y;
              for (int64_t i = 0; i < n; ++i)
                for (int64_t j = 0; j < m; ++j)
                  y.push_back(x[0].values[j * n + i] + x[1].values[i * m + j]);
              return y;
            }});
}

TEST(Generic, RowSum) {
  checkAll({{"-> (i, j)", "-> (j)", "-> (i)"},
            reduceLast,
            "    ^bb0(%a: f32, %b: f32, %o: f32):\n"
            "      %p = arith.mulf %a, %b : f32\n"
            "      %q = arith.addf %o, %p : f32\n"
            "      linalg.yield %q : f32\n",
            [](const std::vector<Array> &x, int64_t n, int64_t m) {
              std::vector<double> y = x[2].values;
              for (int64_t i = 0; i < n; ++i)
                for (int64_t j = 0; j < m; ++j)
                  y[i] += x[0].values[i * m + j] * x[1].values[j];
              return y;
            },
            "f32",
            "",
            1e-6});
}

TEST(Generic, RowMax) {
  for (const char *op : {"arith.maximumf", "arith.maxnumf"})
    checkAll({{"-> (i, j)", "-> (i)"},
              reduceLast,
              std::string("    ^bb0(%a: f32, %o: f32):\n      %q = ") + op +
                  " %a, %o : f32\n      linalg.yield %q : f32\n",
              [](const std::vector<Array> &x, int64_t n, int64_t m) {
                std::vector<double> y = x[1].values;
                for (int64_t i = 0; i < n; ++i)
                  for (int64_t j = 0; j < m; ++j)
                    y[i] = std::max(y[i], x[0].values[i * m + j]);
                return y;
              }});
}

TEST(Generic, ColumnSum) {
  checkAll({{"-> (i, j)", "-> (i)", "-> (j)"},
            reduceFirst,
            "    ^bb0(%a: f32, %b: f32, %o: f32):\n"
            "      %p = arith.mulf %a, %b : f32\n"
            "      %q = arith.addf %o, %p : f32\n"
            "      linalg.yield %q : f32\n",
            [](const std::vector<Array> &x, int64_t n, int64_t m) {
              std::vector<double> y = x[2].values;
              for (int64_t i = 0; i < n; ++i)
                for (int64_t j = 0; j < m; ++j)
                  y[j] += x[0].values[i * m + j] * x[1].values[i];
              return y;
            },
            "f32",
            "",
            1e-6});
}

TEST(Generic, FoldWithoutCombiner) {
  // Not associative: the order of the reduction must stand.
  checkAll({{"-> (i, j)", "-> (i)"},
            reduceLast,
            "    ^bb0(%a: f32, %o: f32):\n"
            "      %h = arith.mulf %o, %half : f32\n"
            "      %q = arith.subf %a, %h : f32\n"
            "      linalg.yield %q : f32\n",
            [](const std::vector<Array> &x, int64_t n, int64_t m) {
              std::vector<double> y = x[1].values;
              for (int64_t i = 0; i < n; ++i)
                for (int64_t j = 0; j < m; ++j)
                  y[i] = x[0].values[i * m + j] - 0.5 * y[i];
              return y;
            },
            "f32",
            "    %half = arith.constant 0.5 : f32\n",
            1e-6});
}

TEST(Generic, IndexMask) {
  checkAll({{"-> (i, j)", "-> (i, j)"},
            parallel,
            "    ^bb0(%a: f32, %o: f32):\n"
            "      %i = linalg.index 0 : index\n"
            "      %j = linalg.index 1 : index\n"
            "      %s = arith.addi %j, %shift : index\n"
            "      %m = arith.cmpi sle, %s, %i : index\n"
            "      %r = arith.remui %j, %shift : index\n"
            "      %ri = arith.index_cast %r : index to i32\n"
            "      %rf = arith.sitofp %ri : i32 to f32\n"
            "      %z = arith.select %m, %a, %rf : f32\n"
            "      linalg.yield %z : f32\n",
            [](const std::vector<Array> &x, int64_t n, int64_t m) {
              std::vector<double> y;
              for (int64_t i = 0; i < n; ++i)
                for (int64_t j = 0; j < m; ++j)
                  y.push_back(j + 3 <= i ? x[0].values[i * m + j] : j % 3);
              return y;
            },
            "f32",
            "    %shift = arith.constant 3 : index\n"});
}

TEST(Generic, Integers) {
  checkAll({{"-> (i, j)", "-> (i)", "-> (i, j)"},
            parallel,
            "    ^bb0(%a: i32, %b: i32, %o: i32):\n"
            "      %m = arith.cmpi eq, %a, %b : i32\n"
            "      %s = arith.addi %a, %b : i32\n"
            "      %z = arith.select %m, %o, %s : i32\n"
            "      linalg.yield %z : i32\n",
            [](const std::vector<Array> &x, int64_t n, int64_t m) {
              std::vector<double> y;
              for (int64_t i = 0; i < n; ++i)
                for (int64_t j = 0; j < m; ++j) {
                  double a = x[0].values[i * m + j], b = x[1].values[i];
                  y.push_back(a == b ? x[2].values[i * m + j] : a + b);
                }
              return y;
            },
            "i32"});
}

TEST(Generic, DoublesInside) {
  checkAll({{"-> (i, j)", "-> (i)", "-> (i, j)"},
            parallel,
            "    ^bb0(%a: f32, %b: f32, %o: f32):\n"
            "      %da = arith.extf %a : f32 to f64\n"
            "      %db = arith.extf %b : f32 to f64\n"
            "      %d = arith.subf %da, %db : f64\n"
            "      %f = arith.truncf %d : f64 to f32\n"
            "      %e = math.exp %f : f32\n"
            "      linalg.yield %e : f32\n",
            [](const std::vector<Array> &x, int64_t n, int64_t m) {
              std::vector<double> y;
              for (int64_t i = 0; i < n; ++i)
                for (int64_t j = 0; j < m; ++j)
                  y.push_back(
                      std::exp(x[0].values[i * m + j] - x[1].values[i]));
              return y;
            }});
}

TEST(Generic, WritesOnlyItsTile) {
  // A sub-tile beside others: its rows do not end in padding.
  std::mt19937 random(5);
  std::vector<Array> arrays{{"x", "f32", {8, 64}}, {"y", "f32", {8, 64}, true}};
  arrays[0].draw(random);
  std::string body;
  int64_t offset = 0;
  std::string t = addTile(body, "t", "f32", {8, 64}, offset);
  body += loadText(arrays[0], "t", t);
  std::string part =
      "memref<8x17xf32, strided<[64, 1], offset: 20>, #kernel.memory<near>>";
  body += "    %part = memref.subview %t[0, 20] [8, 17] [1, 1] : " + t +
          " to " + part +
          "\n    %two = arith.constant 2.0 : f32\n    linalg.fill ins(%two : "
          "f32) outs(%part : " +
          part + ")\n" + storeText(arrays[1], "t", t);
  std::vector<double> expected = arrays[0].values;
  for (int64_t i = 0; i < 8; ++i)
    for (int64_t j = 20; j < 37; ++j)
      expected[i * 64 + j] = 2;
  for (const std::string &isa : isas()) {
    std::vector<Array> run = arrays;
    ASSERT_TRUE(runBody(run, body, offset, isa));
    EXPECT_EQ(run[1].values, expected);
  }
}

TEST(Generic, Copy) {
  for (int64_t size : sizes) {
    std::mt19937 random(size);
    std::vector<Array> arrays{{"x", "f32", {3, size}},
                              {"y", "f32", {3, size}, true}};
    arrays[0].draw(random);
    std::string body;
    int64_t offset = 0;
    std::string x = addTile(body, "tx", "f32", {3, size}, offset);
    std::string y = addTile(body, "ty", "f32", {3, size}, offset);
    body += loadText(arrays[0], "tx", x) + "    linalg.copy ins(%tx : " + x +
            ") outs(%ty : " + y + ")\n" + storeText(arrays[1], "ty", y);
    for (const std::string &isa : isas()) {
      std::vector<Array> run = arrays;
      ASSERT_TRUE(runBody(run, body, offset, isa));
      EXPECT_EQ(run[1].values, arrays[0].values);
    }
  }
}

} // namespace
