//===- Signature.cpp - Arrays, sizes and rules of a program ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Reference/Signature.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"

#include <limits>

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

//===----------------------------------------------------------------------===//
// Reading the ops
//===----------------------------------------------------------------------===//

Attribute seqmix::reference::resolveParameter(DictionaryAttr params,
                                              StringRef name) {
  Attribute value = params.get(name);
  // A chain of aliases is no longer than the list.
  for (size_t i = 0; i < params.size(); ++i)
    if (auto alias = dyn_cast_or_null<FlatSymbolRefAttr>(value))
      value = params.get(alias.getValue());
  return value;
}

/// The parts that both ops call by one name.
template <typename Op> static Signature getCommonSignature(Op op) {
  Signature signature;
  signature.op = op;
  for (Attribute size : op.getSizes())
    signature.sizes.push_back(cast<StringAttr>(size).getValue().str());
  for (NamedAttribute param : op.getParams())
    if (auto value = dyn_cast_or_null<IntegerAttr>(
            resolveParameter(op.getParams(), param.getName())))
      signature.params[param.getName().str()] = value.getInt();
  for (NamedAttribute rule : op.getDivides())
    signature.divides[rule.getName().str()] =
        cast<StringAttr>(rule.getValue()).getValue().str();
  for (NamedAttribute rule : op.getEquals())
    signature.equals[rule.getName().str()] =
        cast<StringAttr>(rule.getValue()).getValue().str();
  return signature;
}

Signature seqmix::reference::getSignature(seq::OperatorOp op) {
  Signature signature = getCommonSignature(op);
  auto declare = [&](std::vector<ArrayDeclaration> &arrays, ArrayAttr names,
                     ArrayAttr types) {
    for (auto [name, type] : llvm::zip(names, types)) {
      ArrayDeclaration &array = arrays.emplace_back();
      auto arrayType = cast<seq::ArrayType>(cast<TypeAttr>(type).getValue());
      array.name = cast<StringAttr>(name).getValue().str();
      for (StringAttr axis : arrayType.getAxes())
        array.axes.push_back(axis.getValue().str());
      array.element = arrayType.getElementType();
      if (auto parameter = dyn_cast<seq::ElemType>(array.element))
        if (auto resolved = dyn_cast_or_null<TypeAttr>(
                resolveParameter(op.getParams(), parameter.getName())))
          array.element = resolved.getValue();
    }
  };
  declare(signature.operands, op.getOperandNames(), op.getOperandTypes());
  declare(signature.results, op.getResultNames(), op.getResultTypes());
  return signature;
}

Signature seqmix::reference::getSignature(seq::OperatorOp op,
                                          const seq::Packing &packing) {
  Signature signature = getSignature(op);
  auto toStrings = [](ArrayAttr names) {
    std::vector<std::string> strings;
    for (Attribute name : names)
      strings.push_back(cast<StringAttr>(name).getValue().str());
    return strings;
  };
  signature.sizes = toStrings(packing.getSizes(op));
  signature.equals.clear();
  for (NamedAttribute rule : packing.getEquals(op))
    signature.equals[rule.getName().str()] =
        cast<StringAttr>(rule.getValue()).getValue().str();
  auto pack = [&](std::vector<ArrayDeclaration> &arrays, ArrayAttr types) {
    for (auto [array, type] : llvm::zip(arrays, types)) {
      auto arrayType = cast<seq::ArrayType>(cast<TypeAttr>(type).getValue());
      array.axes.clear();
      for (StringAttr axis : packing.getAxes(op, arrayType))
        array.axes.push_back(axis.getValue().str());
    }
  };
  pack(signature.operands, op.getOperandTypes());
  pack(signature.results, op.getResultTypes());
  signature.operands.push_back({packing.offsets.str(),
                                {packing.count.getValue().str() + " + 1"},
                                IntegerType::get(op.getContext(), 32)});
  return signature;
}

Signature seqmix::reference::getSignature(kernel::EntryOp op) {
  Signature signature = getCommonSignature(op);
  for (Attribute attribute : op.getArrays()) {
    auto dictionary = cast<DictionaryAttr>(attribute);
    ArrayDeclaration &array = dictionary.contains("result")
                                  ? signature.results.emplace_back()
                                  : signature.operands.emplace_back();
    array.name = dictionary.getAs<StringAttr>("name").getValue().str();
    for (Attribute axis : dictionary.getAs<ArrayAttr>("axes"))
      array.axes.push_back(cast<StringAttr>(axis).getValue().str());
    array.element = dictionary.getAs<TypeAttr>("elem").getValue();
  }
  return signature;
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

static std::string joinAxes(ArrayRef<std::string> axes) {
  return "[" + llvm::join(axes, ", ") + "]";
}

namespace {

/// A size with what gave it, for messages.
struct KnownSize {
  int64_t value;
  std::string source;
};

class SizeInference {
public:
  explicit SizeInference(const Signature &signature) : signature(signature) {}

  LogicalResult addOperand(const ArrayDeclaration &declaration,
                           const Array &array);
  LogicalResult finish(Sizes &sizes);

  std::map<std::string, KnownSize> known;

private:
  InFlightDiagnostic emitError() {
    return mlir::emitError(signature.op->getLoc());
  }

  const Signature &signature;
};

} // namespace

LogicalResult SizeInference::addOperand(const ArrayDeclaration &declaration,
                                        const Array &array) {
  if (array.shape.size() != declaration.axes.size())
    return emitError() << "operand '" << declaration.name << "': expected rank "
                       << declaration.axes.size() << " "
                       << joinAxes(declaration.axes) << ", found rank "
                       << array.shape.size()
                       << "; give an array with these axes in this order";
  int64_t elements = 1;
  for (auto [axisText, stored] : llvm::zip(declaration.axes, array.shape)) {
    elements *= stored;
    auto [axisName, more] = kernel::splitAxis(axisText);
    std::string axis = axisName.str();
    int64_t extent = stored - more;
    if (extent < 0)
      return emitError() << "operand '" << declaration.name << "', axis '"
                         << axisText << "': expected at least " << more
                         << " elements, found " << stored;
    auto param = signature.params.find(axis);
    if (param != signature.params.end()) {
      if (param->second == extent)
        continue;
      return emitError() << "operand '" << declaration.name << "', axis '"
                         << axis << "': expected " << param->second
                         << " elements, the parameter's value, found " << extent
                         << "; set the parameter (--set " << axis << "="
                         << extent << ") or give an array of that size";
    }
    auto rule = signature.equals.find(axis);
    const std::string &size =
        rule == signature.equals.end() ? axis : rule->second;
    auto [it, isNew] = known.try_emplace(
        size, KnownSize{extent, "operand '" + declaration.name + "', axis '" +
                                    axis + "'"});
    if (!isNew && it->second.value != extent)
      return emitError() << "operand '" << declaration.name << "', axis '"
                         << axis << "': expected " << it->second.value
                         << " elements, as " << it->second.source
                         << " has, found " << extent
                         << "; give arrays that agree on this size";
  }
  if (static_cast<int64_t>(array.data.size()) != elements)
    return emitError() << "operand '" << declaration.name << "': expected "
                       << elements << " elements for its shape, found "
                       << array.data.size();
  return success();
}

LogicalResult SizeInference::finish(Sizes &sizes) {
  for (const std::string &size : signature.sizes)
    if (!known.count(size))
      return emitError() << "size '" << size
                         << "' is an axis of no operand: expected its value "
                            "beside the operands";
  for (const auto &[divisor, dividend] : signature.divides) {
    int64_t part = known[divisor].value, whole = known[dividend].value;
    if (part == 0 ? whole != 0 : whole % part != 0)
      return emitError() << "expected '" << divisor << "' to divide '"
                         << dividend << "', found " << divisor << " = " << part
                         << " (" << known[divisor].source << ") and "
                         << dividend << " = " << whole << " ("
                         << known[dividend].source << ")";
  }
  sizes = signature.params;
  for (const auto &[name, size] : known)
    sizes[name] = size.value;
  for (const auto &[name, other] : signature.equals)
    sizes[name] = known[other].value;
  return success();
}

FailureOr<Sizes> seqmix::reference::inferSizes(const Signature &signature,
                                               ArrayRef<Array> operands,
                                               const Sizes &known) {
  if (operands.size() != signature.operands.size())
    return emitError(signature.op->getLoc())
           << "expected " << signature.operands.size() << " operands, found "
           << operands.size();
  SizeInference inference(signature);
  for (const std::string &size : signature.sizes) {
    auto it = known.find(size);
    if (it != known.end())
      inference.known[size] = {it->second, "the caller's size '" + size + "'"};
  }
  for (auto [declaration, array] : llvm::zip(signature.operands, operands))
    if (failed(inference.addOperand(declaration, array)))
      return failure();
  Sizes sizes;
  if (failed(inference.finish(sizes)))
    return failure();
  return sizes;
}

FailureOr<Sizes> seqmix::reference::inferSizes(seq::OperatorOp op,
                                               ArrayRef<Array> operands,
                                               const Sizes &known) {
  return inferSizes(getSignature(op), operands, known);
}

FailureOr<Sizes> seqmix::reference::inferSizes(kernel::EntryOp op,
                                               ArrayRef<Array> operands,
                                               const Sizes &known) {
  return inferSizes(getSignature(op), operands, known);
}

Array seqmix::reference::makeArray(const ArrayDeclaration &declaration,
                                   const Sizes &sizes) {
  Array array;
  array.axes = declaration.axes;
  int64_t elements = 1;
  for (const std::string &axis : declaration.axes) {
    auto [name, more] = kernel::splitAxis(axis);
    array.shape.push_back(sizes.at(name.str()) + more);
    elements *= array.shape.back();
  }
  array.data.assign(elements, std::numeric_limits<double>::quiet_NaN());
  return array;
}
