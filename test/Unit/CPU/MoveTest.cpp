//===- MoveTest.cpp - kernel.load and kernel.store at array limits
//---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Harness.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace seqmix::test;

namespace {

/// Copies x to y [A, B, C] through tiles of `tile` along axes `dims`, the rest
/// points: one task a tile.
std::string copyText(const std::string &elem, const std::string &tileElem,
                     std::vector<int64_t> tile, std::vector<int64_t> dims) {
  std::string array = "memref<?x?x?x" + elem + ", strided<[?, ?, 1]>>";
  std::string axes = "axes = [\"A\", \"B\", \"C\"], elem = " + elem;
  std::string body;
  int64_t offset = 0;
  std::string type = addTile(body, "t", tileElem, tile, offset);
  std::string grid, positions[3] = {"%a", "%b", "%c"};
  std::string scale;
  for (int d = 0; d < 3; ++d) {
    int64_t step = 1;
    for (size_t i = 0; i < dims.size(); ++i)
      if (dims[i] == d)
        step = tile[i];
    std::string name(1, "ABC"[d]), n = std::to_string(step);
    grid += "  %s" + name + " = arith.constant " + n + " : index\n  %g" + name +
            " = arith.ceildivsi %" + name + ", %s" + name + " : index\n";
    scale += "    %p" + name + " = arith.muli " + positions[d] + ", %s" + name +
             " : index\n";
  }
  std::string list;
  for (size_t i = 0; i < dims.size(); ++i)
    list += (i ? ", " : "") + std::to_string(dims[i]);
  std::string near = std::to_string(offset);
  for (size_t at; (at = body.find("NEAR")) != std::string::npos;)
    body.replace(at, 4, near);
  return "kernel.entry @entry attributes {operator_name = \"copy\", sizes = "
         "[\"A\", \"B\", \"C\"], params = {}, divides = {}, equals = {}, "
         "arrays = [{name = \"x\", " +
         axes + "}, {name = \"y\", " + axes +
         ", result}], form = \"step\", require = {}, product_type = f32} {\n"
         "^bb0(%A: index, %B: index, %C: index, %x: " +
         array + ", %y: " + array + "):\n" + grid +
         "  kernel.parallel grid(%gA, %gB, %gC) {\n  ^bb0(%a: index, %b: "
         "index, %c: index, %near: memref<" +
         near +
         "xi8, #kernel.memory<near>>, %far: memref<0xi8, "
         "#kernel.memory<far>>):\n" +
         body + scale + "    kernel.load %x[%pA, %pB, %pC] dims [" + list +
         "] into %t : " + array + ", " + type +
         "\n    kernel.store %t into %y[%pA, %pB, %pC] dims [" + list +
         "] : " + type + ", " + array + "\n  }\n}\n";
}

void check(const std::string &elem, const std::string &tileElem,
           std::vector<int64_t> tile, std::vector<int64_t> dims) {
  for (const std::string &isa : isas()) {
    auto program = Program::compile(copyText(elem, tileElem, tile, dims), isa);
    ASSERT_TRUE(program);
    for (std::vector<int64_t> shape : {std::vector<int64_t>{2, 3, 5},
                                       {3, 17, 16},
                                       {1, 40, 33},
                                       {2, 64, 64},
                                       {2, 1, 100},
                                       {0, 4, 4},
                                       {2, 4, 0}}) {
      std::mt19937 random(shape[1]);
      Array x{"x", elem, shape}, y{"y", elem, shape};
      x.draw(random);
      std::vector<uint8_t> from = encode(x), to = encode(y);
      std::vector<int64_t> slots = shape;
      for (std::vector<uint8_t> *data : {&from, &to})
        slots.insert(slots.end(), {reinterpret_cast<int64_t>(data->data()),
                                   shape[1] * shape[2], shape[2], 1});
      int64_t bytes = program->workspace(std::vector<int64_t>{
          shape[0], shape[1], shape[2], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
      void *workspace = aligned_alloc(64, bytes);
      slots.insert(slots.end(),
                   {reinterpret_cast<int64_t>(workspace), bytes, 0, 0, 1});
      EXPECT_EQ(program->call(slots), 0);
      free(workspace);
      EXPECT_EQ(from, to) << elem << " " << isa << " " << shape[0] << "x"
                          << shape[1] << "x" << shape[2];
    }
  }
}

TEST(Move, RowsOfAnyLength) {
  check("f32", "f32", {16, 64}, {1, 2});
  check("f32", "f32", {5, 7}, {1, 2});
  check("i32", "i32", {16, 40}, {1, 2});
}
TEST(Move, NarrowElements) {
  for (const char *elem : {"bf16", "f16"}) {
    check(elem, "f32", {16, 64}, {1, 2});
    check(elem, elem, {16, 48}, {1, 2});
  }
}
TEST(Move, StridedColumns) {
  check("f32", "f32", {16}, {1});
  check("bf16", "f32", {2, 16}, {0, 1});
  check("f32", "f32", {16}, {2});
  check("f32", "f32", {2, 4, 16}, {0, 1, 2});
}

/// A load fills with zeros what lies past the array's end.
TEST(Move, PadsWithZero) {
  for (const std::string &isa : isas()) {
    for (int64_t rows : {0, 3, 8})
      for (int64_t columns : {1, 15, 16, 40}) {
        std::mt19937 random(columns);
        std::vector<Array> arrays{{"x", "f32", {rows + 1, columns}},
                                  {"y", "f32", {8, 40}, true}};
        arrays[0].draw(random);
        std::string body;
        int64_t offset = 0;
        std::string t = addTile(body, "t", "f32", {8, 40}, offset);
        // Row 0 of x is left out.
        body += "    %c1 = arith.constant 1 : index\n    kernel.load %x[%c1, "
                "%c0] dims [0, 1] into %t : " +
                arrayType(arrays[0]) + ", " + t + "\n" +
                storeText(arrays[1], "t", t);
        ASSERT_TRUE(runBody(arrays, body, offset, isa));
        for (int64_t i = 0; i < 8; ++i)
          for (int64_t j = 0; j < 40; ++j)
            ASSERT_EQ(arrays[1].values[i * 40 + j],
                      i < rows && j < columns
                          ? arrays[0].values[(i + 1) * columns + j]
                          : 0)
                << i << " " << j;
      }
  }
}

/// Rounding to nearest even, and what is no number.
TEST(Move, Rounding) {
  for (const char *elem : {"bf16", "f16"})
    for (const std::string &isa : isas()) {
      std::vector<Array> arrays{{"x", "f32", {17}}, {"y", elem, {17}, true}};
      arrays[0].values = {0,
                          -0.0,
                          1,
                          1.00390625,
                          1.01171875,
                          1.5,
                          INFINITY,
                          -INFINITY,
                          NAN,
                          3.4e38,
                          1e-41,
                          -65504,
                          65519,
                          65520,
                          1e-7,
                          -NAN,
                          0.3333333432674408};
      std::string body;
      int64_t offset = 0;
      std::string t = addTile(body, "t", "f32", {17}, offset);
      body += loadText(arrays[0], "t", t) + storeText(arrays[1], "t", t);
      ASSERT_TRUE(runBody(arrays, body, offset, isa));
      for (int i = 0; i < 17; ++i) {
        double want = roundTo(elem, arrays[0].values[i]);
        double got = arrays[1].values[i];
        if (std::isnan(want))
          EXPECT_TRUE(std::isnan(got)) << elem << " " << isa << " " << i;
        else
          EXPECT_EQ(got, want) << elem << " " << isa << " " << i;
      }
    }
}

} // namespace
