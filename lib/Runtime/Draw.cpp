//===- Draw.cpp - Operands drawn from their domains -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The generator and the distributions are written out, so that a seed gives the
// same numbers with every standard library.
//
//===----------------------------------------------------------------------===//

#include "Draw.h"
#include "Element.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

using namespace seqmix::runtime;

namespace {

/// SplitMix64.
class Generator {
public:
  explicit Generator(uint64_t seed) : state(seed) {}

  uint64_t next() {
    uint64_t z = state += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  /// In [0, 1).
  double nextUniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  /// Of mean 0 and deviation 1, by Box and Muller.
  double nextNormal() {
    double radius = std::sqrt(-2.0 * std::log1p(-nextUniform()));
    return radius * std::cos(2.0 * std::numbers::pi * nextUniform());
  }

private:
  uint64_t state;
};

/// One array being drawn.
class Drawer {
public:
  Drawer(const BoundArray &array, const BoundArray *of, const Sizes &sizes,
         uint64_t seed)
      : spec(*array.spec), data(array.data), layout(array.layout),
        elements(layout.getElements()), of(of), sizes(sizes), generator(seed) {
    for (size_t i = 0; of && i < of->spec->axisNames.size(); ++i)
      for (size_t axis = 0; axis < spec.axisNames.size(); ++axis)
        if (spec.axisNames[axis] == of->spec->axisNames[i]) {
          strides.resize(spec.axisNames.size(), 0);
          strides[axis] = of->layout.strides[i];
        }
  }

  Error run();

private:
  Error getBound(const Bound &bound, double &value) const;
  Error fillIntegers(double low, double high, bool isSorted);
  void fillOffsets(double low, double high);
  void fillUnit(size_t axis);

  /// The element of `of` at the place of an element of the array, 1 if there
  /// is no such operand.
  double getOther(int64_t index) const {
    if (!of)
      return 1;
    int64_t offset = 0;
    for (size_t axis = strides.size(); axis-- > 0; index /= layout.shape[axis])
      offset += index % layout.shape[axis] * strides[axis];
    if (of->spec->dtype == SEQMIX_F32)
      return static_cast<const float *>(of->data)[offset];
    uint16_t bits = static_cast<const uint16_t *>(of->data)[offset];
    return of->spec->dtype == SEQMIX_BF16 ? fromBF16(bits) : fromF16(bits);
  }

  void store(int64_t index, double value) {
    value *= getOther(index);
    switch (spec.dtype) {
    case SEQMIX_F32:
      static_cast<float *>(data)[index] = static_cast<float>(value);
      break;
    case SEQMIX_BF16:
      static_cast<uint16_t *>(data)[index] = toBF16(static_cast<float>(value));
      break;
    case SEQMIX_F16:
      static_cast<uint16_t *>(data)[index] = toF16(static_cast<float>(value));
      break;
    case SEQMIX_I32:
      static_cast<int32_t *>(data)[index] = static_cast<int32_t>(
          std::clamp(std::floor(value), -2147483648.0, 2147483647.0));
      break;
    case SEQMIX_DTYPE_LIMIT:
      break;
    }
  }

  template <typename Next> void fill(Next next) {
    for (int64_t i = 0; i < elements; ++i)
      store(i, next());
  }

  const ArraySpec &spec;
  void *data;
  const Layout &layout;
  int64_t elements;
  const BoundArray *of;
  /// How far a step along each axis leads in `of`.
  std::vector<int64_t> strides;
  const Sizes &sizes;
  Generator generator;
};

} // namespace

Error Drawer::getBound(const Bound &bound, double &value) const {
  if (const double *number = std::get_if<double>(&bound)) {
    value = *number;
    return Error::success();
  }
  int64_t integer = 0;
  if (Error error = std::get<Expression>(bound).evaluate(sizes, integer))
    return Error::make(error.getCode(), "the domain of operand '", spec.name,
                       "': ", error.getMessage());
  value = static_cast<double>(integer);
  return Error::success();
}

Error Drawer::run() {
  // From here on every extent is at most the number of elements in memory.
  if (elements == 0)
    return Error::success();
  if (!spec.domain) {
    if (spec.dtype == SEQMIX_I32)
      fill([] { return 0.0; });
    else
      fill([&] { return generator.nextNormal(); });
    return Error::success();
  }
  double low = 0, high = 0;
  if (Error error = getBound(spec.domain->low, low))
    return error;
  if (Error error = getBound(spec.domain->high, high))
    return error;
  switch (spec.domain->kind) {
  case Domain::Kind::Normal:
    fill([&] { return low + high * generator.nextNormal(); });
    break;
  case Domain::Kind::Unit:
    fillUnit(spec.domain->axis);
    break;
  case Domain::Kind::Nonpositive:
    // Log gates: exp of a value is uniform.
    fill([&] { return std::log1p(-generator.nextUniform()); });
    break;
  case Domain::Kind::Range:
    fill([&] { return low + (high - low) * generator.nextUniform(); });
    break;
  case Domain::Kind::Integer:
    return fillIntegers(low, high, /*isSorted=*/false);
  case Domain::Kind::Sorted:
    return fillIntegers(low, high, /*isSorted=*/true);
  case Domain::Kind::Offsets:
    fillOffsets(low, high);
    break;
  }
  return Error::success();
}

Error Drawer::fillIntegers(double low, double high, bool isSorted) {
  if (!(low < high))
    return Error::make(SEQMIX_STATUS_MISMATCH, "the domain of operand '",
                       spec.name,
                       "' has no integer: expected low < high, "
                       "found low = ",
                       low, ", high = ", high);
  int64_t row = layout.shape.empty() ? 1 : layout.shape.back();
  std::vector<double> values(isSorted ? static_cast<size_t>(row) : 1);
  for (int64_t i = 0; i < elements; i += static_cast<int64_t>(values.size())) {
    for (double &value : values)
      value = std::floor(low + (high - low) * generator.nextUniform());
    // Sorted along the last axis, sequence by sequence.
    std::sort(values.begin(), values.end());
    for (size_t j = 0; j < values.size(); ++j)
      store(i + static_cast<int64_t>(j), values[j]);
  }
  return Error::success();
}

void Drawer::fillOffsets(double low, double high) {
  std::vector<double> values(static_cast<size_t>(elements));
  for (double &value : values)
    value = std::floor(low + (high - low + 1) * generator.nextUniform());
  std::sort(values.begin(), values.end());
  values.front() = low;
  // Alone, it is where nothing both begins and ends.
  if (values.size() > 1)
    values.back() = high;
  for (int64_t i = 0; i < elements; ++i)
    store(i, values[static_cast<size_t>(i)]);
}

/// Draws vectors along `axis` that are normal and then scaled to norm 1.
void Drawer::fillUnit(size_t axis) {
  int64_t extent = layout.shape[axis], stride = layout.strides[axis];
  std::vector<double> vector(static_cast<size_t>(extent));
  int64_t block = extent * stride;
  for (int64_t first = 0; first < elements; first += block)
    for (int64_t offset = first; offset < first + stride; ++offset) {
      double squares = 0;
      for (double &value : vector) {
        value = generator.nextNormal();
        squares += value * value;
      }
      double scale = squares > 0 ? 1.0 / std::sqrt(squares) : 0.0;
      for (int64_t i = 0; i < extent; ++i)
        store(offset + i * stride, vector[static_cast<size_t>(i)] * scale);
    }
}

Error seqmix::runtime::draw(const BoundArray &array, const BoundArray *of,
                            const Sizes &sizes, uint64_t seed) {
  return Drawer(array, of, sizes, seed).run();
}
