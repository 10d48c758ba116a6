//===- TileTest.cpp - Ops on tiles against naive formulas -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Helpers.h"

#include "llvm/ADT/StringExtras.h"

using namespace seqmix::reference;
using Index = llvm::ArrayRef<int64_t>;
using Shape = llvm::SmallVector<int64_t>;

static std::string dims(const Shape &shape, const char *before,
                        const char *separator) {
  std::string text;
  for (int64_t extent : shape)
    text += (text.empty() ? "" : separator) + (before + std::to_string(extent));
  return text;
}

/// An entry whose operands %a0, %a1, … and result are whole tiles of f32, and
/// whose body gives the result as %r.
static std::string makeEntry(const std::vector<Shape> &shapes,
                             const Shape &result, llvm::StringRef body) {
  std::string arrays, arguments, resident, tiles, params;
  for (int64_t size = 1; size < 20; ++size)
    params += (size > 1 ? ", D" : "D") + std::to_string(size) + " = " +
              std::to_string(size) + " : i64";
  auto memref = [](const Shape &shape) {
    return "memref<" + dims(shape, "", "x") + (shape.empty() ? "" : "x") +
           "f32>";
  };
  auto axes = [](const Shape &shape) {
    return "[" + dims(shape, "D", ", ") + "]";
  };
  auto quoted = [](const Shape &shape) {
    return "[" + dims(shape, "\"D", "\", ") + (shape.empty() ? "]" : "\"]");
  };
  for (size_t i = 0; i < shapes.size(); ++i) {
    std::string name = std::to_string(i);
    arrays += "{name = \"a" + name + "\", axes = " + quoted(shapes[i]) +
              ", elem = f32}, ";
    arguments += ", %m" + name + ": " + memref(shapes[i]);
    resident += (i ? ", %m" : "%m") + name + " " + axes(shapes[i]) + " : " +
                memref(shapes[i]);
    tiles += (i ? ", %a" : "%a") + name + ": tensor<" +
             dims(shapes[i], "", "x") + (shapes[i].empty() ? "" : "x") + "f32>";
  }
  return "kernel.entry @e attributes {operator_name = \"e\", sizes = [\"T\"], "
         "params = {" +
         params + "}, divides = {}, equals = {}, arrays = [" + arrays +
         "{name = \"r\", axes = " + quoted(result) +
         ", elem = f32, result}], form = \"sequential\", require = {}, "
         "product_type = f32} {\n^bb0(%T: index" +
         arguments + ", %out: " + memref(result) +
         "):\n stream.loop parallel () stream (T tile 1 size %T)\n resident (" +
         resident + ") finals (%out " + axes(result) + " : " + memref(result) +
         ")\n init (" + tiles + ") {\n stream.yield\n }\n absorb (" + tiles +
         ") {\n stream.yield\n }\n finish (" + tiles + ") {\n" + body.str() +
         "\n stream.yield %r : tensor<" + dims(result, "", "x") +
         (result.empty() ? "" : "x") + "f32>\n }\n}\n";
}

/// Runs a body on irregular numbers and compares with a function of the
/// operands and the index.
template <typename Function>
static void check(const std::vector<Shape> &shapes, const Shape &result,
                  llvm::StringRef body, Function function) {
  Module module(makeEntry(shapes, result, body));
  std::vector<Array> operands;
  for (const Shape &shape : shapes)
    operands.push_back(makeNumbers(shape, operands.size()));
  auto results = interpretEntry(module.get<seqmix::kernel::EntryOp>(), operands,
                                {{"T", 0}});
  ASSERT_TRUE(succeeded(results)) << module.messages;
  expectNear((*results)[0], result,
             [&](Index index) { return function(operands, index); });
}

using Operands = std::vector<Array>;

TEST(Tile, GenericWithAnyMaps) {
  // A transposed reader, an index, a captured scalar, a reduction along the
  // last dimension.
  check({{3, 4}, {4}}, {3}, R"(
    %c = arith.constant 2.0 : f32
    %e = tensor.empty() : tensor<3xf32>
    %z = linalg.fill ins(%c : f32) outs(%e : tensor<3xf32>) -> tensor<3xf32>
    %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>,
        affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
        ins(%a0, %a1 : tensor<3x4xf32>, tensor<4xf32>) outs(%z : tensor<3xf32>) {
    ^bb0(%x: f32, %y: f32, %s: f32):
      %i = linalg.index 0 : index
      %j = linalg.index 1 : index
      %k = arith.addi %i, %j : index
      %l = arith.index_cast %k : index to i32
      %f = arith.sitofp %l : i32 to f32
      %p = arith.mulf %x, %y : f32
      %q = math.fma %f, %c, %p : f32
      %t = arith.addf %s, %q : f32
      linalg.yield %t : f32
    } -> tensor<3xf32>)",
        [](const Operands &a, Index i) {
          double sum = 2;
          for (int j = 0; j < 4; ++j)
            sum += a[0].data[i[0] * 4 + j] * a[1].data[j] + 2.0 * (i[0] + j);
          return sum;
        });
  // A map that adds loops and a constant.
  check({{9}, {3}}, {4}, R"(
    %c = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<4xf32>
    %z = linalg.fill ins(%c : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0 + d1 * 2 + 1)>, affine_map<(d0, d1) -> (d1)>,
        affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
        ins(%a0, %a1 : tensor<9xf32>, tensor<3xf32>) outs(%z : tensor<4xf32>) {
    ^bb0(%x: f32, %y: f32, %s: f32):
      %p = arith.mulf %x, %y : f32
      %t = arith.addf %s, %p : f32
      linalg.yield %t : f32
    } -> tensor<4xf32>)",
        [](const Operands &a, Index i) {
          double sum = 0;
          for (int j = 0; j < 3; ++j)
            sum += a[0].data[i[0] + 2 * j + 1] * a[1].data[j];
          return sum;
        });
}

TEST(Tile, ContractTransposeCopy) {
  check({{2, 3, 4}, {5, 2, 4}}, {2, 5, 3}, R"(
    %c = arith.constant 1.0 : f32
    %e = tensor.empty() : tensor<2x3x5xf32>
    %z = linalg.fill ins(%c : f32) outs(%e : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
    %p = linalg.contract indexing_maps = [affine_map<(b, i, j, k) -> (b, i, k)>, affine_map<(b, i, j, k) -> (j, b, k)>,
        affine_map<(b, i, j, k) -> (b, i, j)>]
        ins(%a0, %a1 : tensor<2x3x4xf32>, tensor<5x2x4xf32>) outs(%z : tensor<2x3x5xf32>) -> tensor<2x3x5xf32>
    %f = tensor.empty() : tensor<2x5x3xf32>
    %t = linalg.transpose ins(%p : tensor<2x3x5xf32>) outs(%f : tensor<2x5x3xf32>) permutation = [0, 2, 1]
    %r = linalg.copy ins(%t : tensor<2x5x3xf32>) outs(%f : tensor<2x5x3xf32>) -> tensor<2x5x3xf32>)",
        [](const Operands &a, Index i) {
          double sum = 1;
          for (int k = 0; k < 4; ++k)
            sum += a[0].data[(i[0] * 3 + i[2]) * 4 + k] *
                   a[1].data[(i[1] * 2 + i[0]) * 4 + k];
          return sum;
        });
}

TEST(Tile, SumOfAllElements) {
  check({{3, 4}}, {}, R"(
    %c = arith.constant dense<0.5> : tensor<f32>
    %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> ()>],
        iterator_types = ["reduction", "reduction"]} ins(%a0 : tensor<3x4xf32>) outs(%c : tensor<f32>) {
    ^bb0(%x: f32, %s: f32):
      %t = arith.addf %s, %x : f32
      linalg.yield %t : f32
    } -> tensor<f32>)",
        [](const Operands &a, Index) {
          double sum = 0.5;
          for (double x : a[0].data)
            sum += x;
          return sum;
        });
}

TEST(Tile, Slices) {
  // A strided slice at an offset known late, put into a row of another tile.
  check({{6, 5}, {3, 4}}, {3, 4}, R"(
    %one = arith.constant 1 : index
    %two = arith.addi %one, %one : index
    %s = tensor.extract_slice %a0[%two, 1] [1, 2] [1, 3] : tensor<6x5xf32> to tensor<2xf32>
    %r = tensor.insert_slice %s into %a1[%one, 2] [1, 2] [1, 1] : tensor<2xf32> into tensor<3x4xf32>)",
        [](const Operands &a, Index i) {
          bool inside = i[0] == 1 && i[1] >= 2;
          return inside ? a[0].data[2 * 5 + 1 + 3 * (i[1] - 2)]
                        : a[1].data[i[0] * 4 + i[1]];
        });
  check({{2, 6}}, {12}, R"(
    %zero = arith.constant 0 : index
    %x = tensor.extract %a0[%zero, %zero] : tensor<2x6xf32>
    %f = tensor.collapse_shape %a0 [[0, 1]] : tensor<2x6xf32> into tensor<12xf32>
    %s = tensor.splat %x : tensor<12xf32>
    %r = arith.subf %f, %s : tensor<12xf32>)",
        [](const Operands &a, Index i) {
          return a[0].data[i[0]] - a[0].data[0];
        });
}

TEST(Tile, SliceOutsideIsAnError) {
  Module module(makeEntry({{4}}, {2}, R"(
    %three = arith.constant 3 : index
    %r = tensor.extract_slice %a0[%three] [2] [1] : tensor<4xf32> to tensor<2xf32>)"));
  auto entry = module.get<seqmix::kernel::EntryOp>();
  EXPECT_TRUE(failed(interpretEntry(entry, {makeNumbers({4}, 1)}, {{"T", 0}})));
  EXPECT_NE(module.messages.find("reaches from 3 to 4 in dimension 0, which "
                                 "has 4 elements"),
            std::string::npos)
      << module.messages;
}

TEST(Tile, UnknownOpIsAnError) {
  Module module(makeEntry({{4}}, {4}, R"(
    %c = arith.constant 0.0 : f32
    %r = tensor.pad %a0 low[0] high[0] {
    ^bb0(%i: index):
      tensor.yield %c : f32
    } : tensor<4xf32> to tensor<4xf32>)"));
  auto entry = module.get<seqmix::kernel::EntryOp>();
  EXPECT_TRUE(failed(interpretEntry(entry, {makeNumbers({4}, 1)}, {{"T", 0}})));
  EXPECT_NE(module.messages.find("does not know 'tensor.pad'"),
            std::string::npos)
      << module.messages;
}

TEST(Tile, WhatNobodyWroteIsNaN) {
  Module module(makeEntry({{4}}, {4}, "%r = tensor.empty() : tensor<4xf32>"));
  auto results = interpretEntry(module.get<seqmix::kernel::EntryOp>(),
                                {makeNumbers({4}, 1)}, {{"T", 0}});
  ASSERT_TRUE(succeeded(results)) << module.messages;
  EXPECT_TRUE(std::isnan((*results)[0].data[3]));
}

TEST(Tile, IntegersAndComparisons) {
  check({{1}}, {8}, R"(
    %m7 = arith.constant -7 : index
    %two = arith.constant 2 : index
    %true = arith.constant true
    %nan = arith.constant 0x7FC00000 : f32
    %one = arith.constant 1.0 : f32
    %fd = arith.floordivsi %m7, %two : index
    %cd = arith.ceildivsi %m7, %two : index
    %rm = arith.remsi %m7, %two : index
    %an = arith.andi %m7, %two : index
    %u = arith.cmpi ult, %m7, %two : index
    %not = arith.xori %u, %true : i1
    %o = arith.cmpf olt, %nan, %one : f32
    %un = arith.cmpf ult, %nan, %one : f32
    %mx = arith.maxnumf %nan, %one : f32
    %c = arith.select %not, %fd, %cd : index
    %i0 = arith.index_cast %fd : index to i32
    %i1 = arith.index_cast %cd : index to i32
    %i2 = arith.index_cast %rm : index to i32
    %i3 = arith.index_cast %an : index to i32
    %i4 = arith.index_cast %c : index to i32
    %f0 = arith.sitofp %i0 : i32 to f32
    %f1 = arith.sitofp %i1 : i32 to f32
    %f2 = arith.sitofp %i2 : i32 to f32
    %f3 = arith.sitofp %i3 : i32 to f32
    %f4 = arith.sitofp %i4 : i32 to f32
    %f5 = arith.uitofp %o : i1 to f32
    %f6 = arith.uitofp %un : i1 to f32
    %r = tensor.from_elements %f0, %f1, %f2, %f3, %f4, %f5, %f6, %mx : tensor<8xf32>)",
        [](const Operands &, Index i) {
          // As unsigned numbers, −7 is not below 2.
          const double want[] = {-4, -3, -1, 0, -4, 0, 1, 1};
          return want[i[0]];
        });
}

//===----------------------------------------------------------------------===//
// The stream dialect's ops
//===----------------------------------------------------------------------===//

/// Sums of gates along the rows up to t; of 4 rows of `width`.
static double sum(const Array &gates, int64_t t, int64_t width, int64_t d) {
  double sum = 0;
  for (int64_t s = 0; s <= t; ++s)
    sum += gates.data[s * width + d];
  return sum;
}

TEST(Tile, Cumsum) {
  const char *body = R"(
    %inf = arith.constant dense<[[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 0xFF800000, 1.0], [1.0, 1.0, 1.0]]> : tensor<4x3xf32>
    %g = arith.addf %a0, %inf : tensor<4x3xf32>
    %e = tensor.empty() : tensor<4x3xf64>
    %s = stream.cumsum MODE ins(%g : tensor<4x3xf32>) outs(%e : tensor<4x3xf64>) -> tensor<4x3xf64>
    %r = arith.truncf %s : tensor<4x3xf64> to tensor<4x3xf32>)";
  for (bool exclusive : {false, true}) {
    std::string text = body;
    text.replace(text.find("MODE"), 4, exclusive ? "exclusive" : "");
    check({{4, 3}}, {4, 3}, text, [&](const Operands &a, Index i) {
      double total = 0;
      for (int64_t s = 0; s < i[0] + !exclusive; ++s)
        // The floor stands for −inf.
        total += s == 2 && i[1] == 1 ? -1000 : a[0].data[s * 3 + i[1]] + 1;
      return total;
    });
  }
}

/// Cumulative gates of %a2, which are made negative, as %G2 of f64.
static std::string makeGates(const std::string &shape) {
  std::string f32 = "tensor<" + shape + "xf32>",
              f64 = "tensor<" + shape + "xf64>";
  return "%two = arith.constant dense<2.0> : " + f32 +
         "\n%negative = arith.subf %a2, %two : " + f32 +
         "\n%none = tensor.empty() : " + f64 +
         "\n%G2 = stream.cumsum ins(%negative : " + f32 +
         ") outs(%none : " + f64 + ") -> " + f64 + "\n";
}

/// The cumulative gate that makeGates gives.
static double gate(const Array &gates, int64_t t, int64_t width, int64_t d) {
  return sum(gates, t, width, d) - 2.0 * (t + 1);
}

TEST(Tile, Scores) {
  for (int64_t width : {0, 1, 3})
    for (bool diagonal : {false, true}) {
      std::string shape = width == 1 ? "4" : "4x3";
      std::string body = makeGates(shape);
      body += "%e = tensor.empty() : tensor<4x4xf32>\n%r = stream.scores ";
      body += diagonal ? "diagonal " : "";
      body += "ins(%a0, %a1 : tensor<4x3xf32>, tensor<4x3xf32>) ";
      if (width)
        body += "gates(%G2, %G2 : tensor<" + shape + "xf64>, tensor<" + shape +
                "xf64>) ";
      body += "outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>";
      Shape gates = width == 1 ? Shape{4} : Shape{4, 3};
      check({{4, 3}, {4, 3}, gates}, {4, 4}, body,
            [&](const Operands &a, Index i) {
              if (i[1] > i[0] || (i[1] == i[0] && !diagonal))
                return 0.0;
              double total = 0;
              for (int64_t d = 0; d < 3; ++d) {
                int64_t column = width == 1 ? 0 : d;
                double ratio = width
                                   ? std::exp(gate(a[2], i[0], width, column) -
                                              gate(a[2], i[1], width, column))
                                   : 1;
                total +=
                    a[0].data[i[0] * 3 + d] * a[1].data[i[1] * 3 + d] * ratio;
              }
              return total;
            });
    }
}

TEST(Tile, ScoresOfGroups) {
  // Rows 0 and 1 are one token's, 2 and 3 another's.
  for (bool negative : {false, true})
    check({{4, 3}, {4, 3}}, {4, 4},
          std::string("%e = tensor.empty() : tensor<4x4xf32>\n"
                      "%r = stream.scores ") +
              (negative ? "negative " : "") +
              "group 2 ins(%a0, %a1 : tensor<4x3xf32>, tensor<4x3xf32>) "
              "outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>",
          [=](const Operands &a, Index i) {
            double total = 0;
            for (int64_t d = 0; d < 3 && i[1] < i[0] / 2 * 2; ++d)
              total += a[0].data[i[0] * 3 + d] * a[1].data[i[1] * 3 + d];
            return negative ? -total : total;
          });
}

TEST(Tile, Cummax) {
  for (bool exclusive : {false, true})
    check({{4}, {4}, {}}, {4},
          std::string("%e = tensor.empty() : tensor<4xf32>\n"
                      "%r = stream.cummax ") +
              (exclusive ? "exclusive " : "") +
              "ins(%a0, %a1 : tensor<4xf32>, tensor<4xf32>) init(%a2 : "
              "tensor<f32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>",
          [&](const Operands &a, Index i) {
            double running = a[2].data[0];
            for (int64_t t = 0; t < i[0] + !exclusive; ++t)
              running = std::max(running + a[0].data[t], a[1].data[t]);
            return running;
          });
}

TEST(Tile, Apply) {
  check({{4, 4}, {4, 3}, {4, 3}}, {4, 3}, makeGates("4x3") + R"(
    %zero = arith.constant dense<0.0> : tensor<4x4xf32>
    %low = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
        iterator_types = ["parallel", "parallel"]} ins(%a0 : tensor<4x4xf32>) outs(%zero : tensor<4x4xf32>) {
    ^bb0(%x: f32, %o: f32):
      %i = linalg.index 0 : index
      %j = linalg.index 1 : index
      %c = arith.cmpi sle, %j, %i : index
      %s = arith.select %c, %x, %o : f32
      linalg.yield %s : f32
    } -> tensor<4x4xf32>
    %r = stream.apply ins(%low, %a1 : tensor<4x4xf32>, tensor<4x3xf32>)
        gates(%G2, %G2 : tensor<4x3xf64>, tensor<4x3xf64>) outs(%a1 : tensor<4x3xf32>) -> tensor<4x3xf32>)",
        [](const Operands &a, Index i) {
          double total = a[1].data[i[0] * 3 + i[1]];
          for (int64_t s = 0; s <= i[0]; ++s)
            total +=
                a[0].data[i[0] * 4 + s] * a[1].data[s * 3 + i[1]] *
                std::exp(gate(a[2], i[0], 3, i[1]) - gate(a[2], s, 3, i[1]));
          return total;
        });
}

TEST(Tile, Solve) {
  for (bool hasGates : {false, true}) {
    std::string body = makeGates("4x3") +
                       "%e = tensor.empty() : tensor<4x3xf32>\n"
                       "%r = stream.solve ins(%a0, %a1 : tensor<4x4xf32>, "
                       "tensor<4x3xf32>) ";
    if (hasGates)
      body += "gates(%G2, %G2 : tensor<4x3xf64>, tensor<4x3xf64>) ";
    body += "outs(%e : tensor<4x3xf32>) -> tensor<4x3xf32>";
    Module module(makeEntry({{4, 4}, {4, 3}, {4, 3}}, {4, 3}, body));
    Operands a = {makeNumbers({4, 4}, 0), makeNumbers({4, 3}, 1),
                  makeNumbers({4, 3}, 2)};
    auto results =
        interpretEntry(module.get<seqmix::kernel::EntryOp>(), a, {{"T", 0}});
    ASSERT_TRUE(succeeded(results)) << module.messages;
    // (I + N) times the solution is the right-hand side.
    const Array &x = (*results)[0];
    for (int64_t t = 0; t < 4; ++t)
      for (int64_t v = 0; v < 3; ++v) {
        double total = x.data[t * 3 + v];
        for (int64_t s = 0; s < t; ++s)
          total +=
              a[0].data[t * 4 + s] * x.data[s * 3 + v] *
              (hasGates ? std::exp(gate(a[2], t, 3, v) - gate(a[2], s, 3, v))
                        : 1);
        EXPECT_NEAR(total, a[1].data[t * 3 + v], 1e-12);
      }
  }
}
