//===- Loop.cpp - Verifier and helpers of stream.loop ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Stream/Stream.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace seqmix::stream;

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

/// A dictionary of the enclosing entry, such as `divides`; null if none.
static DictionaryAttr rulesOf(Operation *op, StringRef name) {
  for (Operation *parent = op->getParentOp(); parent;
       parent = parent->getParentOp())
    if (auto rules = parent->getAttrOfType<DictionaryAttr>(name))
      return rules;
  return {};
}

ArrayAttr LoopOp::getAxesOf(unsigned array) {
  return cast<ArrayAttr>(getAxes()[array]);
}

/// The tile of an axis that the loop itself names, or 0.
static int64_t tileOfOwnAxis(LoopOp op, StringRef axis) {
  for (auto [attr, tile] :
       llvm::zip(op.getParallelAxes(), op.getParallelTiles()))
    if (cast<StringAttr>(attr).getValue() == axis)
      return tile;
  return axis == op.getStreamAxis() ? op.getStreamTile() : 0;
}

int64_t LoopOp::getTileOf(StringRef axis) {
  if (int64_t tile = tileOfOwnAxis(*this, axis))
    return tile;
  if (DictionaryAttr equals = rulesOf(*this, "equals"))
    if (auto to = equals.getAs<StringAttr>(axis)) {
      axis = to.getValue();
      if (int64_t tile = tileOfOwnAxis(*this, axis))
        return tile;
    }
  if (DictionaryAttr divides = rulesOf(*this, "divides"))
    if (auto to = divides.getAs<StringAttr>(axis))
      return tileOfOwnAxis(*this, to.getValue()) ? 1 : 0;
  return 0;
}

int64_t LoopOp::getGroup(unsigned parallelAxis) {
  std::optional<ArrayRef<int64_t>> groups = getParallelGroups();
  return groups ? (*groups)[parallelAxis] : 1;
}

std::optional<unsigned> LoopOp::getGroupedAxis() {
  for (unsigned axis = 0; axis < getParallelAxes().size(); ++axis)
    if (getGroup(axis) > 1)
      return axis;
  return std::nullopt;
}

bool LoopOp::movesAlong(ArrayAttr axes, StringRef axis) {
  DictionaryAttr equals = rulesOf(*this, "equals");
  DictionaryAttr divides = rulesOf(*this, "divides");
  return llvm::any_of(axes.getAsValueRange<StringAttr>(), [&](StringRef own) {
    if (own == axis || tileOfOwnAxis(*this, own))
      return own == axis;
    if (auto to = equals ? equals.getAs<StringAttr>(own) : StringAttr())
      own = to.getValue();
    if (own == axis || tileOfOwnAxis(*this, own))
      return own == axis;
    auto to = divides ? divides.getAs<StringAttr>(own) : StringAttr();
    return to && to.getValue() == axis;
  });
}

bool LoopOp::isSegmented(StringRef axis) {
  std::optional<ArrayAttr> segmented = getSegmentedAxes();
  if (!segmented)
    return false;
  auto isListed = [&](StringRef name) {
    return llvm::is_contained(segmented->getAsValueRange<StringAttr>(), name);
  };
  if (isListed(axis))
    return true;
  DictionaryAttr equals = rulesOf(*this, "equals");
  auto to = equals ? equals.getAs<StringAttr>(axis) : StringAttr();
  return to && isListed(to.getValue());
}

SmallVector<int64_t> LoopOp::getTileDims(unsigned array) {
  return getTileDims(getAxesOf(array));
}

SmallVector<int64_t> LoopOp::getTileDims(ArrayAttr axes) {
  SmallVector<int64_t> dims;
  for (auto [dim, axis] : llvm::enumerate(axes))
    if (getTileOf(cast<StringAttr>(axis).getValue()) != 1)
      dims.push_back(dim);
  return dims;
}

RankedTensorType LoopOp::getTileType(unsigned array) {
  return getTileType(cast<MemRefType>(getArrays()[array].getType()),
                     getAxesOf(array));
}

RankedTensorType LoopOp::getTileType(MemRefType array, ArrayAttr axes) {
  SmallVector<int64_t> shape;
  for (int64_t dim : getTileDims(axes)) {
    int64_t tile = getTileOf(cast<StringAttr>(axes[dim]).getValue());
    shape.push_back(tile ? tile : array.getDimSize(dim));
  }
  return RankedTensorType::get(shape, array.getElementType());
}

SmallVector<Value> LoopOp::getArrays() {
  SmallVector<Value> arrays(getResident());
  llvm::append_range(arrays, getStreamed());
  llvm::append_range(arrays, getStreamedResults());
  llvm::append_range(arrays, getFinalResults());
  return arrays;
}

TypeRange LoopOp::getCarryTypes() {
  return getInit().front().getTerminator()->getOperandTypes();
}

//===----------------------------------------------------------------------===//
// Verifier
//===----------------------------------------------------------------------===//

/// loop_c1: the parallel axes and the stream axis.
static LogicalResult verifyLoopAxes(LoopOp op) {
  size_t count = op.getParallelAxes().size();
  if (op.getParallelTiles().size() != count ||
      op.getParallelSizes().size() != count)
    return op.emitOpError("expected ")
           << count << " parallel tiles and sizes, one a parallel axis, found "
           << op.getParallelTiles().size() << " and "
           << op.getParallelSizes().size();
  for (int64_t tile : op.getParallelTiles())
    if (tile < 1)
      return op.emitOpError("expected positive tiles, found ") << tile;
  if (static_cast<int64_t>(op.getStreamTile()) < 1)
    return op.emitOpError("expected positive tiles, found ")
           << static_cast<int64_t>(op.getStreamTile());
  if (std::optional<ArrayRef<int64_t>> groups = op.getParallelGroups()) {
    if (groups->size() != count)
      return op.emitOpError("expected ")
             << count << " groups, one a parallel axis, found "
             << groups->size();
    bool found = false;
    for (auto [group, tile] : llvm::zip(*groups, op.getParallelTiles())) {
      if (group < 1)
        return op.emitOpError("expected positive groups, found ") << group;
      if (group > 1 && (found || tile == 1))
        return op.emitOpError("expected at most one group above 1, on an axis "
                              "with a tile above 1, found ")
               << group << (found ? " beside another" : " on a point");
      found |= group > 1;
    }
  }
  llvm::StringSet<> seen;
  seen.insert(op.getStreamAxis());
  for (Attribute axis : op.getParallelAxes())
    if (!seen.insert(cast<StringAttr>(axis).getValue()).second)
      return op.emitOpError("axis ") << axis << " is named twice";
  return success();
}

/// loop_c6
static LogicalResult verifySegments(LoopOp op) {
  if (!op.getOffsets() && !op.getSegmentAxis() && !op.getSegmentedAxes())
    return success();
  if (!op.getOffsets() || !op.getSegmentAxis() || !op.getSegmentedAxes())
    return op.emitOpError("expected offsets, a segment axis and segmented axes "
                          "together, found only some of them");
  auto type = dyn_cast<MemRefType>(op.getOffsets().getType());
  if (!type || type.getRank() != 1 || !type.getElementType().isInteger(32))
    return op.emitOpError("expected the offsets of segments to be a memref of "
                          "rank 1 of i32, found ")
           << op.getOffsets().getType();
  StringRef segment = *op.getSegmentAxis();
  auto parallel = op.getParallelAxes().getAsValueRange<StringAttr>();
  if (!llvm::is_contained(parallel, segment) || op.getTileOf(segment) != 1)
    return op.emitOpError("expected the axis of segments to be a parallel axis "
                          "with tile 1, found '")
           << segment << "'";
  unsigned count = 0;
  bool hasStream = false;
  for (StringRef axis : op.getSegmentedAxes()->getAsValueRange<StringAttr>()) {
    bool isStream = axis == op.getStreamAxis();
    if (axis == segment || (!isStream && !llvm::is_contained(parallel, axis)))
      return op.emitOpError("expected segmented axes to be other axes of the "
                            "loop, found '")
             << axis << "'";
    hasStream |= isStream;
    ++count;
  }
  if (!hasStream || count > 2)
    return op.emitOpError("expected the stream axis '")
           << op.getStreamAxis()
           << "' and at most one other axis to be segmented, found "
           << *op.getSegmentedAxes();
  for (Attribute list : op.getAxes()) {
    auto axes = cast<ArrayAttr>(list).getAsValueRange<StringAttr>();
    if (llvm::is_contained(axes, segment) &&
        llvm::any_of(axes,
                     [&](StringRef axis) { return op.isSegmented(axis); }))
      return op.emitOpError("expected no array with the axis of segments '")
             << segment << "' beside a segmented one, found " << list;
  }
  return success();
}

LogicalResult LoopOp::verify() {
  if (failed(verifyLoopAxes(*this)))
    return failure();

  // loop_c2
  SmallVector<Value> arrays = getArrays();
  if (getAxes().size() != arrays.size())
    return emitOpError("expected ")
           << arrays.size() << " lists in `axes`, one an array, found "
           << getAxes().size();
  for (auto [index, array] : llvm::enumerate(arrays)) {
    auto type = dyn_cast<MemRefType>(array.getType());
    auto list = dyn_cast<ArrayAttr>(getAxes()[index]);
    if (!type || !list || static_cast<int64_t>(list.size()) != type.getRank() ||
        !llvm::all_of(list, llvm::IsaPred<StringAttr>))
      return emitOpError("expected the name of each axis of array ")
             << index << " of type " << array.getType() << ", found "
             << getAxes()[index];
    for (auto [dim, attr] : llvm::enumerate(list)) {
      StringRef axis = cast<StringAttr>(attr).getValue();
      if (getTileOf(axis) == 0 && type.isDynamicDim(dim))
        return emitOpError("axis '")
               << axis << "' of array " << index
               << " is whole (neither a parallel nor the stream axis), so "
                  "expected a static dimension, found "
               << type;
    }
  }

  if (failed(verifySegments(*this)))
    return failure();

  // loop_c4
  unsigned first = 0;
  auto verifyStreamAxis = [&](unsigned count, bool expected,
                              StringRef what) -> LogicalResult {
    for (unsigned index = first; index < first + count; ++index)
      if (llvm::is_contained(getAxesOf(index), getStreamAxisAttr()) != expected)
        return emitOpError("expected ")
               << what << (expected ? " with" : " without")
               << " the stream axis '" << getStreamAxis() << "', found "
               << getAxesOf(index);
    first += count;
    return success();
  };
  if (failed(
          verifyStreamAxis(getResident().size(), false, "resident arrays")) ||
      failed(verifyStreamAxis(getStreamed().size(), true, "streamed arrays")) ||
      failed(verifyStreamAxis(getStreamedResults().size(), true,
                              "streamed results")) ||
      failed(
          verifyStreamAxis(getFinalResults().size(), false, "final results")))
    return failure();

  // loop_c5
  if (!getClassify().empty() && !getStreamedResults().empty())
    return emitOpError("with `classify` expected no streamed results, because "
                       "a tile may be skipped; found ")
           << getStreamedResults().size();
  return success();
}

/// loop_c3: the block arguments and the yielded types of one region.
static LogicalResult verifySignature(LoopOp op, StringRef name, Region &region,
                                     ArrayRef<Type> arguments,
                                     ArrayRef<Type> yields, bool anyYields) {
  if (region.empty())
    return success();
  if (region.getArgumentTypes() != TypeRange(arguments)) {
    InFlightDiagnostic diagnostic = op.emitOpError("expected `")
                                    << name << "` to have arguments (";
    llvm::interleaveComma(arguments, diagnostic);
    diagnostic << "), found (";
    llvm::interleaveComma(region.getArgumentTypes(), diagnostic);
    return diagnostic << ")";
  }
  Block &block = region.front();
  auto yield = block.empty() ? YieldOp() : dyn_cast<YieldOp>(block.back());
  if (!yield)
    return op.emitOpError("expected `") << name << "` to end in stream.yield";
  if (anyYields || yield.getOperandTypes() == TypeRange(yields))
    return success();
  InFlightDiagnostic diagnostic = yield.emitOpError("expected `")
                                  << name << "` to yield (";
  llvm::interleaveComma(yields, diagnostic);
  diagnostic << "), found (";
  llvm::interleaveComma(yield.getOperandTypes(), diagnostic);
  return diagnostic << ")";
}

LogicalResult LoopOp::verifyRegions() {
  // loop_c3
  SmallVector<Type> resident, streamed, streamedResults, finalResults;
  unsigned array = 0;
  for (unsigned i = 0, e = getResident().size(); i < e; ++i)
    resident.push_back(getTileType(array++));
  for (unsigned i = 0, e = getStreamed().size(); i < e; ++i)
    streamed.push_back(getTileType(array++));
  for (unsigned i = 0, e = getStreamedResults().size(); i < e; ++i)
    streamedResults.push_back(getTileType(array++));
  for (unsigned i = 0, e = getFinalResults().size(); i < e; ++i)
    finalResults.push_back(getTileType(array++));

  if (failed(verifySignature(*this, "init", getInit(), resident, {},
                             /*anyYields=*/true)))
    return failure();
  SmallVector<Type> carry(getCarryTypes());
  SmallVector<Type> finishArguments(carry);
  llvm::append_range(finishArguments, resident);
  SmallVector<Type> absorbArguments(finishArguments);
  llvm::append_range(absorbArguments, streamed);
  SmallVector<Type> absorbYields(carry);
  llvm::append_range(absorbYields, streamedResults);

  Type index = IndexType::get(getContext());
  Type truth = IntegerType::get(getContext(), 1);
  return failure(
      failed(verifySignature(*this, "range", getRange(), {}, {index, index},
                             false)) ||
      failed(verifySignature(*this, "classify", getClassify(), {},
                             {truth, truth}, false)) ||
      failed(verifySignature(*this, "absorb", getAbsorb(), absorbArguments,
                             absorbYields, false)) ||
      failed(verifySignature(*this, "absorb_full", getAbsorbFull(),
                             absorbArguments, absorbYields, false)) ||
      failed(verifySignature(*this, "finish", getFinish(), finishArguments,
                             finalResults, false)));
}
