//===- Expression.cpp - Integer formulas of a manifest --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Expression.h"

#include <algorithm>
#include <array>
#include <limits>

using namespace seqmix::runtime;

namespace {
struct Operation {
  Expression::Kind kind;
  const char *key;
};
} // namespace

static constexpr std::array<Operation, 6> operations = {{
    {Expression::Kind::Add, "add"},
    {Expression::Kind::Mul, "mul"},
    {Expression::Kind::Min, "min"},
    {Expression::Kind::Max, "max"},
    {Expression::Kind::Div, "div"},
    {Expression::Kind::CeilDiv, "ceildiv"},
}};

Expression Expression::makeInteger(int64_t value) {
  Expression result;
  result.kind = Kind::Integer;
  result.integer = value;
  return result;
}

Expression Expression::makeName(std::string name) {
  Expression result;
  result.kind = Kind::Name;
  result.name = std::move(name);
  return result;
}

Expression Expression::make(Kind kind, std::vector<Expression> operands) {
  Expression result;
  result.kind = kind;
  result.operands = std::move(operands);
  return result;
}

std::optional<Expression::Kind> Expression::parseKind(std::string_view key) {
  for (const Operation &operation : operations)
    if (key == operation.key)
      return operation.kind;
  return std::nullopt;
}

int64_t seqmix::runtime::floorDiv(int64_t dividend, int64_t divisor) {
  int64_t quotient = dividend / divisor;
  bool inexact = dividend % divisor != 0;
  return quotient - (inexact && (dividend < 0) != (divisor < 0));
}

int64_t seqmix::runtime::ceilDiv(int64_t dividend, int64_t divisor) {
  int64_t quotient = dividend / divisor;
  bool inexact = dividend % divisor != 0;
  return quotient + (inexact && (dividend < 0) == (divisor < 0));
}

/// Applies one operation to two values; false on overflow or division by zero.
static bool apply(Expression::Kind kind, int64_t lhs, int64_t rhs,
                  int64_t &value) {
  switch (kind) {
  case Expression::Kind::Add:
    return !__builtin_add_overflow(lhs, rhs, &value);
  case Expression::Kind::Mul:
    return !__builtin_mul_overflow(lhs, rhs, &value);
  case Expression::Kind::Min:
    value = std::min(lhs, rhs);
    return true;
  case Expression::Kind::Max:
    value = std::max(lhs, rhs);
    return true;
  case Expression::Kind::Div:
  case Expression::Kind::CeilDiv:
    if (rhs == 0 || (lhs == std::numeric_limits<int64_t>::min() && rhs == -1))
      return false;
    value =
        kind == Expression::Kind::Div ? floorDiv(lhs, rhs) : ceilDiv(lhs, rhs);
    return true;
  case Expression::Kind::Integer:
  case Expression::Kind::Name:
    break;
  }
  return false;
}

Error Expression::evaluate(const Scope &scope, int64_t &value) const {
  if (kind == Kind::Integer) {
    value = integer;
    return Error::success();
  }
  if (kind == Kind::Name) {
    std::optional<int64_t> found = scope.lookup(name);
    if (!found)
      return Error::make(SEQMIX_STATUS_MISMATCH, "'", name, "' has no value");
    value = *found;
    return Error::success();
  }
  for (size_t i = 0; i < operands.size(); ++i) {
    int64_t operand = 0;
    if (Error error = operands[i].evaluate(scope, operand))
      return error;
    if (i == 0)
      value = operand;
    else if (!apply(kind, value, operand, value))
      return Error::make(SEQMIX_STATUS_MISMATCH, "'", str(),
                         "' divides by zero or does not fit 64 bits");
  }
  return Error::success();
}

std::string Expression::str() const {
  if (kind == Kind::Integer)
    return std::to_string(integer);
  if (kind == Kind::Name)
    return name;
  std::string text;
  for (const Operation &operation : operations)
    if (operation.kind == kind)
      text = operation.key;
  text += '(';
  for (size_t i = 0; i < operands.size(); ++i)
    text += (i ? ", " : "") + operands[i].str();
  return text + ')';
}
