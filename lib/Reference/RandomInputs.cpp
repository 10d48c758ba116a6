//===- RandomInputs.cpp - Operands drawn from their domains ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Numbers are made by operations that IEEE 754 defines to the last bit, so that
// a seed gives the same ones with every library.
//
//===----------------------------------------------------------------------===//

#include "seqmix/Reference/RandomInputs.h"
#include "seqmix/Reference/Elements.h"
#include "seqmix/Reference/Signature.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

namespace {

class Generator {
public:
  Generator(uint64_t seed, uint64_t stream)
      : engine((seed + 1) * 0x9E3779B97F4A7C15 + stream) {}

  /// In [0, 1).
  double uniform() { return static_cast<double>(engine() >> 11) * 0x1p-53; }

  /// In [0, n).
  int64_t below(int64_t n) { return static_cast<int64_t>(uniform() * n); }

  /// The sum of twelve uniform numbers: of mean 0, deviation 1, within ±6.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i)
      sum += uniform();
    return sum;
  }

private:
  std::mt19937_64 engine;
};

/// Draws one operand.
class Drawer {
public:
  Drawer(seq::OperatorOp op, unsigned operand, const Sizes &sizes,
         const DrawOptions &options, Array &array)
      : op(op), domain(cast<DictionaryAttr>(op.getOperandDomains()[operand])),
        name(cast<StringAttr>(op.getOperandNames()[operand]).getValue()),
        sizes(sizes), extremes(options.extremes), array(array),
        generator(options.seed, operand) {}

  LogicalResult draw(Type element);

private:
  template <typename Next> LogicalResult fill(Next next) {
    for (double &number : array.data)
      number = next();
    return success();
  }
  InFlightDiagnostic emitError() {
    return op.emitError() << "domain of operand '" << name << "': ";
  }
  FailureOr<std::pair<double, double>> getBounds(Attribute value);
  LogicalResult drawUnit(StringRef axis);
  LogicalResult drawNonpositive();
  LogicalResult drawRange(double low, double high);
  LogicalResult drawIntegers(double low, double high, bool isSorted);

  seq::OperatorOp op;
  DictionaryAttr domain;
  StringRef name;
  const Sizes &sizes;
  bool extremes;
  Array &array;
  Generator generator;
};

} // namespace

/// Two bounds: numbers or names of sizes.
FailureOr<std::pair<double, double>> Drawer::getBounds(Attribute value) {
  auto list = dyn_cast<ArrayAttr>(value);
  if (!list || list.size() != 2)
    return emitError() << "expected [a, b], found " << value;
  double bounds[2];
  for (auto [bound, attribute] : llvm::zip(bounds, list)) {
    if (auto number = dyn_cast<FloatAttr>(attribute)) {
      bound = number.getValueAsDouble();
      continue;
    }
    if (auto number = dyn_cast<IntegerAttr>(attribute)) {
      bound = static_cast<double>(number.getInt());
      continue;
    }
    auto text = dyn_cast<StringAttr>(attribute);
    auto it = sizes.find(text ? text.str() : "");
    if (it == sizes.end())
      return emitError() << "expected a number or the name of a size, found "
                         << attribute;
    bound = static_cast<double>(it->second);
  }
  return std::pair(bounds[0], bounds[1]);
}

/// Normal vectors along an axis, scaled to norm 1.
LogicalResult Drawer::drawUnit(StringRef axis) {
  auto it = llvm::find(array.axes, axis);
  if (it == array.axes.end())
    return emitError() << "expected one of its axes, found \"" << axis << "\"";
  size_t dim = it - array.axes.begin();
  int64_t extent = array.shape[dim], stride = 1;
  for (int64_t inner : ArrayRef(array.shape).drop_front(dim + 1))
    stride *= inner;
  int64_t elements = array.data.size();
  for (int64_t i = 0; i < elements; ++i) {
    // Vectors start where the index on the axis is 0.
    if (i / stride % extent != 0)
      continue;
    double squares = 0;
    for (int64_t k = 0; k < extent; ++k) {
      double number = generator.normal();
      array.data[i + k * stride] = number;
      squares += number * number;
    }
    bool isZero = extremes && generator.below(8) == 0;
    double scale = isZero || squares == 0 ? 0.0 : 1.0 / std::sqrt(squares);
    for (int64_t k = 0; k < extent; ++k)
      array.data[i + k * stride] *= scale;
  }
  return success();
}

LogicalResult Drawer::drawNonpositive() {
  if (extremes) {
    const double values[] = {0.0, -1e-6, -20.0, -100.0,
                             -std::numeric_limits<double>::infinity()};
    return fill([&] { return values[generator.below(5)]; });
  }
  int64_t last = array.shape.empty() ? 1 : array.shape.back();
  std::vector<double> scales(last);
  // Uniform in the exponent, and inside each power of two.
  for (double &scale : scales)
    scale = std::ldexp(1 + generator.uniform(), generator.below(12) - 10);
  for (size_t i = 0; i < array.data.size(); ++i)
    array.data[i] = -std::fabs(generator.normal()) * scales[i % last];
  return success();
}

LogicalResult Drawer::drawRange(double low, double high) {
  if (!(low <= high))
    return emitError() << "expected low ≤ high, found [" << low << ", " << high
                       << "]";
  if (!extremes)
    return fill([&] { return low + (high - low) * generator.uniform(); });
  std::vector<double> values = {low, high};
  for (double x = std::floor(low) + 1; x < high && values.size() < 16; ++x)
    values.push_back(x);
  return fill([&] { return values[generator.below(values.size())]; });
}

LogicalResult Drawer::drawIntegers(double low, double high, bool isSorted) {
  if (!(low < high) && !array.data.empty())
    return emitError() << "expected low < high, found [" << low << ", " << high
                       << ")";
  (void)fill([&] {
    double ends[] = {low, high - 1};
    if (extremes && generator.below(2) == 0)
      return ends[generator.below(2)];
    return std::floor(low + (high - low) * generator.uniform());
  });
  if (!isSorted || array.data.empty())
    return success();
  int64_t row = array.shape.empty() ? 1 : array.shape.back();
  for (auto it = array.data.begin(); it != array.data.end(); it += row)
    std::sort(it, it + row);
  return success();
}

LogicalResult Drawer::draw(Type element) {
  if (auto axis = domain.getAs<StringAttr>("unit"))
    return drawUnit(axis);
  // Of the last axis, unless it says which.
  if (domain.getAs<UnitAttr>("unit") && !array.axes.empty())
    return drawUnit(array.axes.back());
  if (domain.contains("nonpositive"))
    return drawNonpositive();
  for (StringRef kind : {"range", "integer", "sorted", "normal"}) {
    Attribute value = domain.get(kind);
    if (!value)
      continue;
    FailureOr<std::pair<double, double>> bounds = getBounds(value);
    if (failed(bounds))
      return failure();
    auto [first, second] = *bounds;
    if (kind == "range")
      return drawRange(first, second);
    if (kind != "normal")
      return drawIntegers(first, second, kind == "sorted");
    return fill([&, mean = first, deviation = second] {
      return mean + deviation * generator.normal();
    });
  }
  if (auto name = domain.getAs<StringAttr>("fan_in")) {
    auto it = sizes.find(name.str());
    if (it == sizes.end() || it->second <= 0)
      return emitError() << "expected fan_in to name a parameter, found "
                         << name;
    double deviation = 1 / std::sqrt(static_cast<double>(it->second));
    return fill([&, deviation] { return deviation * generator.normal(); });
  }
  if (!domain.empty())
    return emitError() << "expected unit, nonpositive, range, normal, fan_in, "
                          "integer or sorted, found "
                       << domain;
  if (element.isInteger())
    return fill([] { return 0.0; });
  return fill([&] { return generator.normal(); });
}

/// Multiplies an array by another, over some of the same axes in any order. 0
/// times infinity is 0 here: numbers are drawn.
static void multiply(Array &array, const Array &other) {
  // How far an axis of `array` leads in `other`.
  std::vector<int64_t> strides(array.axes.size(), 0);
  int64_t stride = 1;
  for (size_t i = other.axes.size(); i-- > 0; stride *= other.shape[i])
    strides[llvm::find(array.axes, other.axes[i]) - array.axes.begin()] =
        stride;
  for (auto [i, number] : llvm::enumerate(array.data)) {
    int64_t offset = 0, rest = i;
    for (size_t axis = array.axes.size(); axis-- > 0;) {
      offset += rest % array.shape[axis] * strides[axis];
      rest /= array.shape[axis];
    }
    number = other.data[offset] == 0 || number == 0
                 ? 0
                 : number * other.data[offset];
  }
}

/// Draws the operands that the operator itself has.
static FailureOr<std::vector<Array>>
drawAll(seq::OperatorOp op, const Signature &signature, const Sizes &sizes,
        const DrawOptions &options, Sizes &all) {
  all = signature.params;
  for (const std::string &size : signature.sizes) {
    auto it = sizes.find(size);
    if (it == sizes.end() || it->second < 0)
      return op.emitError() << "size '" << size << "': expected a value of at "
                            << "least 0, found "
                            << (it == sizes.end() ? "none" : "a negative one");
    all[size] = it->second;
  }
  for (const auto &[name, other] : signature.equals)
    all[name] = all.at(other);
  std::vector<Array> operands;
  size_t count = op.getOperandNames().size();
  for (auto [i, declaration] :
       llvm::enumerate(ArrayRef(signature.operands).take_front(count))) {
    Array &array = operands.emplace_back(makeArray(declaration, all));
    if (failed(Drawer(op, i, all, options, array).draw(declaration.element)))
      return failure();
    if (std::optional<unsigned> other = op.getDrawnOf(i))
      multiply(array, operands[*other]);
    roundToElements(declaration.element, array.data);
  }
  return operands;
}

FailureOr<std::vector<Array>>
seqmix::reference::drawOperands(seq::OperatorOp op, const Sizes &sizes,
                                const DrawOptions &options) {
  Sizes all;
  return drawAll(op, getSignature(op), sizes, options, all);
}

/// Cuts `total` tokens into `count` sequences: a third are empty, a third have
/// one token, and the others share the rest.
static std::vector<double> drawOffsets(int64_t count, int64_t total,
                                       Generator &generator) {
  std::vector<int64_t> lengths(count, 0);
  std::vector<int64_t> others;
  int64_t rest = total;
  for (int64_t n = 0; n < count; ++n) {
    int64_t kind = generator.below(3);
    if (kind == 1 && rest > 0)
      --rest, lengths[n] = 1;
    if (kind == 2)
      others.push_back(n);
  }
  if (others.empty() && count > 0)
    others.push_back(generator.below(count));
  std::vector<int64_t> cuts = {0, rest};
  for (size_t i = 1; i < others.size(); ++i)
    cuts.push_back(generator.below(rest + 1));
  std::sort(cuts.begin(), cuts.end());
  for (auto [i, n] : llvm::enumerate(others))
    lengths[n] += cuts[i + 1] - cuts[i];
  std::vector<double> offsets = {0};
  for (int64_t length : lengths)
    offsets.push_back(offsets.back() + length);
  return offsets;
}

FailureOr<std::vector<Array>>
seqmix::reference::drawPacked(seq::OperatorOp op, const Sizes &sizes,
                              const DrawOptions &options) {
  FailureOr<seq::Packing> packing = seq::getPacking(op);
  if (failed(packing))
    return failure();
  Signature signature = getSignature(op, *packing);
  Sizes all;
  FailureOr<std::vector<Array>> operands =
      drawAll(op, signature, sizes, options, all);
  if (failed(operands))
    return failure();
  int64_t count = all.at(packing->count.getValue().str());
  int64_t total = all.at(packing->total.getValue().str());
  if (count == 0 && total > 0)
    return op.emitError() << "expected no tokens in no sequences, found "
                          << total;
  Array &offsets =
      operands->emplace_back(makeArray(signature.operands.back(), all));
  Generator generator(options.seed, operands->size());
  offsets.data = drawOffsets(count, total, generator);
  return operands;
}
