//===- DrawTest.cpp - Operands drawn from their domains -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Draw.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

using namespace seqmix::runtime;

namespace {

class Draw : public testing::Test {
protected:
  template <typename T>
  std::vector<T> drawn(Domain domain, std::vector<int64_t> shape,
                       uint64_t seed = 1, const BoundArray *of = nullptr) {
    spec.name = "x";
    spec.dtype = std::is_same_v<T, float> ? SEQMIX_F32 : SEQMIX_I32;
    spec.domain = domain;
    BoundArray array{&spec, nullptr, Layout::contiguous(shape)};
    std::vector<T> values(static_cast<size_t>(array.layout.getElements()));
    array.data = values.data();
    Error error = draw(array, of, sizes, seed);
    message = error.getMessage();
    return values;
  }

  Manifest manifest;
  Sizes sizes{manifest};
  ArraySpec spec;
  std::string message;
};

Domain make(Domain::Kind kind, Bound low = 0.0, Bound high = 1.0) {
  Domain domain;
  domain.kind = kind;
  domain.low = low;
  domain.high = high;
  return domain;
}

TEST_F(Draw, Normal) {
  std::vector<float> values =
      drawn<float>(make(Domain::Kind::Normal, 3.0, 2.0), {20000});
  double sum = 0, squares = 0;
  for (float value : values) {
    sum += value;
    squares += (value - 3.0) * (value - 3.0);
  }
  EXPECT_NEAR(sum / 20000, 3.0, 0.1);
  EXPECT_NEAR(std::sqrt(squares / 20000), 2.0, 0.1);
}

TEST_F(Draw, UnitAlongAnyAxis) {
  for (size_t axis : {0, 1, 2}) {
    Domain domain = make(Domain::Kind::Unit);
    domain.axis = axis;
    std::vector<int64_t> shape = {3, 4, 5};
    std::vector<float> values = drawn<float>(domain, shape);
    std::vector<double> squares(60, 0.0);
    for (size_t i = 0; i < 60; ++i) {
      size_t index[] = {i / 20, i / 5 % 4, i % 5};
      index[axis] = 0;
      squares[index[0] * 20 + index[1] * 5 + index[2]] +=
          double(values[i]) * values[i];
    }
    int64_t vectors = 0;
    for (double square : squares) {
      if (square == 0)
        continue;
      EXPECT_NEAR(square, 1.0, 1e-6);
      ++vectors;
    }
    EXPECT_EQ(vectors, 60 / shape[axis]);
  }
}

TEST_F(Draw, Intervals) {
  for (float value : drawn<float>(make(Domain::Kind::Nonpositive), {1000})) {
    EXPECT_LE(value, 0.0f);
    EXPECT_TRUE(std::isfinite(value));
  }
  for (float value :
       drawn<float>(make(Domain::Kind::Range, -2.0, -1.5), {1000})) {
    EXPECT_GE(value, -2.0f);
    EXPECT_LE(value, -1.5f);
  }
  ASSERT_FALSE(sizes.bind("S", 3, "test"));
  std::vector<int32_t> values =
      drawn<int32_t>(make(Domain::Kind::Integer, Expression::makeInteger(0),
                          Expression::makeName("S")),
                     {1000});
  for (int32_t expected : {0, 1, 2})
    EXPECT_NE(std::count(values.begin(), values.end(), expected), 0);
  EXPECT_EQ(*std::max_element(values.begin(), values.end()), 2);
}

TEST_F(Draw, SortedRowByRow) {
  std::vector<int32_t> values =
      drawn<int32_t>(make(Domain::Kind::Sorted, 0.0, 50.0), {4, 100});
  for (size_t row = 0; row < 4; ++row)
    EXPECT_TRUE(std::is_sorted(values.begin() + row * 100,
                               values.begin() + (row + 1) * 100));
  EXPECT_FALSE(std::is_sorted(values.begin(), values.end()));
}

TEST_F(Draw, MultiplesOfAnotherOperand) {
  // A fixed factor, over the same axes and one more in another order.
  std::vector<uint16_t> bits = {0x3F80, 0xBF80, 0x4000,
                                0x0000, 0x4080, 0xC100}; // 1 −1 2 / 0 4 −8
  ArraySpec otherSpec;
  otherSpec.dtype = SEQMIX_BF16;
  otherSpec.axisNames = {"H", "K"};
  // Rows with room between them.
  bits.insert(bits.begin() + 3, {0x7FC0, 0x7FC0});
  BoundArray other{&otherSpec, bits.data(), {{2, 3}, {5, 1}}};
  spec.axisNames = {"K", "T", "H"};
  std::vector<float> values =
      drawn<float>(make(Domain::Kind::Range, -0.5, -0.5), {3, 2, 2}, 1, &other);
  EXPECT_EQ(values, (std::vector<float>{-0.5, 0, -0.5, 0, 0.5, -2, 0.5, -2, -1,
                                        4, -1, 4}));
  // f16, and one number for all.
  uint16_t half = 0xC200; // −3
  otherSpec.dtype = SEQMIX_F16;
  otherSpec.axisNames = {};
  other = {&otherSpec, &half, {}};
  values =
      drawn<float>(make(Domain::Kind::Normal, 1.0, 0.0), {3, 2, 2}, 1, &other);
  EXPECT_EQ(values, std::vector<float>(12, -3.0f));
}

TEST_F(Draw, SeedDecides) {
  Domain domain = make(Domain::Kind::Normal);
  EXPECT_EQ(drawn<float>(domain, {50}, 7), drawn<float>(domain, {50}, 7));
  EXPECT_NE(drawn<float>(domain, {50}, 7), drawn<float>(domain, {50}, 8));
}

TEST_F(Draw, EmptyIntervalsAndUnknownNames) {
  drawn<int32_t>(make(Domain::Kind::Integer, 0.0, 0.0), {2});
  EXPECT_NE(message.find("no integer"), std::string::npos);
  drawn<int32_t>(make(Domain::Kind::Integer, 0.0, Expression::makeName("Z")),
                 {2});
  EXPECT_NE(message.find("'Z' has no value"), std::string::npos);
  drawn<int32_t>(make(Domain::Kind::Sorted, 0.0, 0.0), {0, 1 << 20});
  EXPECT_EQ(message, "");
}

} // namespace
