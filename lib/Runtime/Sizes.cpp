//===- Sizes.cpp - Run-time sizes from the shapes of arrays ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Sizes.h"
#include "Layout.h"

#include <utility>

using namespace seqmix::runtime;

Sizes::Sizes(const Manifest &manifest) : manifest(manifest) {
  for (const auto &[name, value] : manifest.params)
    values[name] = {value, "a parameter of the compiled operator"};
}

std::optional<int64_t> Sizes::lookup(std::string_view name) const {
  auto found = values.find(name);
  return found == values.end() ? std::nullopt
                               : std::optional(found->second.value);
}

/// "T = 128 (operand 'q', axis 1)".
std::string Sizes::describe(std::string_view name) const {
  auto found = values.find(name);
  if (found == values.end())
    return std::string(name) + " unknown";
  return std::string(name) + " = " + std::to_string(found->second.value) +
         " (" + found->second.source + ")";
}

Error Sizes::bind(const std::string &name, int64_t value,
                  const std::string &source) {
  if (value < 0)
    return Error::make(SEQMIX_STATUS_MISMATCH, "expected ", name,
                       " to be at least 0, found ", value, " (", source, ")");
  auto [known, isNew] = values.try_emplace(name, Value{value, source});
  if (!isNew && known->second.value != value)
    return Error::make(SEQMIX_STATUS_MISMATCH, "expected ", describe(name),
                       ", found ", value, " (", source, ")");
  return Error::success();
}

Error Sizes::bindShape(const ArraySpec &spec, const std::string &what,
                       const std::vector<int64_t> &shape) {
  if (shape.size() != spec.axes.size())
    return Error::make(SEQMIX_STATUS_MISMATCH, what, ": expected ",
                       spec.axes.size(), " axes ", spec.str(), ", found ",
                       shape.size(), " ", formatShape(shape));
  for (size_t i = 0; i < shape.size(); ++i) {
    const Axis &axis = spec.axes[i];
    std::string source = what + ", axis " + std::to_string(i) + " (" +
                         axis.str() + ") of " + formatShape(shape);
    if (!axis.name.empty()) {
      if (Error error = bind(axis.name, shape[i] - axis.offset, source))
        return error;
    } else if (shape[i] != axis.offset) {
      return Error::make(SEQMIX_STATUS_MISMATCH, source, ": expected ",
                         axis.offset, ", found ", shape[i]);
    }
  }
  return Error::success();
}

Error Sizes::propagate() {
  // Each round that changes something binds a name, so this ends.
  bool changed = true;
  while (changed) {
    changed = false;
    for (const Rule &rule : manifest.rules) {
      if (rule.kind != Rule::Kind::Equal)
        continue;
      std::string source = "by the rule " + rule.str();
      const std::string &lhs = rule.lhs.name;
      bool hadLhs = lookup(lhs).has_value();
      int64_t value = 0;
      if (Error error = rule.rhs.evaluate(*this, value)) {
        // The right side is unknown; a plain name follows from the left.
        if (!hadLhs || rule.rhs.kind != Expression::Kind::Name)
          continue;
        if (Error error = bind(rule.rhs.name, *lookup(lhs), source))
          return error;
        changed = true;
        continue;
      }
      if (Error error = bind(lhs, value, source))
        return error;
      changed |= !hadLhs;
    }
  }
  return Error::success();
}

Error Sizes::check() const {
  for (const auto *names : {&manifest.sizes, &manifest.derived})
    for (const std::string &name : *names)
      if (!lookup(name))
        return Error::make(SEQMIX_STATUS_MISMATCH, "the size ", name,
                           " is unknown: no array has it; set it");
  for (const Rule &rule : manifest.rules) {
    if (rule.kind != Rule::Kind::Divides)
      continue;
    int64_t divisor = 0, multiple = 0;
    if (Error error = rule.lhs.evaluate(*this, divisor))
      return error;
    if (Error error = rule.rhs.evaluate(*this, multiple))
      return error;
    if (divisor == 0 ? multiple == 0 : multiple % divisor == 0)
      continue;
    auto side = [&](const Expression &expression, int64_t value) {
      return expression.kind == Expression::Kind::Name
                 ? describe(expression.name)
                 : expression.str() + " = " + std::to_string(value);
    };
    return Error::make(SEQMIX_STATUS_MISMATCH, "expected ", rule.str(),
                       ", found ", side(rule.lhs, divisor), " and ",
                       side(rule.rhs, multiple));
  }
  return Error::success();
}

Error Sizes::checkRequired(const Entry &entry) const {
  for (const auto &[name, value] : entry.require)
    if (lookup(name) != value)
      return Error::make(SEQMIX_STATUS_MISMATCH, "the entry '", entry.form,
                         "' expects ", name, " = ", value, ", found ",
                         describe(name));
  return Error::success();
}

Error Sizes::getShape(const ArraySpec &spec,
                      std::vector<int64_t> &shape) const {
  shape.clear();
  for (const Axis &axis : spec.axes) {
    std::optional<int64_t> value = 0;
    if (!axis.name.empty())
      value = lookup(axis.name);
    if (!value)
      return Error::make(SEQMIX_STATUS_MISMATCH, "the size ", axis.name,
                         " of '", spec.name,
                         "' is unknown: no array has it; set it");
    int64_t extent = 0;
    if (__builtin_add_overflow(*value, axis.offset, &extent) || extent < 0)
      return Error::make(SEQMIX_STATUS_MISMATCH, "the axis ", axis.str(),
                         " of '", spec.name, "' is out of range for ",
                         describe(axis.name));
    shape.push_back(extent);
  }
  return Error::success();
}

Error Sizes::addDefaults(const Entry &entry) {
  const std::string source = "default";
  auto add = [&](const std::string &name, int64_t value) {
    if (lookup(name) || !(manifest.isSize(name) || manifest.isDerived(name)))
      return Error::success();
    if (Error error = bind(name, value, source))
      return error;
    return propagate();
  };
  if (Error error = propagate())
    return error;
  for (const auto &[name, value] : entry.require)
    if (Error error = add(name, value))
      return error;
  if (manifest.packed)
    if (Error error = add(manifest.packed->count, 8))
      return error;
  constexpr std::pair<const char *, int64_t> common[] = {
      {"B", 1}, {"T", 1024}, {"H", 4}};
  for (const auto &[name, value] : common)
    if (Error error = add(name, value))
      return error;
  // A divisor is by default its multiple, and the other way round.
  for (const Rule &rule : manifest.rules) {
    if (rule.kind != Rule::Kind::Divides)
      continue;
    const std::pair<const Expression *, const Expression *> directions[] = {
        {&rule.rhs, &rule.lhs}, {&rule.lhs, &rule.rhs}};
    for (const auto &[known, unknown] : directions) {
      int64_t value = 0;
      if (unknown->kind != Expression::Kind::Name)
        continue;
      if (Error error = known->evaluate(*this, value))
        continue;
      if (Error error = add(unknown->name, value))
        return error;
    }
  }
  // A key sequence of its own is by default as long as the other.
  if (std::optional<int64_t> length = lookup("T"))
    if (Error error = add("S", entry.require.empty() ? *length : 1024))
      return error;
  for (const std::string &name : manifest.sizes)
    if (Error error = add(name, 256))
      return error;
  return Error::success();
}
