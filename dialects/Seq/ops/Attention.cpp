//===- Attention.cpp - Scores, a mask and a normaliser over keys ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/Seq.h"
#include "dialects/Seq/ops/ShortTypes.h"

using namespace mlir;
using namespace seqmix::seq;

SmallVector<StringAttr> AttentionOp::getParallelAxes() {
  auto op = (*this)->getParentOfType<OperatorOp>();
  SmallVector<StringAttr> axes;
  for (StringAttr axis : getQuery().getType().getAxes())
    if (axis != getQuerySequenceAttr() && op.isRuntimeSize(axis))
      axes.push_back(axis);
  return axes;
}

SmallVector<StringAttr> AttentionOp::getContractedAxes() {
  auto op = (*this)->getParentOfType<OperatorOp>();
  SmallVector<StringAttr> axes;
  for (StringAttr axis : getQuery().getType().getAxes())
    if (!op.isRuntimeSize(axis))
      axes.push_back(axis);
  return axes;
}

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

static ParseResult parseNamed(OpAsmParser &parser, StringRef keyword,
                              OpAsmParser::UnresolvedOperand &operand,
                              Type &type) {
  return failure(parser.parseKeyword(keyword) || parser.parseLParen() ||
                 parser.parseOperand(operand) || parser.parseColon() ||
                 parseShortType(static_cast<AsmParser &>(parser), type) ||
                 parser.parseRParen());
}

/// `(%a, %b, …) { … }`: the first `reals` arguments are real, the others
/// positions.
static ParseResult parsePointRegion(OpAsmParser &parser, Region &region,
                                    unsigned reals) {
  Builder &b = parser.getBuilder();
  SmallVector<OpAsmParser::Argument> args;
  if (parser.parseArgumentList(args, AsmParser::Delimiter::Paren))
    return failure();
  for (auto [i, arg] : llvm::enumerate(args))
    arg.type = ArrayType::get(b.getContext(), {},
                              i < reals ? Type(b.getF32Type())
                                        : Type(b.getIndexType()));
  return parser.parseRegion(region, args);
}

ParseResult AttentionOp::parse(OpAsmParser &parser, OperationState &result) {
  Properties &p = result.getOrAddProperties<Properties>();
  SMLoc loc = parser.getCurrentLocation();
  OpAsmParser::UnresolvedOperand query, key, value;
  SmallVector<OpAsmParser::UnresolvedOperand> extra;
  Type queryType, keyType, valueType;
  SmallVector<Type> extraTypes, resultTypes;
  if (parser.parseKeyword("over") || parser.parseAttribute(p.query_sequence) ||
      parser.parseComma() || parser.parseAttribute(p.key_sequence) ||
      parseNamed(parser, "query", query, queryType) ||
      parseNamed(parser, "key", key, keyType) ||
      parseNamed(parser, "value", value, valueType) ||
      parser.parseKeyword("normaliser") || parser.parseAttribute(p.normaliser))
    return failure();
  if (succeeded(parser.parseOptionalLParen()) &&
      (parser.parseOperandList(extra) || parser.parseColon() ||
       parseShortTypes(parser, extraTypes) || parser.parseRParen()))
    return failure();
  Region &score = *result.addRegion(), &mask = *result.addRegion();
  if (parser.parseArrow() || parser.parseLParen() ||
      parseShortTypes(parser, resultTypes) || parser.parseRParen() ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("score")) &&
      parsePointRegion(parser, score, 1))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("mask")) &&
      parsePointRegion(parser, mask, 0))
    return failure();
  if (SMLoc at = parser.getCurrentLocation();
      succeeded(parser.parseOptionalKeyword("score")))
    return parser.emitError(at, "expected score(…) before mask(…)");
  if (parser.resolveOperand(query, queryType, result.operands) ||
      parser.resolveOperand(key, keyType, result.operands) ||
      parser.resolveOperand(value, valueType, result.operands) ||
      parser.resolveOperands(extra, extraTypes, loc, result.operands))
    return failure();
  result.addTypes(resultTypes);
  return success();
}

void AttentionOp::print(OpAsmPrinter &p) {
  auto named = [&](StringRef keyword, Value operand) {
    p << ' ' << keyword << '(';
    p.printOperand(operand);
    p << " : ";
    printShortType(static_cast<AsmPrinter &>(p), operand.getType());
    p << ')';
  };
  auto pointRegion = [&](StringRef keyword, Region &region) {
    p << ' ' << keyword << '(';
    llvm::interleaveComma(region.getArguments(), p,
                          [&](BlockArgument arg) { p.printOperand(arg); });
    p << ") ";
    p.printRegion(region, /*printEntryBlockArgs=*/false);
  };
  p << " over " << getQuerySequenceAttr() << ", " << getKeySequenceAttr();
  named("query", getQuery());
  named("key", getKey());
  named("value", getValue());
  p << " normaliser " << getNormaliserAttr();
  if (!getNormaliserOperands().empty()) {
    p << '(' << getNormaliserOperands() << " : ";
    printShortTypes(p, *this, getNormaliserOperands().getTypes());
    p << ')';
  }
  p << " -> (";
  printShortTypes(p, *this, getResultTypes());
  p << ')';
  p.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(), {"query_sequence", "key_sequence", "normaliser"});
  if (hasScore())
    pointRegion("score", getScore());
  if (hasMask())
    pointRegion("mask", getMask());
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

namespace {

LogicalResult verifyKeySide(AttentionOp attention, OperatorOp op, Value operand,
                            StringRef which) {
  auto type = cast<ArrayType>(operand.getType());
  // attention_c1
  if (!type.hasAxis(attention.getKeySequenceAttr()))
    return attention.emitOpError()
           << which << " must have the key sequence "
           << attention.getKeySequence() << ", found " << type;
  // attention_c3
  SmallVector<StringAttr> parallel = attention.getParallelAxes();
  for (StringAttr axis : type.getAxes()) {
    if (axis == attention.getKeySequenceAttr() || !op.isRuntimeSize(axis) ||
        llvm::is_contained(parallel, axis) ||
        llvm::is_contained(parallel, op.groupOf(axis)))
      continue;
    return attention.emitOpError()
           << "axis " << axis.getValue() << " of " << which
           << " is no axis of the query and divides none; declare it as "
           << axis.getValue() << " divides … in sizes(…)";
  }
  return success();
}

/// The region's arguments and what it yields.
LogicalResult verifyPointRegion(AttentionOp attention, Region &region,
                                bool score) {
  StringRef which = score ? "score" : "mask";
  unsigned want = attention.getParallelAxes().size() + 2 + score;
  if (region.getNumArguments() != want)
    return attention.emitOpError()
           << which << " region takes " << want << " arguments ("
           << (score ? "the score, " : "")
           << "a position on each parallel axis, query and key), found "
           << region.getNumArguments();
  MLIRContext *context = attention.getContext();
  for (BlockArgument arg : region.getArguments()) {
    bool isScore = score && arg.getArgNumber() == 0;
    Type want = ArrayType::get(context, {},
                               isScore ? Type(Float32Type::get(context))
                                       : Type(IndexType::get(context)));
    if (arg.getType() != want)
      return attention.emitOpError()
             << "argument " << arg.getArgNumber() << " of the " << which
             << " region must be " << want << ", found " << arg.getType();
  }
  Block &block = region.front();
  auto yield = block.empty() ? YieldOp() : dyn_cast<YieldOp>(block.back());
  if (!yield || yield.getOutputs().size() != 1 || !yield.getStates().empty())
    return attention.emitOpError()
           << which << " region must yield one value with seq.yield out(…)";
  auto type = cast<ArrayType>(yield.getOutputs()[0].getType());
  if (!type.getAxes().empty() || (score ? !type.isReal() : !type.isBool()))
    return yield.emitOpError()
           << which << " region must yield "
           << (score ? "a real, []" : "a truth value, [] x i1") << ", found "
           << type;
  return success();
}

} // namespace

LogicalResult AttentionOp::verify() {
  auto op = (*this)->getParentOfType<OperatorOp>();
  if (!op)
    return emitOpError("must stand in a seq.operator");
  for (StringAttr axis : {getQuerySequenceAttr(), getKeySequenceAttr()})
    if (!op.isRuntimeSize(axis))
      return emitOpError() << axis.getValue()
                           << " is no size of the operator; its sizes are "
                           << op.getSizes();
  // attention_c1
  if (getQuerySequence() == getKeySequence())
    return emitOpError() << "the sequences of queries and keys need names of "
                            "their own, found "
                         << getQuerySequence()
                         << " twice; for two of one size declare a second "
                            "name in sizes(…), as S = T";
  if (!getQuery().getType().hasAxis(getQuerySequenceAttr()))
    return emitOpError() << "query must have the query sequence "
                         << getQuerySequence() << ", found "
                         << getQuery().getType();
  if (getQuery().getType().hasAxis(getKeySequenceAttr()))
    return emitOpError() << "query must not have the key sequence "
                         << getKeySequence() << ", found "
                         << getQuery().getType();
  if (failed(verifyKeySide(*this, op, getKey(), "key")) ||
      failed(verifyKeySide(*this, op, getValue(), "value")))
    return failure();
  for (auto [operand, which] :
       {std::pair<Value, StringRef>{getQuery(), "query"},
        {getKey(), "key"},
        {getValue(), "value"}})
    if (!cast<ArrayType>(operand.getType()).isReal())
      return emitOpError() << which << " must be real, found "
                           << operand.getType();
  // attention_c6
  SmallVector<StringAttr> points = getParallelAxes();
  for (Value operand : getNormaliserOperands())
    for (StringAttr axis : cast<ArrayType>(operand.getType()).getAxes())
      if (!llvm::is_contained(points, axis) &&
          !llvm::is_contained(points, op.groupOf(axis)))
        return emitOpError()
               << "axis " << axis.getValue() << " of " << operand.getType()
               << ", which the normaliser takes, is no parallel axis";
  // attention_c2
  SmallVector<StringAttr> contracted = getContractedAxes(), keyAxes;
  for (StringAttr axis : getKey().getType().getAxes())
    if (!op.isRuntimeSize(axis))
      keyAxes.push_back(axis);
  if (contracted.empty() || contracted.size() != keyAxes.size() ||
      llvm::any_of(keyAxes, [&](StringAttr axis) {
        return !llvm::is_contained(contracted, axis);
      }))
    return emitOpError() << "query and key must share their parameter axes, "
                            "found "
                         << getQuery().getType() << " and "
                         << getKey().getType();
  // attention_c5
  if (getNumResults() < 1 || getNumResults() > 2)
    return emitOpError("expected one or two results, found ")
           << getNumResults();
  SmallVector<StringAttr> axes = getParallelAxes();
  axes.push_back(getQuerySequenceAttr());
  auto verifyResult = [&](unsigned i, ArrayRef<StringAttr> want) {
    auto got = cast<ArrayType>(getResult(i).getType());
    if (!got.getElementType().isF32())
      return LogicalResult(emitOpError("result ")
                           << i << " must be of f32, found " << got);
    if (got.getAxes().size() == want.size() &&
        llvm::all_of(want, [&](StringAttr axis) { return got.hasAxis(axis); }))
      return success();
    InFlightDiagnostic diag = emitOpError("result ")
                              << i << " must have the axes ";
    llvm::interleaveComma(want, diag,
                          [&](StringAttr axis) { diag << axis.getValue(); });
    return LogicalResult(diag << ", found " << got);
  };
  if (getNumResults() == 2 && failed(verifyResult(1, axes)))
    return failure();
  for (StringAttr axis : getValue().getType().getAxes())
    if (!op.isRuntimeSize(axis))
      axes.push_back(axis);
  return verifyResult(0, axes);
}

LogicalResult AttentionOp::verifyRegions() {
  // attention_c4
  if (hasScore() && failed(verifyPointRegion(*this, getScore(), true)))
    return failure();
  if (hasMask() && failed(verifyPointRegion(*this, getMask(), false)))
    return failure();
  return success();
}
