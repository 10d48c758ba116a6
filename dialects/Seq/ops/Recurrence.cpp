//===- Recurrence.cpp - A state carried from token to token ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/Seq.h"
#include "dialects/Seq/ops/ShortTypes.h"

using namespace mlir;
using namespace seqmix::seq;

YieldOp RecurrenceOp::getYield() {
  return cast<YieldOp>(getBody().getTerminator());
}

SmallVector<StringAttr> RecurrenceOp::getParallelAxes() {
  auto op = (*this)->getParentOfType<OperatorOp>();
  SmallVector<StringAttr> axes;
  for (Value value : getOperands())
    for (StringAttr axis : cast<ArrayType>(value.getType()).getAxes()) {
      if (axis == getSequenceAttr() || (op && !op.isRuntimeSize(axis)))
        continue;
      if (op)
        axis = op.groupOf(op.canonicalSize(axis));
      if (!llvm::is_contained(axes, axis))
        axes.push_back(axis);
    }
  return axes;
}

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

/// The axes of an array that stay inside the step. While parsing, the operator
/// is not complete, so they are found once it is: the parser asks for them in
/// the text of the region's arguments.
static ParseResult
parseBindings(OpAsmParser &parser, SmallVectorImpl<OpAsmParser::Argument> &args,
              SmallVectorImpl<OpAsmParser::UnresolvedOperand> &operands,
              SmallVectorImpl<Type> &types) {
  return parser.parseCommaSeparatedList(
      AsmParser::Delimiter::Paren, [&]() -> ParseResult {
        OpAsmParser::Argument &arg = args.emplace_back();
        if (parser.parseArgument(arg) || parser.parseColon() ||
            parseShortType(static_cast<AsmParser &>(parser), arg.type) ||
            parser.parseEqual() ||
            parser.parseOperand(operands.emplace_back()) ||
            parser.parseColon() ||
            parseShortType(static_cast<AsmParser &>(parser),
                           types.emplace_back()))
          return failure();
        return success();
      });
}

/// `over "axis" (bindings) carry(bindings) -> (types) { … }`.
template <typename OpTy>
static ParseResult parseCarrying(OpAsmParser &parser, OperationState &result,
                                 StringAttr &axis) {
  SmallVector<OpAsmParser::Argument> args;
  SmallVector<OpAsmParser::UnresolvedOperand> inputs, initial;
  SmallVector<Type> inputTypes, initialTypes, resultTypes;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword("over") || parser.parseAttribute(axis) ||
      parseBindings(parser, args, inputs, inputTypes))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("carry")) &&
      parseBindings(parser, args, initial, initialTypes))
    return failure();
  if (parser.parseArrow() || parser.parseLParen() ||
      parseShortTypes(parser, resultTypes) || parser.parseRParen() ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.parseRegion(*result.addRegion(), args) ||
      parser.resolveOperands(inputs, inputTypes, loc, result.operands) ||
      parser.resolveOperands(initial, initialTypes, loc, result.operands))
    return failure();
  auto &properties = result.getOrAddProperties<typename OpTy::Properties>();
  properties.operandSegmentSizes = {static_cast<int32_t>(inputs.size()),
                                    static_cast<int32_t>(initial.size())};
  result.addTypes(resultTypes);
  return success();
}

static void printCarrying(OpAsmPrinter &p, Operation *op, StringAttr axis,
                          ValueRange inputs, ValueRange initial, Region &region,
                          StringRef axisName) {
  auto bindings = [&](ArrayRef<BlockArgument> args, ValueRange operands) {
    p << " (";
    llvm::interleaveComma(llvm::zip(args, operands), p, [&](auto pair) {
      auto [arg, operand] = pair;
      p.printOperand(arg);
      p << ": ";
      printShortType(static_cast<AsmPrinter &>(p), arg.getType());
      p << " = ";
      p.printOperand(operand);
      p << " : ";
      printShortType(static_cast<AsmPrinter &>(p), operand.getType());
    });
    p << ')';
  };
  ArrayRef<BlockArgument> args = region.getArguments();
  p << " over " << axis;
  bindings(args.take_front(inputs.size()), inputs);
  if (!initial.empty()) {
    p << " carry";
    bindings(args.drop_front(inputs.size()), initial);
  }
  p << " -> (";
  printShortTypes(p, op, op->getResultTypes());
  p << ')';
  p.printOptionalAttrDictWithKeyword(op->getAttrs(),
                                     {axisName, "operandSegmentSizes"});
  p << ' ';
  p.printRegion(region, /*printEntryBlockArgs=*/false);
}

ParseResult RecurrenceOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseCarrying<RecurrenceOp>(
      parser, result, result.getOrAddProperties<Properties>().sequence);
}

void RecurrenceOp::print(OpAsmPrinter &p) {
  printCarrying(p, *this, getSequenceAttr(), getInputs(), getInitial(),
                getStep(), "sequence");
}

ParseResult SubstepsOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseCarrying<SubstepsOp>(
      parser, result, result.getOrAddProperties<Properties>().axis);
}

void SubstepsOp::print(OpAsmPrinter &p) {
  printCarrying(p, *this, getAxisAttr(), getInputs(), getInitial(), getBody(),
                "axis");
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

static bool sameAxes(ArrayRef<StringAttr> x, ArrayRef<StringAttr> y) {
  return x.size() == y.size() && llvm::all_of(x, [&](StringAttr axis) {
           return llvm::is_contained(y, axis);
         });
}

LogicalResult RecurrenceOp::verify() {
  auto op = (*this)->getParentOfType<OperatorOp>();
  if (!op)
    return emitOpError("must stand in a seq.operator");
  // recurrence_c1
  if (!op.isRuntimeSize(getSequence()))
    return emitOpError() << getSequence()
                         << " is no size of the operator; its sizes are "
                         << op.getSizes();
  auto overSequence = [&](Value value) {
    return cast<ArrayType>(value.getType()).hasAxis(getSequenceAttr());
  };
  if (llvm::none_of(getInputs(), overSequence))
    return emitOpError() << "no input has the sequence axis " << getSequence();
  // recurrence_c2
  for (Value value : getInitial())
    if (overSequence(value))
      return emitOpError() << "an initial state must not have the sequence "
                              "axis "
                           << getSequence() << ", found " << value.getType();
  // recurrence_c6
  for (Value value : getOperands())
    for (StringAttr axis : cast<ArrayType>(value.getType()).getAxes())
      if (axis != getSequenceAttr() &&
          op.canonicalSize(axis) == op.canonicalSize(getSequenceAttr()))
        return emitOpError()
               << "axis " << axis.getValue() << " of " << value.getType()
               << " is the sequence " << getSequence()
               << " under another name; write it as " << getSequence();
  // recurrence_c7
  if (Attribute wish = (*this)->getAttr("chunk")) {
    auto chunk = dyn_cast<IntegerAttr>(wish);
    if (!chunk || chunk.getInt() < 16 || chunk.getInt() > 256 ||
        chunk.getInt() % 16)
      return emitOpError(
                 "chunk must be a multiple of 16 from 16 to 256, found ")
             << wish;
  }
  if (getNumResults() < getInitial().size())
    return emitOpError("expected at least ")
           << getInitial().size() << " results, one a state, found "
           << getNumResults();
  return success();
}

LogicalResult RecurrenceOp::verifyRegions() {
  auto op = (*this)->getParentOfType<OperatorOp>();
  // recurrence_c3
  if (getBody().getNumArguments() != getNumOperands())
    return emitOpError("expected ")
           << getNumOperands() << " arguments of the step, found "
           << getBody().getNumArguments();
  for (auto [arg, operand] :
       llvm::zip(getBody().getArguments(), getOperands())) {
    auto type = cast<ArrayType>(operand.getType());
    SmallVector<StringAttr> axes;
    for (StringAttr axis : type.getAxes())
      if (!op.isRuntimeSize(axis))
        axes.push_back(axis);
    Type want = ArrayType::computed(axes, type.getElementType());
    if (arg.getType() != want)
      return emitOpError() << "argument " << arg.getArgNumber()
                           << " of the step must be " << want
                           << " (the axes of " << type
                           << " that are parameters), found " << arg.getType();
  }
  auto yield = dyn_cast<YieldOp>(getBody().getTerminator());
  if (!yield)
    return emitOpError("the step must end in seq.yield");
  // recurrence_c4
  if (yield.getStates().size() != getInitial().size())
    return yield.emitOpError("expected ")
           << getInitial().size() << " states in carry(…), found "
           << yield.getStates().size();
  for (auto [i, pair] :
       llvm::enumerate(llvm::zip(yield.getStates(), getStateArgs()))) {
    auto got = cast<ArrayType>(std::get<0>(pair).getType());
    auto want = cast<ArrayType>(std::get<1>(pair).getType());
    if (!sameAxes(got.getAxes(), want.getAxes()) ||
        got.getElementType() != want.getElementType())
      return yield.emitOpError("state ")
             << i << " is " << want << ", but the step yields " << got;
  }
  // recurrence_c5
  if (yield.getOutputs().size() != getNumOutputs())
    return yield.emitOpError("expected ")
           << getNumOutputs() << " outputs in out(…), found "
           << yield.getOutputs().size();
  SmallVector<StringAttr> parallel = getParallelAxes();
  auto verifyResult = [&](Value result, Value yielded, bool sequence) {
    auto got = cast<ArrayType>(result.getType());
    SmallVector<StringAttr> axes(parallel);
    if (sequence)
      axes.push_back(getSequenceAttr());
    llvm::append_range(axes, cast<ArrayType>(yielded.getType()).getAxes());
    Type element = cast<ArrayType>(yielded.getType()).getElementType();
    unsigned number = cast<OpResult>(result).getResultNumber();
    if (!sameAxes(got.getAxes(), axes)) {
      InFlightDiagnostic diag = emitOpError("result ")
                                << number << " must have the axes ";
      llvm::interleaveComma(axes, diag,
                            [&](StringAttr axis) { diag << axis.getValue(); });
      return LogicalResult(diag << ", found " << got);
    }
    if (got.getElementType() != element)
      return LogicalResult(emitOpError("result ")
                           << number << " must be of " << element
                           << ", as the value yielded is, found " << got);
    return success();
  };
  for (auto [result, value] : llvm::zip(getOutputs(), yield.getOutputs()))
    if (failed(verifyResult(result, value, true)))
      return failure();
  for (auto [result, value] : llvm::zip(getFinal(), yield.getStates()))
    if (failed(verifyResult(result, value, false)))
      return failure();
  return success();
}

LogicalResult SubstepsOp::verifyRegions() {
  // substeps_c1
  auto op = (*this)->getParentOfType<OperatorOp>();
  if (op && !op.getIntParam(getAxis()))
    return emitOpError() << getAxis()
                         << " is no integer parameter of the operator: how "
                            "many sub-steps there are must be known";
  auto hasAxis = [&](Value value) {
    return cast<ArrayType>(value.getType()).hasAxis(getAxisAttr());
  };
  if (llvm::none_of(getInputs(), hasAxis))
    return emitOpError() << "no input has the axis " << getAxis();
  if (llvm::any_of(getInitial(), hasAxis))
    return emitOpError() << "a state must not have the axis " << getAxis();
  // substeps_c2
  Block &block = getBody().front();
  if (block.getNumArguments() != getNumOperands())
    return emitOpError("expected ")
           << getNumOperands() << " arguments of the region, found "
           << block.getNumArguments();
  for (auto [arg, operand] : llvm::zip(block.getArguments(), getOperands())) {
    auto type = cast<ArrayType>(operand.getType());
    SmallVector<StringAttr> axes;
    for (StringAttr axis : type.getAxes())
      if (axis != getAxisAttr())
        axes.push_back(axis);
    Type want = ArrayType::computed(axes, type.getElementType());
    if (arg.getType() != want)
      return emitOpError() << "argument " << arg.getArgNumber()
                           << " of the region must be " << want << ", found "
                           << arg.getType();
  }
  // substeps_c3
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || !yield.getOutputs().empty() ||
      yield.getStates().size() != getInitial().size() ||
      getNumResults() != getInitial().size())
    return emitOpError("must yield ")
           << getInitial().size() << " states in carry(…), have as many "
           << "results, and yield no outputs";
  for (auto [got, want, result] :
       llvm::zip(yield.getStates(), getInitial(), getResults())) {
    if (got.getType() != want.getType())
      return yield.emitOpError("a state is ")
             << want.getType() << ", but the region yields " << got.getType();
    if (result.getType() != want.getType())
      return emitOpError("a result must be ")
             << want.getType() << ", found " << result.getType();
  }
  return success();
}
