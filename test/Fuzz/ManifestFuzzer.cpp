//===- ManifestFuzzer.cpp - Any text as a manifest ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What parseManifest accepts must be safe to use: its formulas are evaluated,
// its sizes inferred, its names looked up.
//
//===----------------------------------------------------------------------===//

#include "lib/Runtime/Manifest.h"
#include <cstdio>
#include <cstdlib>

using namespace seqmix::runtime;

namespace {

/// Gives every name the same value.
class Constant : public Scope {
public:
  explicit Constant(int64_t value) : value(value) {}
  std::optional<int64_t> lookup(std::string_view) const override {
    return value;
  }

private:
  int64_t value;
};

void evaluate(const Expression &expression) {
  for (int64_t value : {int64_t(0), int64_t(1), int64_t(-1), int64_t(100),
                        INT64_MAX, INT64_MIN}) {
    int64_t result = 0;
    Error error = expression.evaluate(Constant(value), result);
    if (error && error.getMessage().empty())
      std::abort();
  }
  if (expression.str().empty())
    std::abort();
}

/// `before` is how many operands stand before an array.
void use(const ArraySpec &array, size_t before) {
  if (array.axisPointers.size() != array.axes.size() || array.str().empty())
    std::abort();
  if (!array.domain)
    return;
  for (const Bound *bound : {&array.domain->low, &array.domain->high})
    if (const auto *formula = std::get_if<Expression>(bound))
      evaluate(*formula);
  if (array.domain->kind == Domain::Kind::Unit &&
      array.domain->axis >= array.axes.size())
    std::abort();
  // What is drawn from another operand comes after it.
  if (array.domain->of && *array.domain->of >= before)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  Manifest manifest;
  if (Error error = parseManifest(text, "folder/op.json", manifest)) {
    if (error.getMessage().empty())
      std::abort();
    return 0;
  }
  for (const Rule &rule : manifest.rules) {
    evaluate(rule.lhs);
    evaluate(rule.rhs);
    if (rule.str().empty())
      std::abort();
  }
  for (size_t i = 0; i < manifest.operands.size(); ++i)
    use(manifest.operands[i], i);
  for (const ArraySpec &result : manifest.results)
    use(result, manifest.operands.size());
  for (const Entry &entry : manifest.entries) {
    evaluate(entry.workspace);
    for (const Launch &launch : entry.launches) {
      evaluate(launch.shared);
      for (size_t i = 0; i < 3; ++i) {
        evaluate(launch.grid[i]);
        evaluate(launch.block[i]);
      }
    }
    const Entry *found = nullptr;
    if (manifest.findEntry(entry.symbol, found) || !found)
      std::abort();
  }
  const Entry *none = nullptr;
  for (const char *name : {"", "main", "step", "no such entry"})
    if (Error error = manifest.findEntry(name, none);
        error && error.getMessage().empty())
      std::abort();
  return 0;
}
