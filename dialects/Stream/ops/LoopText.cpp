//===- LoopText.cpp - How stream.loop is printed and parsed ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Stream/Stream.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace seqmix::stream;

/// The name under which an op prints an argument of its region; may be empty.
static std::string printedName(BlockArgument argument) {
  std::string name;
  if (auto parent =
          dyn_cast<OpAsmOpInterface>(argument.getOwner()->getParentOp()))
    parent.getAsmBlockArgumentNames(*argument.getOwner()->getParent(),
                                    [&](Value value, StringRef given) {
                                      if (value == argument)
                                        name = given.str();
                                    });
  return name;
}

/// Carries are printed as such, tiles under the names of their arrays.
void LoopOp::getAsmBlockArgumentNames(Region &region,
                                      OpAsmSetValueNameFn setName) {
  bool isAbsorb = &region == &getAbsorb() || &region == &getAbsorbFull();
  if (!isAbsorb && &region != &getInit() && &region != &getFinish())
    return;
  SmallVector<Value> arrays(getResident());
  if (isAbsorb)
    llvm::append_range(arrays, getStreamed());
  size_t count = region.getNumArguments();
  if (count < arrays.size())
    return; // Not verified.
  size_t carries = count - arrays.size();
  for (BlockArgument argument : region.getArguments().take_front(carries))
    setName(argument, "carry");
  for (auto [argument, array] :
       llvm::zip(region.getArguments().drop_front(carries), arrays))
    if (auto of = dyn_cast<BlockArgument>(array))
      if (std::string name = printedName(of); !name.empty())
        setName(argument, name + "_tile");
}

/// `name (%array [B, T, K] : type, …)`, with the axes of arrays from `first`.
static void printArrays(OpAsmPrinter &p, LoopOp op, StringRef name,
                        OperandRange arrays, unsigned first) {
  if (arrays.empty())
    return;
  p.printNewline();
  p << name << " (";
  for (auto [index, array] : llvm::enumerate(arrays)) {
    if (index) {
      p << ",";
      p.printNewline();
      p << "    ";
    }
    p << array << " [";
    llvm::interleaveComma(op.getAxesOf(first + index), p, [&](Attribute axis) {
      p.printKeywordOrString(cast<StringAttr>(axis).getValue());
    });
    p << "] : " << array.getType();
  }
  p << ")";
}

void LoopOp::print(OpAsmPrinter &p) {
  p.increaseIndent();
  p.increaseIndent();
  p.printNewline();
  p << "parallel (";
  for (unsigned i = 0, e = getParallelAxes().size(); i < e; ++i) {
    if (i)
      p << ", ";
    p.printKeywordOrString(cast<StringAttr>(getParallelAxes()[i]).getValue());
    p << " tile " << getParallelTiles()[i];
    if (getGroup(i) != 1)
      p << " group " << getGroup(i);
    p << " size " << getParallelSizes()[i];
  }
  p << ")";
  p.printNewline();
  p << "stream (";
  p.printKeywordOrString(getStreamAxis());
  p << " tile " << getStreamTile() << " size " << getStreamSize() << ")";

  if (getOffsets()) {
    p.printNewline();
    p << "segments (";
    p.printKeywordOrString(*getSegmentAxis());
    p << " of [";
    llvm::interleaveComma(
        getSegmentedAxes()->getAsValueRange<StringAttr>(), p,
        [&](StringRef axis) { p.printKeywordOrString(axis); });
    p << "] at " << getOffsets() << " : " << getOffsets().getType() << ")";
  }

  unsigned first = 0;
  printArrays(p, *this, "resident", getResident(), first);
  first += getResident().size();
  printArrays(p, *this, "streamed", getStreamed(), first);
  first += getStreamed().size();
  printArrays(p, *this, "results", getStreamedResults(), first);
  first += getStreamedResults().size();
  printArrays(p, *this, "finals", getFinalResults(), first);

  static constexpr StringLiteral ownAttributes[] = {
      "parallel_axes", "parallel_tiles", "parallel_groups",
      "stream_axis",   "stream_tile",    "axes",
      "segment_axis",  "segmented_axes", "operandSegmentSizes"};
  p.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(), SmallVector<StringRef>(ArrayRef(ownAttributes)));

  static constexpr StringLiteral names[] = {"range",  "classify",    "init",
                                            "absorb", "absorb_full", "finish"};
  for (auto [name, region] : llvm::zip_equal(names, (*this)->getRegions())) {
    if (region.empty())
      continue;
    p.printNewline();
    p << name << " (";
    llvm::interleaveComma(region.getArguments(), p, [&](BlockArgument arg) {
      p.printRegionArgument(arg);
    });
    p << ") ";
    p.printRegion(region, /*printEntryBlockArgs=*/false);
  }
  p.decreaseIndent();
  p.decreaseIndent();
}

namespace {
/// What one array clause says.
struct ArrayClause {
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  SmallVector<Type> types;
};
} // namespace

static ParseResult parseAxisName(OpAsmParser &parser, std::string &name) {
  if (succeeded(parser.parseOptionalKeywordOrString(&name)))
    return success();
  return parser.emitError(parser.getCurrentLocation(),
                          "expected the name of an axis");
}

/// Parses what printArrays prints; the axes go to the end of `axes`.
static ParseResult parseArrays(OpAsmParser &parser, StringRef name,
                               ArrayClause &clause,
                               SmallVectorImpl<Attribute> &axes) {
  if (failed(parser.parseOptionalKeyword(name)))
    return success();
  return parser.parseCommaSeparatedList(
      AsmParser::Delimiter::Paren, [&]() -> ParseResult {
        SmallVector<Attribute> list;
        auto parseAxis = [&]() -> ParseResult {
          std::string axis;
          if (parseAxisName(parser, axis))
            return failure();
          list.push_back(parser.getBuilder().getStringAttr(axis));
          return success();
        };
        if (parser.parseOperand(clause.operands.emplace_back()) ||
            parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                           parseAxis) ||
            parser.parseColonType(clause.types.emplace_back()))
          return failure();
        axes.push_back(parser.getBuilder().getArrayAttr(list));
        return success();
      });
}

/// Parses `segments (N of [T, S] at %offsets : type)`, if it is there.
static ParseResult
parseSegments(OpAsmParser &parser, LoopOp::Properties &properties,
              SmallVectorImpl<OpAsmParser::UnresolvedOperand> &offsets,
              Type &type) {
  if (failed(parser.parseOptionalKeyword("segments")))
    return success();
  Builder &builder = parser.getBuilder();
  std::string axis;
  SmallVector<Attribute> axes;
  auto parseOne = [&]() -> ParseResult {
    std::string name;
    if (parseAxisName(parser, name))
      return failure();
    axes.push_back(builder.getStringAttr(name));
    return success();
  };
  if (parser.parseLParen() || parseAxisName(parser, axis) ||
      parser.parseKeyword("of") ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseOne) ||
      parser.parseKeyword("at") ||
      parser.parseOperand(offsets.emplace_back()) ||
      parser.parseColonType(type) || parser.parseRParen())
    return failure();
  properties.segment_axis = builder.getStringAttr(axis);
  properties.segmented_axes = builder.getArrayAttr(axes);
  return success();
}

/// Parses `axis tile n size %size`, or `axis tile n group g size %size` where
/// an axis may have a group.
static ParseResult parseAxis(OpAsmParser &parser, std::string &axis,
                             int64_t &tile,
                             OpAsmParser::UnresolvedOperand &size,
                             int64_t *group = nullptr) {
  if (parseAxisName(parser, axis) || parser.parseKeyword("tile") ||
      parser.parseInteger(tile) ||
      (group && succeeded(parser.parseOptionalKeyword("group")) &&
       parser.parseInteger(*group)))
    return failure();
  return failure(failed(parser.parseKeyword("size")) ||
                 parser.parseOperand(size));
}

/// Parses `name (%arg: type, …) { … }`; no region if the name does not follow.
static ParseResult parseNamedRegion(OpAsmParser &parser, StringRef name,
                                    Region &region, bool required) {
  if (required) {
    if (parser.parseKeyword(name))
      return failure();
  } else if (failed(parser.parseOptionalKeyword(name))) {
    return success();
  }
  SmallVector<OpAsmParser::Argument> arguments;
  if (parser.parseArgumentList(arguments, AsmParser::Delimiter::Paren,
                               /*allowType=*/true) ||
      parser.parseRegion(region, arguments))
    return failure();
  if (region.empty()) {
    Block &block = region.emplaceBlock();
    for (OpAsmParser::Argument &argument : arguments)
      block.addArgument(argument.type, parser.getBuilder().getUnknownLoc());
  }
  return success();
}

ParseResult LoopOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  Properties &properties = result.getOrAddProperties<Properties>();

  SmallVector<OpAsmParser::UnresolvedOperand> sizes;
  SmallVector<Attribute> parallelAxes;
  SmallVector<int64_t> parallelTiles, parallelGroups;
  auto parseParallel = [&]() -> ParseResult {
    std::string axis;
    if (parseAxis(parser, axis, parallelTiles.emplace_back(),
                  sizes.emplace_back(), &parallelGroups.emplace_back(1)))
      return failure();
    parallelAxes.push_back(builder.getStringAttr(axis));
    return success();
  };
  std::string streamAxis;
  int64_t streamTile;
  if (parser.parseKeyword("parallel") ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren,
                                     parseParallel) ||
      parser.parseKeyword("stream") || parser.parseLParen() ||
      parseAxis(parser, streamAxis, streamTile, sizes.emplace_back()) ||
      parser.parseRParen())
    return failure();
  properties.parallel_axes = builder.getArrayAttr(parallelAxes);
  properties.parallel_tiles = builder.getDenseI64ArrayAttr(parallelTiles);
  if (llvm::any_of(parallelGroups, [](int64_t group) { return group != 1; }))
    properties.parallel_groups = builder.getDenseI64ArrayAttr(parallelGroups);
  properties.stream_axis = builder.getStringAttr(streamAxis);
  properties.stream_tile = builder.getI64IntegerAttr(streamTile);

  SmallVector<OpAsmParser::UnresolvedOperand> offsets;
  Type offsetsType;
  if (parseSegments(parser, properties, offsets, offsetsType))
    return failure();

  ArrayClause clauses[4];
  SmallVector<Attribute> axes;
  static constexpr StringLiteral clauseNames[] = {"resident", "streamed",
                                                  "results", "finals"};
  for (auto [name, clause] : llvm::zip_equal(clauseNames, clauses))
    if (parseArrays(parser, name, clause, axes))
      return failure();
  properties.axes = builder.getArrayAttr(axes);

  if (parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.resolveOperands(sizes, builder.getIndexType(), result.operands))
    return failure();
  int32_t segments[7] = {static_cast<int32_t>(parallelAxes.size()), 1};
  for (auto [index, clause] : llvm::enumerate(clauses)) {
    if (parser.resolveOperands(clause.operands, clause.types,
                               parser.getCurrentLocation(), result.operands))
      return failure();
    segments[2 + index] = clause.operands.size();
  }
  segments[6] = offsets.size();
  if (!offsets.empty() &&
      parser.resolveOperand(offsets[0], offsetsType, result.operands))
    return failure();
  llvm::copy(segments, properties.operandSegmentSizes.begin());

  return failure(
      failed(parseNamedRegion(parser, "range", *result.addRegion(), false)) ||
      parseNamedRegion(parser, "classify", *result.addRegion(), false) ||
      parseNamedRegion(parser, "init", *result.addRegion(), true) ||
      parseNamedRegion(parser, "absorb", *result.addRegion(), true) ||
      parseNamedRegion(parser, "absorb_full", *result.addRegion(), false) ||
      parseNamedRegion(parser, "finish", *result.addRegion(), true));
}
