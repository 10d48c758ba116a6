//===- Leaf.cpp - Constants, parameters, sizes, elements ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/Seq.h"
#include "dialects/Seq/ops/ShortTypes.h"
#include "llvm/ADT/StringExtras.h"

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

/// Whether a number with a fraction follows.
static bool isFractionNext(OpAsmParser &parser) {
  // Without this look ahead, the parser of attributes would take the colon
  // after a number for the start of its type.
  StringRef text(parser.getCurrentLocation().getPointer());
  text.consume_front("-");
  return text.drop_while(llvm::isDigit).starts_with(".");
}

/// `minus_inf` and `inf` may be written; any other number as in MLIR.
ParseResult ConstantOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &b = parser.getBuilder();
  SMLoc loc = parser.getCurrentLocation();
  Attribute value;
  bool minus = false, infinite = false;
  if (succeeded(parser.parseOptionalKeyword("inf"))) {
    infinite = true;
  } else if (succeeded(parser.parseOptionalKeyword("minus_inf"))) {
    infinite = minus = true;
  } else if (parser.parseAttribute(value, isFractionNext(parser)
                                              ? Type(b.getF64Type())
                                              : Type(b.getI64Type()))) {
    return failure();
  }
  Type type;
  if (parser.parseOptionalAttrDict(result.attributes) || parser.parseColon() ||
      parseShortType(static_cast<AsmParser &>(parser), type))
    return failure();
  auto array = cast<ArrayType>(type);
  double number = 0;
  if (infinite) {
    number = minus ? -std::numeric_limits<double>::infinity()
                   : std::numeric_limits<double>::infinity();
  } else if (auto f = dyn_cast<FloatAttr>(value)) {
    number = f.getValueAsDouble();
    if (!array.isReal())
      return parser.emitError(loc, "a number with a fraction needs a real "
                                   "type, found ")
             << type;
  } else if (auto i = dyn_cast<IntegerAttr>(value)) {
    number = static_cast<double>(i.getInt());
  } else {
    return parser.emitError(loc, "expected a number, true, false, inf or "
                                 "minus_inf");
  }
  if (array.isReal())
    value = b.getF64FloatAttr(number);
  else if (array.isBool())
    value = b.getBoolAttr(number != 0);
  else
    value = b.getI64IntegerAttr(static_cast<int64_t>(number));
  result.getOrAddProperties<Properties>().value = value;
  result.addTypes(type);
  return success();
}

void ConstantOp::print(OpAsmPrinter &p) {
  double number = getNumber();
  p << ' ';
  if (std::isinf(number))
    p << (number < 0 ? "minus_inf" : "inf");
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
  if (!argument || !isa<OperatorOp>(argument.getOwner()->getParentOp()))
    return emitOpError("reads an operand of the operator; found a computed "
                       "value");
  return success();
}
