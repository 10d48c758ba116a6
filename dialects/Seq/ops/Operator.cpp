//===- Operator.cpp - The operator and its return -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/Seq.h"
#include "dialects/Seq/ops/ShortTypes.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace seqmix::seq;

std::optional<int64_t> OperatorOp::getIntParam(StringRef name) {
  Attribute value = getParams().get(name);
  // An alias names a parameter that is none.
  if (auto alias = dyn_cast_or_null<FlatSymbolRefAttr>(value))
    value = getParams().get(alias.getValue());
  if (auto integer = dyn_cast_or_null<IntegerAttr>(value))
    return integer.getInt();
  return std::nullopt;
}

bool OperatorOp::isRuntimeSize(StringRef name) {
  return getEquals().contains(name) ||
         llvm::is_contained(getSizes().getAsValueRange<StringAttr>(), name);
}

StringAttr OperatorOp::canonicalSize(StringAttr name) {
  auto other = getEquals().getAs<StringAttr>(name);
  return other ? other : name;
}

StringAttr OperatorOp::groupOf(StringAttr name) {
  auto other = getDivides().getAs<StringAttr>(name);
  return other ? other : name;
}

std::optional<unsigned> OperatorOp::getInitialState(unsigned result) {
  auto ret = cast<ReturnOp>(getBody().front().getTerminator());
  Value value = ret.getValues()[result];
  auto recurrence = value.getDefiningOp<RecurrenceOp>();
  if (!recurrence)
    return std::nullopt;
  unsigned number = cast<OpResult>(value).getResultNumber();
  if (number < recurrence.getNumOutputs())
    return std::nullopt;
  auto initial = dyn_cast<BlockArgument>(
      recurrence.getInitial()[number - recurrence.getNumOutputs()]);
  Type type = cast<TypeAttr>(getResultTypes()[result]).getValue();
  if (!initial || initial.getOwner() != &getBody().front() ||
      initial.getType() != type)
    return std::nullopt;
  return initial.getArgNumber();
}

std::optional<unsigned> OperatorOp::getDrawnOf(unsigned operand) {
  auto domain = cast<DictionaryAttr>(getOperandDomains()[operand]);
  const auto *it = llvm::find(getOperandNames(), domain.get("of"));
  if (it == getOperandNames().end())
    return std::nullopt;
  return it - getOperandNames().begin();
}

void OperatorOp::getAsmBlockArgumentNames(Region &region,
                                          OpAsmSetValueNameFn setName) {
  // Asked for before the verifier has run, too.
  if (!getOperandNamesAttr())
    return;
  for (auto [arg, name] : llvm::zip(region.getArguments(), getOperandNames()))
    if (auto text = dyn_cast<StringAttr>(name))
      setName(arg, text.getValue());
}

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

namespace {

/// `name = integer | element type | earlier parameter`.
ParseResult parseParams(OpAsmParser &parser, NamedAttrList &params) {
  return parser.parseCommaSeparatedList(
      AsmParser::Delimiter::Paren, [&]() -> ParseResult {
        StringRef name;
        SMLoc loc = parser.getCurrentLocation();
        if (parseName(parser, name, "the name of a parameter") ||
            parser.parseEqual())
          return failure();
        if (params.get(name))
          return parser.emitError(loc)
                 << "parameter " << name << " is declared twice";
        int64_t number = 0;
        OptionalParseResult integer = parser.parseOptionalInteger(number);
        if (integer.has_value()) {
          params.append(name, parser.getBuilder().getI64IntegerAttr(number));
          return *integer;
        }
        Type type;
        OptionalParseResult element = parser.parseOptionalType(type);
        if (element.has_value()) {
          if (succeeded(*element))
            params.append(name, TypeAttr::get(type));
          return *element;
        }
        StringRef other;
        SMLoc at = parser.getCurrentLocation();
        if (parseName(parser, other,
                      "an integer, an element type or an earlier parameter"))
          return failure();
        Attribute value = params.get(other);
        if (!value)
          return parser.emitError(at)
                 << "parameter " << name << " equals " << other
                 << ", which is no parameter declared before it";
        // The alias stays one, so that setting the other sets both; it names
        // the one that has the value.
        if (!isa<FlatSymbolRefAttr>(value))
          value = FlatSymbolRefAttr::get(parser.getContext(), other);
        params.append(name, value);
        return success();
      });
}

/// `name`, `name divides name` or `name = name`.
ParseResult parseSizes(OpAsmParser &parser, SmallVectorImpl<Attribute> &sizes,
                       NamedAttrList &divides, NamedAttrList &equals) {
  return parser.parseCommaSeparatedList(
      AsmParser::Delimiter::Paren, [&]() -> ParseResult {
        StringRef name, other;
        if (parseName(parser, name, "the name of a size"))
          return failure();
        Builder &b = parser.getBuilder();
        if (succeeded(parser.parseOptionalEqual())) {
          if (parseName(parser, other, "the name of a size"))
            return failure();
          equals.append(name, b.getStringAttr(other));
          return success();
        }
        sizes.push_back(b.getStringAttr(name));
        if (succeeded(parser.parseOptionalKeyword("divides"))) {
          if (parseName(parser, other, "the name of a size"))
            return failure();
          divides.append(name, b.getStringAttr(other));
        }
        return success();
      });
}

} // namespace

ParseResult OperatorOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &b = parser.getBuilder();
  Properties &p = result.getOrAddProperties<Properties>();
  NamedAttrList params, divides, equals;
  SmallVector<Attribute> sizes, names, types, domains, resultNames, resultTypes;
  if (parser.parseSymbolName(p.sym_name))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("params")) &&
      parseParams(parser, params))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("sizes")) &&
      parseSizes(parser, sizes, divides, equals))
    return failure();

  SmallVector<OpAsmParser::Argument> arguments;
  auto parseOperand = [&]() -> ParseResult {
    OpAsmParser::Argument &argument = arguments.emplace_back();
    NamedAttrList domain;
    if (parser.parseArgument(argument) || parser.parseColon() ||
        parseShortType(static_cast<AsmParser &>(parser), argument.type) ||
        parser.parseOptionalAttrDict(domain))
      return failure();
    names.push_back(b.getStringAttr(argument.ssaName.name.drop_front()));
    types.push_back(TypeAttr::get(argument.type));
    domains.push_back(domain.getDictionary(parser.getContext()));
    return success();
  };
  auto parseResult = [&]() -> ParseResult {
    std::string name;
    Type type;
    if (parser.parseKeywordOrString(&name) || parser.parseColon() ||
        parseShortType(static_cast<AsmParser &>(parser), type))
      return failure();
    resultNames.push_back(b.getStringAttr(name));
    resultTypes.push_back(TypeAttr::get(type));
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren,
                                     parseOperand) ||
      parser.parseArrow() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren,
                                     parseResult) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.parseRegion(*result.addRegion(), arguments))
    return failure();

  p.params = params.getDictionary(parser.getContext());
  p.sizes = b.getArrayAttr(sizes);
  p.divides = divides.getDictionary(parser.getContext());
  p.equals = equals.getDictionary(parser.getContext());
  p.operand_names = b.getArrayAttr(names);
  p.operand_types = b.getArrayAttr(types);
  p.operand_domains = b.getArrayAttr(domains);
  p.result_names = b.getArrayAttr(resultNames);
  p.result_types = b.getArrayAttr(resultTypes);
  return success();
}

void OperatorOp::print(OpAsmPrinter &p) {
  p << ' ';
  p.printSymbolName(getSymName());
  if (!getParams().empty()) {
    p << " params(";
    // A dictionary is sorted by name; aliases come after what they name.
    SmallVector<NamedAttribute> params;
    for (bool aliases : {false, true})
      for (NamedAttribute param : getParams())
        if (isa<FlatSymbolRefAttr>(param.getValue()) == aliases)
          params.push_back(param);
    llvm::interleaveComma(params, p, [&](NamedAttribute param) {
      p << param.getName().getValue() << " = ";
      if (auto alias = dyn_cast<FlatSymbolRefAttr>(param.getValue()))
        p << alias.getValue();
      else
        p.printAttributeWithoutType(param.getValue());
    });
    p << ')';
  }
  if (!getSizes().empty() || !getEquals().empty()) {
    p << " sizes(";
    llvm::interleaveComma(
        getSizes().getAsValueRange<StringAttr>(), p, [&](StringRef size) {
          p << size;
          if (auto other = getDivides().getAs<StringAttr>(size))
            p << " divides " << other.getValue();
        });
    for (NamedAttribute rule : getEquals())
      p << ", " << rule.getName().getValue() << " = "
        << cast<StringAttr>(rule.getValue()).getValue();
    p << ')';
  }
  p.printNewline();
  p << "    (";
  llvm::interleaveComma(
      llvm::zip(getBody().getArguments(), getOperandDomains()), p,
      [&](auto pair) {
        auto [argument, domain] = pair;
        p.printOperand(argument);
        p << ": ";
        printShortType(static_cast<AsmPrinter &>(p), argument.getType());
        if (!cast<DictionaryAttr>(domain).empty())
          p << ' ' << domain;
      });
  p << ") -> (";
  llvm::interleaveComma(
      llvm::zip(getResultNames(), getResultTypes()), p, [&](auto pair) {
        auto [name, type] = pair;
        p.printKeywordOrString(cast<StringAttr>(name).getValue());
        p << ": ";
        printShortType(static_cast<AsmPrinter &>(p),
                       cast<TypeAttr>(type).getValue());
      });
  p << ')';
  p.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(),
      {"sym_name", "params", "sizes", "divides", "equals", "operand_names",
       "operand_types", "operand_domains", "result_names", "result_types"});
  p << ' ';
  p.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

namespace {

/// What the syntax guarantees and the generic form does not.
LogicalResult verifyAttributes(OperatorOp op) {
  for (NamedAttribute param : op.getParams()) {
    StringRef name = param.getName().getValue();
    Attribute value = param.getValue();
    if (auto alias = dyn_cast<FlatSymbolRefAttr>(value)) {
      Attribute other = op.getParams().get(alias.getValue());
      if (!other || isa<FlatSymbolRefAttr>(other))
        return op.emitOpError()
               << "parameter " << name << " equals " << alias.getValue()
               << ", which is no parameter with a value of its own";
      continue;
    }
    if (auto type = dyn_cast<TypeAttr>(value)) {
      if (type.getValue().isF32() || type.getValue().isBF16() ||
          type.getValue().isF16())
        continue;
      return op.emitOpError()
             << "type parameter " << name << " must be f32, bf16 or f16, found "
             << type.getValue();
    }
    auto integer = dyn_cast<IntegerAttr>(value);
    if (!integer || !integer.getType().isInteger(64))
      return op.emitOpError() << "parameter " << name
                              << " must be an integer, an element type or "
                                 "another parameter, found "
                              << value;
    if (integer.getInt() <= 0)
      return op.emitOpError()
             << "parameter " << name << " must be positive, found "
             << integer.getInt();
  }
  for (DictionaryAttr rules : {op.getDivides(), op.getEquals()})
    for (NamedAttribute rule : rules)
      if (!isa<StringAttr>(rule.getValue()))
        return op.emitOpError()
               << "the rule for " << rule.getName().getValue()
               << " must name a size, found " << rule.getValue();
  for (Attribute domain : op.getOperandDomains())
    if (!isa<DictionaryAttr>(domain))
      return op.emitOpError()
             << "expected a dictionary as the domain of an operand, found "
             << domain;
  size_t operands = op.getOperandTypes().size();
  if (op.getOperandNames().size() != operands ||
      op.getOperandDomains().size() != operands)
    return op.emitOpError() << "expected a name, a type and a domain an "
                               "operand, found "
                            << op.getOperandNames().size() << ", " << operands
                            << " and " << op.getOperandDomains().size();
  if (op.getResultNames().size() != op.getResultTypes().size())
    return op.emitOpError() << "expected a name and a type a result, found "
                            << op.getResultNames().size() << " and "
                            << op.getResultTypes().size();
  return success();
}

LogicalResult verifyUnique(OperatorOp op) {
  llvm::StringSet<> sizes, arrays;
  auto insert = [&](llvm::StringSet<> &set, StringRef name, StringRef what) {
    if (set.insert(name).second)
      return success();
    return LogicalResult(op.emitOpError()
                         << what << " " << name << " is declared twice");
  };
  for (NamedAttribute param : op.getParams())
    sizes.insert(param.getName());
  for (StringRef size : op.getSizes().getAsValueRange<StringAttr>())
    if (failed(insert(sizes, size, "size or parameter")))
      return failure();
  for (NamedAttribute rule : op.getEquals())
    if (failed(insert(sizes, rule.getName(), "size or parameter")))
      return failure();
  for (StringRef name : op.getOperandNames().getAsValueRange<StringAttr>())
    if (failed(insert(arrays, name, "operand")))
      return failure();
  for (StringRef name : op.getResultNames().getAsValueRange<StringAttr>())
    if (failed(insert(arrays, name, "operand or result")))
      return failure();
  return success();
}

LogicalResult verifyArray(OperatorOp op, StringRef name, Type type) {
  auto array = dyn_cast<ArrayType>(type);
  if (!array)
    return op.emitOpError()
           << "expected an array type for " << name << ", found " << type;
  for (StringAttr axis : array.getAxes()) {
    if (op.getIntParam(axis) || op.isRuntimeSize(axis))
      continue;
    return op.emitOpError()
           << "axis " << axis.getValue() << " of " << name
           << " is neither a size nor an integer parameter; declare it in "
              "sizes(…) if it is known at run time, in params(…) if it is "
              "fixed when the operator is compiled";
  }
  Type element = array.getElementType();
  if (auto elem = dyn_cast<ElemType>(element)) {
    Attribute param = op.getParams().get(elem.getName());
    if (auto alias = dyn_cast_or_null<FlatSymbolRefAttr>(param))
      param = op.getParams().get(alias.getValue());
    if (!isa_and_nonnull<TypeAttr>(param))
      return op.emitOpError()
             << "element type " << elem.getName().getValue() << " of " << name
             << " is no type parameter; declare it in params(…), for example "
             << elem.getName().getValue() << " = f32";
    return success();
  }
  if (element.isF32() || element.isBF16() || element.isF16() ||
      element.isInteger(32))
    return success();
  return op.emitOpError() << "element type of " << name
                          << " must be f32, bf16, f16, i32 or a type "
                             "parameter, found "
                          << element;
}

LogicalResult verifyRules(OperatorOp op) {
  auto declared = [&](StringRef name) {
    return llvm::is_contained(op.getSizes().getAsValueRange<StringAttr>(),
                              name);
  };
  for (NamedAttribute rule : op.getDivides())
    if (!declared(rule.getName()))
      return op.emitOpError() << "the rule for " << rule.getName().getValue()
                              << " is about no declared size";
  for (DictionaryAttr rules : {op.getDivides(), op.getEquals()})
    for (NamedAttribute rule : rules) {
      StringRef other = cast<StringAttr>(rule.getValue()).getValue();
      if (!declared(other))
        return op.emitOpError()
               << "the rule for " << rule.getName().getValue() << " names "
               << other << ", which is no declared size";
      if (rules == op.getDivides() && op.getDivides().contains(other))
        return op.emitOpError()
               << rule.getName().getValue() << " divides " << other
               << ", which divides another size itself; name that one";
    }
  return success();
}

/// Operands that are drawn as multiples of others.
LogicalResult verifyDrawnOf(OperatorOp op) {
  for (auto [i, attribute, name] :
       llvm::enumerate(op.getOperandDomains(), op.getOperandNames())) {
    auto domain = cast<DictionaryAttr>(attribute);
    Attribute of = domain.get("of");
    if (!of)
      continue;
    auto error = [&, name = name]() {
      return op.emitOpError() << "domain of operand "
                              << cast<StringAttr>(name).getValue() << ": ";
    };
    std::optional<unsigned> other = op.getDrawnOf(i);
    if (!other)
      return error() << "expected `of` to name an operand, found " << of;
    if (*other >= i)
      return error() << "expected `of` to name an operand declared before it, "
                        "found "
                     << of;
    if (domain.size() != 2)
      return error() << "expected beside `of` the domain of the factors, for "
                        "example range = [0.0, 1.0], found "
                     << domain;
    auto type = cast<ArrayType>(op.getBody().getArgument(i).getType());
    auto otherType =
        cast<ArrayType>(op.getBody().getArgument(*other).getType());
    if (!type.isReal() || !otherType.isReal())
      return error() << "expected real numbers times real numbers, found "
                     << type << " of " << otherType;
    for (StringAttr axis : otherType.getAxes())
      if (!type.hasAxis(axis))
        return error() << "expected an operand with no axes but its own, "
                          "found "
                       << of << ", which has " << axis;
  }
  return success();
}

} // namespace

LogicalResult OperatorOp::verify() {
  if (failed(verifyAttributes(*this)))
    return failure();
  // operator_c1, operator_c4
  if (failed(verifyUnique(*this)) || failed(verifyRules(*this)))
    return failure();
  // operator_c2, operator_c3
  if (getBody().getNumArguments() != getOperandTypes().size())
    return emitOpError("expected ")
           << getOperandTypes().size()
           << " block arguments, one an operand, found "
           << getBody().getNumArguments();
  for (auto [arg, name, type] : llvm::zip(
           getBody().getArguments(), getOperandNames(), getOperandTypes())) {
    StringRef text = cast<StringAttr>(name).getValue();
    if (arg.getType() != cast<TypeAttr>(type).getValue())
      return emitOpError() << "operand " << text << " is declared as "
                           << cast<TypeAttr>(type).getValue()
                           << " but its block argument is " << arg.getType();
    if (failed(verifyArray(*this, text, arg.getType())))
      return failure();
  }
  for (auto [name, type] : llvm::zip(getResultNames(), getResultTypes()))
    if (failed(verifyArray(*this, cast<StringAttr>(name).getValue(),
                           cast<TypeAttr>(type).getValue())))
      return failure();
  // operator_c6
  return verifyDrawnOf(*this);
}

LogicalResult OperatorOp::verifyRegions() {
  // operator_c5
  auto ret = dyn_cast<ReturnOp>(getBody().front().getTerminator());
  if (!ret)
    return emitOpError("must end in seq.return");
  if (ret.getValues().size() != getResultTypes().size())
    return ret.emitOpError("expected ")
           << getResultTypes().size() << " values, one a result, found "
           << ret.getValues().size();
  for (auto [value, name, type] :
       llvm::zip(ret.getValues(), getResultNames(), getResultTypes())) {
    auto got = cast<ArrayType>(value.getType());
    auto want = cast<ArrayType>(cast<TypeAttr>(type).getValue());
    bool axes = got.getAxes().size() == want.getAxes().size() &&
                llvm::all_of(got.getAxes(), [&](StringAttr axis) {
                  return want.hasAxis(axis);
                });
    bool kind = got.isReal() == want.isReal() && !got.isBool();
    if (!axes || !kind)
      return ret.emitOpError()
             << "result " << cast<StringAttr>(name).getValue() << " is " << want
             << ", but the value returned is " << got;
  }
  return success();
}
