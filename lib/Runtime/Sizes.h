//===- Sizes.h - Run-time sizes from the shapes of arrays -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_SIZES_H
#define SEQMIX_LIB_RUNTIME_SIZES_H

#include "Error.h"
#include "Expression.h"
#include "Manifest.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seqmix::runtime {

/// The values of parameters, sizes and derived sizes, each with where it came
/// from, so that a disagreement can name both sides.
class Sizes : public Scope {
public:
  /// Starts with the parameters of `manifest`, which must outlive this.
  explicit Sizes(const Manifest &manifest);

  /// Gives `name` a value. MISMATCH if it has another, or if it is negative.
  Error bind(const std::string &name, int64_t value, const std::string &source);

  /// Binds every axis of an array ("operand 'q'") of this shape. MISMATCH.
  Error bindShape(const ArraySpec &spec, const std::string &what,
                  const std::vector<int64_t> &shape);

  /// Follows `equal` rules from known values to unknown ones. MISMATCH.
  Error propagate();

  /// Checks that every size is known and every rule holds. MISMATCH.
  Error check() const;

  /// Checks what an entry requires, e.g. T = 1. MISMATCH.
  Error checkRequired(const Entry &entry) const;

  /// The shape of an array, once its axes are known. MISMATCH.
  Error getShape(const ArraySpec &spec, std::vector<int64_t> &shape) const;

  /// Chooses values for the sizes that are still unknown; see
  /// seqmix_call_default_sizes.
  Error addDefaults(const Entry &entry);

  std::optional<int64_t> lookup(std::string_view name) const override;

private:
  struct Value {
    int64_t value;
    std::string source;
  };

  std::string describe(std::string_view name) const;

  const Manifest &manifest;
  std::map<std::string, Value, std::less<>> values;
};

/// A scope with one more name.
class ScopeWith : public Scope {
public:
  ScopeWith(const Scope &outer, std::string_view name, int64_t value)
      : outer(outer), name(name), value(value) {}

  std::optional<int64_t> lookup(std::string_view wanted) const override {
    return wanted == name ? std::optional(value) : outer.lookup(wanted);
  }

private:
  const Scope &outer;
  std::string_view name;
  int64_t value;
};

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_SIZES_H
