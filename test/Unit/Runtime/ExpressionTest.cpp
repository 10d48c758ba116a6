//===- ExpressionTest.cpp - Integer formulas ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Expression.h"

#include <gtest/gtest.h>
#include <limits>

using namespace seqmix::runtime;
using Kind = Expression::Kind;

namespace {

struct OneName : Scope {
  std::optional<int64_t> lookup(std::string_view name) const override {
    return name == "T" ? std::optional<int64_t>(65) : std::nullopt;
  }
};

Expression binary(Kind kind, int64_t lhs, int64_t rhs) {
  return Expression::make(
      kind, {Expression::makeInteger(lhs), Expression::makeInteger(rhs)});
}

int64_t valueOf(const Expression &expression) {
  int64_t value = 0;
  Error error = expression.evaluate(OneName(), value);
  EXPECT_FALSE(error) << error.getMessage();
  return value;
}

std::string failureOf(const Expression &expression) {
  int64_t value = 0;
  return expression.evaluate(OneName(), value).getMessage();
}

TEST(Expression, Operations) {
  EXPECT_EQ(valueOf(Expression::makeName("T")), 65);
  EXPECT_EQ(valueOf(binary(Kind::Add, 2, -3)), -1);
  EXPECT_EQ(valueOf(binary(Kind::Mul, 2, -3)), -6);
  EXPECT_EQ(valueOf(binary(Kind::Min, 2, -3)), -3);
  EXPECT_EQ(valueOf(binary(Kind::Max, 2, -3)), 2);
  EXPECT_EQ(valueOf(Expression::make(Kind::Mul, {Expression::makeInteger(3),
                                                 Expression::makeName("T"),
                                                 Expression::makeInteger(2)})),
            390);
}

TEST(Expression, DivisionsRoundDownAndUpForAllSigns) {
  for (int64_t a = -7; a <= 7; ++a)
    for (int64_t b : {-3, -2, -1, 1, 2, 3}) {
      int64_t down = valueOf(binary(Kind::Div, a, b));
      int64_t up = valueOf(binary(Kind::CeilDiv, a, b));
      EXPECT_LE(down * std::abs(b), b > 0 ? a : -a);
      EXPECT_GE(up * std::abs(b), b > 0 ? a : -a);
      EXPECT_EQ(up - down, a % b != 0);
    }
}

TEST(Expression, FailuresNameTheFormula) {
  int64_t least = std::numeric_limits<int64_t>::min();
  int64_t greatest = std::numeric_limits<int64_t>::max();
  EXPECT_NE(failureOf(binary(Kind::Div, 1, 0)).find("div(1, 0)"),
            std::string::npos);
  EXPECT_NE(failureOf(binary(Kind::CeilDiv, least, -1)), "");
  EXPECT_NE(failureOf(binary(Kind::Add, greatest, 1)), "");
  EXPECT_NE(failureOf(binary(Kind::Mul, greatest, 2)), "");
  EXPECT_NE(failureOf(Expression::makeName("S")).find("'S'"),
            std::string::npos);
}

} // namespace
