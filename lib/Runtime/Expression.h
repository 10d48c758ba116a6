//===- Expression.h - Integer formulas of a manifest ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_EXPRESSION_H
#define SEQMIX_LIB_RUNTIME_EXPRESSION_H

#include "Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seqmix::runtime {

/// Where an expression finds the values of names.
class Scope {
public:
  virtual ~Scope() = default;
  virtual std::optional<int64_t> lookup(std::string_view name) const = 0;
};

/// An integer, a name, or an operation on expressions (docs/ABI.md).
struct Expression {
  enum class Kind { Integer, Name, Add, Mul, Min, Max, Div, CeilDiv };

  Kind kind = Kind::Integer;
  int64_t integer = 0;
  std::string name;
  std::vector<Expression> operands;

  static Expression makeInteger(int64_t value);
  static Expression makeName(std::string name);
  static Expression make(Kind kind, std::vector<Expression> operands);

  /// The operation that a manifest calls `key`: "add", "mul", ...
  static std::optional<Kind> parseKind(std::string_view key);

  /// Computes the value in `scope`. Fails with MISMATCH on a name without a
  /// value, a division by zero, or a result outside int64_t.
  Error evaluate(const Scope &scope, int64_t &value) const;

  /// "ceildiv(T, 64)", for messages.
  std::string str() const;
};

/// Quotients rounded down and up. `divisor` must not be 0, nor the quotient
/// overflow.
int64_t floorDiv(int64_t dividend, int64_t divisor);
int64_t ceilDiv(int64_t dividend, int64_t divisor);

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_EXPRESSION_H
