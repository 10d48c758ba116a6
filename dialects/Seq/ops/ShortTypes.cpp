//===- ShortTypes.cpp - The short form of array types ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/ops/ShortTypes.h"

using namespace mlir;
using namespace seqmix::seq;

namespace {

/// An element type: a builtin one, or the name of a type parameter.
ParseResult parseElement(AsmParser &parser, Type &type) {
  SMLoc loc = parser.getCurrentLocation();
  OptionalParseResult builtin = parser.parseOptionalType(type);
  if (builtin.has_value())
    return *builtin;
  StringRef name;
  if (parser.parseOptionalKeyword(&name))
    return parser.emitError(loc, "expected an element type: f32, bf16, f16, "
                                 "i32, index, i1 or a type parameter");
  type = ElemType::get(parser.getContext(),
                       StringAttr::get(parser.getContext(), name));
  return success();
}

ParseResult parseAxes(AsmParser &parser, SmallVectorImpl<StringAttr> &axes) {
  return parser.parseCommaSeparatedList(
      AsmParser::Delimiter::Square, [&]() -> ParseResult {
        StringRef name;
        if (parseName(parser, name, "the name of an axis"))
          return failure();
        axes.push_back(StringAttr::get(parser.getContext(), name));
        return success();
      });
}

void printAxesAndElement(AsmPrinter &printer, ArrayType type, bool always) {
  printer << '[';
  llvm::interleaveComma(type.getAxes(), printer,
                        [&](StringAttr axis) { printer << axis.getValue(); });
  printer << ']';
  if (auto elem = dyn_cast<ElemType>(type.getElementType()))
    printer << " x " << elem.getName().getValue();
  else if (always || !type.getElementType().isF32())
    printer << " x " << type.getElementType();
}

ParseResult parseArray(AsmParser &parser, Type &type) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<StringAttr> axes;
  Type element = Float32Type::get(parser.getContext());
  if (parseAxes(parser, axes))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("x")) &&
      parseElement(parser, element))
    return failure();
  type = ArrayType::getChecked([&] { return parser.emitError(loc); },
                               parser.getContext(),
                               llvm::ArrayRef<StringAttr>(axes), element);
  return success(static_cast<bool>(type));
}

} // namespace

ParseResult seqmix::seq::parseName(AsmParser &parser, StringRef &name,
                                   StringRef what) {
  SMLoc loc = parser.getCurrentLocation();
  if (succeeded(parser.parseOptionalKeyword(&name)))
    return success();
  return parser.emitError(loc, "expected ") << what;
}

ParseResult seqmix::seq::parseShortType(AsmParser &parser, Type &type) {
  return parseArray(parser, type);
}

void seqmix::seq::printShortType(AsmPrinter &printer, Type type) {
  printAxesAndElement(printer, cast<ArrayType>(type), /*always=*/false);
}

ParseResult seqmix::seq::parseShortTypes(AsmParser &parser,
                                         SmallVectorImpl<Type> &types) {
  return parser.parseCommaSeparatedList(
      [&] { return parseShortType(parser, types.emplace_back()); });
}

void seqmix::seq::printShortTypes(OpAsmPrinter &printer, Operation *,
                                  TypeRange types) {
  llvm::interleaveComma(types, printer,
                        [&](Type type) { printShortType(printer, type); });
}

ParseResult seqmix::seq::parsePositionTypes(
    OpAsmParser &parser, ArrayRef<OpAsmParser::UnresolvedOperand> positions,
    SmallVectorImpl<Type> &types) {
  types.assign(positions.size(),
               ArrayType::computed({}, parser.getBuilder().getIndexType()));
  return success();
}

void seqmix::seq::printPositionTypes(OpAsmPrinter &, Operation *, OperandRange,
                                     TypeRange) {}

//===----------------------------------------------------------------------===//
// The types themselves
//===----------------------------------------------------------------------===//

Type ArrayType::parse(AsmParser &parser) {
  Type type;
  if (parser.parseLess() || parseArray(parser, type) || parser.parseGreater())
    return {};
  return type;
}

void ArrayType::print(AsmPrinter &printer) const {
  printer << '<';
  printAxesAndElement(printer, *this, /*always=*/true);
  printer << '>';
}

LogicalResult ArrayType::verify(function_ref<InFlightDiagnostic()> emitError,
                                ArrayRef<StringAttr> axes, Type element) {
  for (size_t i = 0; i < axes.size(); ++i)
    if (llvm::is_contained(axes.drop_front(i + 1), axes[i]))
      return emitError() << "axis " << axes[i].getValue()
                         << " appears twice; an array names each axis once "
                            "(give the second one a parameter of its own)";
  if (!isa<ElemType>(element) && !element.isF32() && !element.isBF16() &&
      !element.isF16() && !element.isInteger(32) && !element.isInteger(1) &&
      !element.isIndex())
    return emitError() << "expected an element type among f32, bf16, f16, i32, "
                          "index, i1 or a type parameter, found "
                       << element;
  return success();
}

bool ArrayType::isReal() const {
  return isa<ElemType>(getElementType()) || isa<FloatType>(getElementType());
}

ArrayType ArrayType::computed(ArrayRef<StringAttr> axes, Type element) {
  MLIRContext *context = element.getContext();
  Type to = element;
  if (isa<ElemType>(element) || isa<FloatType>(element))
    to = Float32Type::get(context);
  else if (element.isInteger(32))
    to = IndexType::get(context);
  return ArrayType::get(context, axes, to);
}
