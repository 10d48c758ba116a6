//===- Leaf.cpp - Constants, parameters, sizes, elements ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/Seq.h"
#include "dialects/Seq/ops/ShortTypes.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace seqmix::seq;

//===----------------------------------------------------------------------===//
// seq.constant
//===----------------------------------------------------------------------===//

void ConstantOp::build(OpBuilder &b, OperationState &state, double value,
                       ArrayRef<StringAttr> axes) {
  build(b, state, ArrayType::get(b.getContext(), axes, b.getF32Type()),
        b.getF64FloatAttr(value));
}

/// `-? (integer | number | inf)`, `true` or `false`, then its type. The parser
/// of attributes would take the colon for that of a typed literal.
ParseResult ConstantOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &b = parser.getBuilder();
  SMLoc loc = parser.getCurrentLocation();
  double number = 0;
  int64_t integer = 0;
  bool whole = false;
  StringRef word;
  bool minus = succeeded(parser.parseOptionalMinus());
  if (succeeded(parser.parseOptionalKeyword(&word, {"inf", "true", "false"}))) {
    if (word == "inf")
      number = std::numeric_limits<double>::infinity();
    else if (minus)
      return parser.emitError(loc, "expected a number after -, found ") << word;
    whole = word != "inf";
    integer = word == "true";
  } else if (OptionalParseResult i = parser.parseOptionalInteger(integer);
             i.has_value()) {
    if (*i)
      return failure();
    whole = true;
    number = static_cast<double>(integer);
  } else if (parser.parseFloat(number)) {
    return failure();
  }
  if (minus) {
    number = -number;
    integer = -integer;
  }
  Type type;
  if (parser.parseOptionalAttrDict(result.attributes) || parser.parseColon() ||
      parseShortType(static_cast<AsmParser &>(parser), type))
    return failure();
  auto array = cast<ArrayType>(type);
  Attribute value;
  if (!word.empty() && word != "inf" && !array.isBool())
    return parser.emitError(loc) << word
                                 << " needs a type of truth values, "
                                    "[…] x i1, found "
                                 << type;
  if (array.isReal())
    value = b.getF64FloatAttr(number);
  else if (!whole)
    return parser.emitError(loc, "a number with a fraction needs a real type, "
                                 "found ")
           << type;
  else if (!array.isBool())
    value = b.getI64IntegerAttr(integer);
  else if (word.empty())
    return parser.emitError(loc, "expected true or false for the type ")
           << type;
  else
    value = b.getBoolAttr(integer != 0);
  result.getOrAddProperties<Properties>().value = value;
  result.addTypes(type);
  return success();
}

void ConstantOp::print(OpAsmPrinter &p) {
  double number = getNumber();
  p << ' ';
  if (std::isinf(number))
    p << (number < 0 ? "-inf" : "inf");
  else
    p.printAttributeWithoutType(getValue());
  p.printOptionalAttrDict((*this)->getAttrs(), {"value"});
  p << " : ";
  printShortType(static_cast<AsmPrinter &>(p), getType());
}

double ConstantOp::getNumber() {
  if (auto f = dyn_cast<FloatAttr>(getValue()))
    return f.getValueAsDouble();
  if (auto b = dyn_cast<BoolAttr>(getValue()))
    return b.getValue();
  return static_cast<double>(cast<IntegerAttr>(getValue()).getInt());
}

LogicalResult ConstantOp::verify() {
  ArrayType type = getType();
  bool ok = type.isReal() ? isa<FloatAttr>(getValue())
            : type.isBool()
                ? isa<BoolAttr>(getValue())
                : isa<IntegerAttr>(getValue()) && !isa<BoolAttr>(getValue());
  if (!ok)
    return emitOpError("value does not suit its type ") << type;
  if (std::isnan(getNumber()))
    return emitOpError("value must be a number, found NaN");
  if (type != ArrayType::computed(type.getAxes(), type.getElementType()))
    return emitOpError("expected a computed type (f32, index or i1), found ")
           << type;
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

//===----------------------------------------------------------------------===//
// seq.param, seq.size, seq.at
//===----------------------------------------------------------------------===//

LogicalResult ParamOp::inferReturnTypes(MLIRContext *context,
                                        std::optional<Location>, ValueRange,
                                        DictionaryAttr, OpaqueProperties,
                                        RegionRange,
                                        SmallVectorImpl<Type> &types) {
  types.push_back(ArrayType::get(context, {}, Float32Type::get(context)));
  return success();
}

LogicalResult ParamOp::verify() {
  // param_c1
  if (auto op = (*this)->getParentOfType<OperatorOp>())
    if (!op.getIntParam(getName()))
      return emitOpError() << "the operator has no integer parameter "
                           << getName() << "; its parameters are "
                           << op.getParams();
  return success();
}

LogicalResult SizeOp::inferReturnTypes(MLIRContext *context,
                                       std::optional<Location>, ValueRange,
                                       DictionaryAttr, OpaqueProperties,
                                       RegionRange,
                                       SmallVectorImpl<Type> &types) {
  types.push_back(ArrayType::get(context, {}, IndexType::get(context)));
  return success();
}

LogicalResult SizeOp::verify() {
  // size_c1
  if (auto op = (*this)->getParentOfType<OperatorOp>())
    if (!op.getIntParam(getName()) && !op.isRuntimeSize(getName()))
      return emitOpError() << "the operator has no size or integer parameter "
                           << getName() << "; its sizes are " << op.getSizes();
  return success();
}

LogicalResult AtOp::inferReturnTypes(MLIRContext *context,
                                     std::optional<Location>,
                                     ValueRange operands, DictionaryAttr,
                                     OpaqueProperties, RegionRange,
                                     SmallVectorImpl<Type> &types) {
  auto array = dyn_cast<ArrayType>(operands.front().getType());
  if (!array)
    return failure();
  types.push_back(ArrayType::computed({}, array.getElementType()));
  return success();
}

LogicalResult AtOp::verify() {
  // at_c1
  ArrayType type = getArray().getType();
  if (getPositions().size() != type.getAxes().size())
    return emitOpError("expected ")
           << type.getAxes().size() << " positions, one an axis of " << type
           << ", found " << getPositions().size();
  for (Value position : getPositions())
    if (position.getType() !=
        ArrayType::get(getContext(), {}, IndexType::get(getContext())))
      return emitOpError("positions must be [] x index, found ")
             << position.getType();
  // at_c2
  auto argument = dyn_cast<BlockArgument>(getArray());
  if (!argument ||
      !isa_and_nonnull<OperatorOp>(argument.getOwner()->getParentOp()))
    return emitOpError("reads an operand of the operator; found a computed "
                       "value");
  return success();
}
