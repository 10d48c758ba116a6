//===- LowerStream.cpp - stream.loop to tasks over tiles in memory --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Tile/Passes.h"

#include "lib/Tile/BodyLowering.h"
#include "lib/Tile/LoopTasks.h"
#include "lib/Tile/TileBounds.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

namespace seqmix {
#define GEN_PASS_DEF_LOWERSTREAM
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;
using namespace seqmix::tile;

namespace {

/// Lowers one loop.
class LoopLowering : LoopTasks {
public:
  LoopLowering(kernel::EntryOp entry, stream::LoopOp loop)
      : LoopTasks(entry, loop) {}

  LogicalResult lower();

private:
  /// A tile of an array in scratch.
  struct Tile {
    Value memref;
    bool isWide = false;
  };

  // Scalars.
  std::pair<Value, Value> lowerRange();
  FailureOr<SmallVector<Value>> lowerScalars(Region &region);

  // Tiles.
  BodyLowering makeBody(Region &region);
  /// The element type in which a tile is loaded, and whether that is wider
  /// than the array's.
  std::pair<Type, bool> elementOf(unsigned array, ArrayRef<Value> arguments);
  Tile load(unsigned array, ArrayRef<Value> arguments);
  Tile loadOfEachTile(unsigned array, ArrayRef<Value> arguments);
  LogicalResult store(BodyLowering &body, unsigned array, Value yielded);
  SmallVector<Value> carriesOfTile();
  SmallVector<Value> residentArguments(unsigned index, bool inFinish);
  void bindResident(BodyLowering &body, SameAs &same, Region &region,
                    bool mayOverwrite);
  void foldTile(Value argument, unsigned array, const Tile &tile, SameAs &same);
  void collectBounds();
  Value boundOfTile(const TileBounds &of, Value bound);
  void lowerBounds(bool ofStream);

  // Regions.
  LogicalResult lowerInit();
  LogicalResult lowerAbsorb(Region &region);
  LogicalResult lowerTileStep();
  LogicalResult lowerStep();
  Value mattersToAnyTile();
  void loadShared();
  void prefetchShared();
  LogicalResult lowerFinish();
  LogicalResult lowerTileFinish();
  Value liesWithinSizes(Value first, Value end);

  unsigned numCarries() { return loop.getCarryTypes().size(); }
  unsigned numResident() { return loop.getResident().size(); }
  unsigned numStreamed() { return loop.getStreamed().size(); }
  unsigned numStreamedResults() { return loop.getStreamedResults().size(); }

  Value rangeFirst, rangeEnd;
  /// Of arrays that move along the grouped axis, the tiles of all of the group.
  SmallVector<Tile> resident;
  /// Streamed tiles that all of a group use.
  SmallVector<Tile> shared;
  SmallVector<Value> carries;
  SmallVector<TileBounds> bounds;
};

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

/// Emits a region of scalars and gives what it yields.
FailureOr<SmallVector<Value>> LoopLowering::lowerScalars(Region &region) {
  IRMapping mapping;
  for (Operation &op : region.front().without_terminator()) {
    if (auto position = dyn_cast<stream::PositionOp>(op))
      mapping.map(position.getResult(), positionOf(position.getAxis()));
    else if (auto extent = dyn_cast<stream::ExtentOp>(op))
      mapping.map(extent.getResult(), extentOf(extent.getAxis()));
    else if (isa<stream::OriginOp>(op))
      mapping.map(op.getResult(0), segment->first);
    else if (auto asked = dyn_cast<stream::BoundsOp>(op)) {
      auto found = llvm::find_if(
          bounds, [&](const TileBounds &some) { return some.isOf(asked); });
      auto read = [&](Value result, Value bound) {
        mapping.map(result, readBound(builder, loc, boundOfTile(*found, bound),
                                      result.getType()));
      };
      read(asked.getLow(), found->low);
      read(asked.getHigh(), found->high);
    } else
      builder.clone(op, mapping);
  }
  SmallVector<Value> values;
  for (Value value : region.front().getTerminator()->getOperands())
    values.push_back(mapping.lookupOrDefault(value));
  return values;
}

/// The bounds of the stream: first position, a multiple of the tile, and end.
std::pair<Value, Value> LoopLowering::lowerRange() {
  Value zero = constant(0);
  rangeFirst = zero;
  rangeEnd = extentOf(loop.getStreamAxis());
  if (loop.getRange().empty())
    return {rangeFirst, rangeEnd};
  SmallVector<Value> range;
  if (grouped) {
    // From the first to the last position that matters to any tile.
    auto widen = [&](ValueRange found) -> FailureOr<SmallVector<Value>> {
      SmallVector<Value> own = *lowerScalars(loop.getRange());
      return SmallVector<Value>{
          arith::MinSIOp::create(builder, loc, found[0], own[0]),
          arith::MaxSIOp::create(builder, loc, found[1], own[1])};
    };
    llvm::append_range(range,
                       forEachTile({rangeEnd, zero}, widen).getResults());
  } else {
    range = *lowerScalars(loop.getRange());
  }
  rangeFirst = arith::MaxSIOp::create(builder, loc, range[0], zero);
  rangeEnd = arith::MinSIOp::create(builder, loc, range[1], rangeEnd);
  if (loop.getStreamTile() == 1)
    return {rangeFirst, rangeEnd};
  Value remainder = arith::RemUIOp::create(builder, loc, rangeFirst,
                                           constant(loop.getStreamTile()));
  return {arith::SubIOp::create(builder, loc, rangeFirst, remainder), rangeEnd};
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

BodyLowering LoopLowering::makeBody(Region &region) {
  return BodyLowering(
      builder, region.front(),
      [this](StringRef axis) { return positionOf(axis); },
      [this](StringRef axis) { return extentOf(axis); },
      segment ? segment->first : Value());
}

/// A tile is loaded wide if all that is done with it in every region (it is one
/// of the arguments there) is to widen it.
std::pair<Type, bool> LoopLowering::elementOf(unsigned array,
                                              ArrayRef<Value> arguments) {
  Type element;
  for (Value argument : arguments) {
    if (argument.use_empty())
      continue;
    Type wide = getWidenedElement(argument);
    if (!wide || (element && element != wide)) {
      element = {};
      break;
    }
    element = wide;
  }
  if (element)
    return {element, true};
  return {loop.getTileType(array).getElementType(), false};
}

LoopLowering::Tile LoopLowering::load(unsigned array,
                                      ArrayRef<Value> arguments) {
  auto [element, isWide] = elementOf(array, arguments);
  Value memref =
      allocateTile(builder, loc, loop.getTileType(array).getShape(), element);
  kernel::LoadOp::create(builder, loc, arrays[array], offsetsOf(array), memref,
                         loop.getTileDims(array));
  return {memref, isWide};
}

/// Loads the tiles of a group one by one, as `load` does.
LoopLowering::Tile LoopLowering::loadOfEachTile(unsigned array,
                                                ArrayRef<Value> arguments) {
  auto [element, isWide] = elementOf(array, arguments);
  Value memref = allocateForEachTile(loop.getTileType(array), element);
  (void)forEachTile([&] {
    kernel::LoadOp::create(builder, loc, arrays[array], offsetsOf(array),
                           viewOfTile(memref), loop.getTileDims(array));
    return success();
  });
  return {memref, isWide};
}

LogicalResult LoopLowering::store(BodyLowering &body, unsigned array,
                                  Value yielded) {
  FailureOr<Value> memref = body.getMemRef(yielded);
  if (failed(memref))
    return failure();
  kernel::StoreOp::create(builder, loc, *memref, arrays[array],
                          offsetsOf(array), loop.getTileDims(array));
  return success();
}

/// The used arguments for a resident array in `finish`, or in the regions
/// before it.
SmallVector<Value> LoopLowering::residentArguments(unsigned index,
                                                   bool inFinish) {
  SmallVector<Value> arguments;
  auto add = [&](Region &region, unsigned first) {
    if (!region.empty() && !region.getArgument(first + index).use_empty())
      arguments.push_back(region.getArgument(first + index));
  };
  if (inFinish) {
    add(loop.getFinish(), numCarries());
    return arguments;
  }
  add(loop.getInit(), 0);
  add(loop.getAbsorb(), numCarries());
  add(loop.getAbsorbFull(), numCarries());
  return arguments;
}

void LoopLowering::foldTile(Value argument, unsigned array, const Tile &tile,
                            SameAs &same) {
  if (tile.isWide)
    foldWidenings(argument, same);
  foldZeroPads(argument, loop.getAxesOf(array), same);
}

void LoopLowering::bindResident(BodyLowering &body, SameAs &same,
                                Region &region, bool mayOverwrite) {
  unsigned first = &region == &loop.getInit() ? 0 : numCarries();
  for (auto [index, tile] : llvm::enumerate(resident)) {
    Value argument = region.getArgument(first + index);
    if (argument.use_empty())
      continue;
    // Only `init` may overwrite what nothing reads after it.
    SmallVector<Value> before = residentArguments(index, false);
    bool isLast =
        mayOverwrite &&
        (&region == &loop.getFinish() ||
         (before.size() == 1 && residentArguments(index, true).empty()));
    foldTile(argument, index, tile, same);
    if (!grouped || isGrouped(index))
      body.bind(argument, viewOfTile(tile.memref), isLast);
    else
      body.bind(argument, tile.memref, /*mayOverwrite=*/false);
  }
}

/// Makes room for what `range` and `classify` ask of data.
void LoopLowering::collectBounds() {
  for (Region *region : {&loop.getRange(), &loop.getClassify()})
    for (auto op : region->getOps<stream::BoundsOp>()) {
      if (llvm::any_of(bounds,
                       [&](const TileBounds &some) { return some.isOf(op); }))
        continue;
      auto allocate = [&]() -> Value {
        Type element = getBoundsElement(op);
        return isGrouped(op.getAxes())
                   ? allocateForEachTile(RankedTensorType::get({}, element),
                                         element)
                   : allocateTile(builder, loc, {}, element);
      };
      Value low = allocate();
      bounds.push_back(
          {op, viewSegment(op.getArray(), op.getAxes()), low, allocate()});
    }
}

/// One of the two, of the tile at hand if it moves with the tiles of a group.
Value LoopLowering::boundOfTile(const TileBounds &of, Value bound) {
  return isGrouped(of.op.getAxes()) ? viewOfTile(bound) : bound;
}

/// Finds the bounds of tiles that move along the stream, or of the others.
void LoopLowering::lowerBounds(bool ofStream) {
  for (const TileBounds &each : bounds) {
    ArrayAttr axes = each.op.getAxes();
    if (loop.movesAlong(axes, loop.getStreamAxis()) != ofStream)
      continue;
    auto find = [&] {
      auto type = cast<MemRefType>(each.op.getArray().getType());
      Value tile =
          allocateTile(builder, loc, loop.getTileType(type, axes).getShape(),
                       getBoundsElement(each.op));
      SmallVector<int64_t> dims = loop.getTileDims(axes);
      kernel::LoadOp::create(builder, loc, each.array, offsetsOf(axes), tile,
                             dims);
      SmallVector<Value> valid;
      for (int64_t dim : dims) {
        std::optional<StringRef> own =
            findOwnAxis(cast<StringAttr>(axes[dim]).getValue());
        valid.push_back(own ? arith::SubIOp::create(builder, loc,
                                                    extentOf(*own),
                                                    positionOf(*own))
                            : Value());
      }
      findBounds(builder, loc, tile, valid, boundOfTile(each, each.low),
                 boundOfTile(each, each.high));
      return success();
    };
    if (isGrouped(axes))
      (void)forEachTile(find);
    else
      (void)find();
  }
}

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

SmallVector<Value> LoopLowering::carriesOfTile() {
  return llvm::map_to_vector(carries,
                             [&](Value carry) { return viewOfTile(carry); });
}

LogicalResult LoopLowering::lowerInit() {
  for (unsigned index = 0; index < numResident(); ++index) {
    SmallVector<Value> arguments = residentArguments(index, false);
    if (arguments.empty()) {
      resident.push_back({});
      continue;
    }
    llvm::append_range(arguments, residentArguments(index, true));
    resident.push_back(isGrouped(index) ? loadOfEachTile(index, arguments)
                                        : load(index, arguments));
  }
  if (grouped)
    for (Type type : loop.getCarryTypes())
      carries.push_back(allocateForEachTile(cast<RankedTensorType>(type),
                                            getElementTypeOrSelf(type)));
  return forEachTile([&]() -> LogicalResult {
    BodyLowering body = makeBody(loop.getInit());
    SameAs same;
    bindResident(body, same, loop.getInit(), /*mayOverwrite=*/true);
    body.fold(std::move(same));
    if (grouped)
      body.setCarries(carriesOfTile());
    if (failed(body.lower()))
      return failure();
    if (grouped)
      return body.commitCarries();
    FailureOr<SmallVector<Value>> taken = body.takeCarries();
    if (failed(taken))
      return failure();
    carries = *taken;
    return success();
  });
}

LogicalResult LoopLowering::lowerAbsorb(Region &region) {
  BodyLowering body = makeBody(region);
  SameAs same;
  SmallVector<Value> own = carriesOfTile();
  for (auto [index, carry] : llvm::enumerate(own))
    body.bind(region.getArgument(index), carry, /*mayOverwrite=*/true);
  bindResident(body, same, region, /*mayOverwrite=*/false);
  unsigned first = numCarries() + numResident();
  for (unsigned index = 0; index < numStreamed(); ++index) {
    Value argument = region.getArgument(first + index);
    if (argument.use_empty())
      continue;
    bool isShared = grouped && shared[index].memref;
    Tile tile =
        isShared ? shared[index] : load(numResident() + index, argument);
    foldTile(argument, numResident() + index, tile, same);
    body.bind(argument, tile.memref, /*mayOverwrite=*/!isShared);
  }
  OperandRange yielded = region.front().getTerminator()->getOperands();
  OperandRange results = yielded.drop_front(numCarries());
  for (Value result : results)
    if (Value source = skipNarrowing(result); source != result)
      same[result] = source;
  body.fold(std::move(same));
  body.setCarries(own);
  if (failed(body.lower()))
    return failure();
  unsigned array = numResident() + numStreamed();
  for (Value result : results)
    if (failed(store(body, array++, result)))
      return failure();
  return body.commitCarries();
}

/// Whether the tile at the current positions lies within all sizes and the
/// range.
Value LoopLowering::liesWithinSizes(Value first, Value end) {
  auto isWithin = [&](Value start, int64_t tile, Value size) -> Value {
    Value last = arith::AddIOp::create(builder, loc, start, constant(tile));
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sle, last,
                                 size);
  };
  Value all = isWithin(streamPosition, loop.getStreamTile(), end);
  auto conjoin = [&](Value other) {
    all = arith::AndIOp::create(builder, loc, all, other);
  };
  if (!loop.getRange().empty())
    conjoin(arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sle,
                                  first, streamPosition));
  for (auto [axis, position, tile] : llvm::zip(
           loop.getParallelAxes(), parallelPositions, loop.getParallelTiles()))
    if (tile != 1)
      conjoin(isWithin(position, tile,
                       extentOf(cast<StringAttr>(axis).getValue())));
  return all;
}

/// One tile: skips, absorbs the full way or absorbs.
LogicalResult LoopLowering::lowerTileStep() {
  OpBuilder::InsertionGuard guard(builder);
  Value isFull;
  if (!loop.getClassify().empty()) {
    SmallVector<Value> classes = *lowerScalars(loop.getClassify());
    auto ifAny = scf::IfOp::create(builder, loc, classes[0]);
    builder.setInsertionPointToStart(ifAny.thenBlock());
    isFull = classes[1];
  }
  if (loop.getAbsorbFull().empty())
    return lowerAbsorb(loop.getAbsorb());

  // What `classify` calls full may still lie past the end of an axis.
  Value isWithin = liesWithinSizes(
      rangeFirst, isFull ? extentOf(loop.getStreamAxis()) : rangeEnd);
  isFull =
      isFull ? arith::AndIOp::create(builder, loc, isFull, isWithin).getResult()
             : isWithin;
  auto ifFull =
      scf::IfOp::create(builder, loc, isFull, /*withElseRegion=*/true);
  builder.setInsertionPointToStart(ifFull.thenBlock());
  if (failed(lowerAbsorb(loop.getAbsorbFull())))
    return failure();
  builder.setInsertionPointToStart(ifFull.elseBlock());
  return lowerAbsorb(loop.getAbsorb());
}

/// Whether anything of the streamed tiles matters to any tile of the group;
/// null if it always does.
Value LoopLowering::mattersToAnyTile() {
  Region &classify = loop.getClassify();
  if (classify.empty() ||
      matchPattern(classify.front().getTerminator()->getOperand(0), m_One()))
    return {};
  Value no =
      arith::ConstantOp::create(builder, loc, builder.getBoolAttr(false));
  auto ask = [&](ValueRange found) -> FailureOr<SmallVector<Value>> {
    Value own = (*lowerScalars(classify))[0];
    return SmallVector<Value>{
        arith::OrIOp::create(builder, loc, found[0], own)};
  };
  return forEachTile(no, ask).getResult(0);
}

/// Loads the streamed tiles that are the same for each tile of the group.
void LoopLowering::loadShared() {
  shared.clear();
  unsigned first = numCarries() + numResident();
  for (unsigned index = 0; index < numStreamed(); ++index) {
    SmallVector<Value> arguments;
    for (Region *region : {&loop.getAbsorb(), &loop.getAbsorbFull()})
      if (!region->empty() && !region->getArgument(first + index).use_empty())
        arguments.push_back(region->getArgument(first + index));
    bool isShared = !arguments.empty() && !isGrouped(numResident() + index);
    shared.push_back(isShared ? load(numResident() + index, arguments)
                              : Tile());
  }
}

/// Asks for a part of the next shared tiles, as large as the tile at hand is of
/// its group: while it is absorbed they come nearer.
void LoopLowering::prefetchShared() {
  int64_t tile = loop.getStreamTile();
  int64_t rows = llvm::divideCeil(tile, tilesOfTask());
  Value position = streamPosition;
  streamPosition = arith::AddIOp::create(
      builder, loc,
      arith::AddIOp::create(builder, loc, position, constant(tile)),
      arith::MulIOp::create(builder, loc, tileNumber, constant(rows)));
  for (auto [index, own] : llvm::enumerate(shared)) {
    unsigned array = numResident() + index;
    SmallVector<int64_t> shape(loop.getTileType(array).getShape());
    SmallVector<int64_t> dims = loop.getTileDims(array);
    for (auto [size, dim] : llvm::zip(shape, dims))
      if (findOwnAxis(cast<StringAttr>(loop.getAxesOf(array)[dim])) ==
          loop.getStreamAxis())
        size = rows;
    if (own.memref)
      kernel::PrefetchOp::create(builder, loc, arrays[array], offsetsOf(array),
                                 dims, shape);
  }
  streamPosition = position;
}

/// One iteration.
LogicalResult LoopLowering::lowerStep() {
  lowerBounds(/*ofStream=*/true);
  if (!grouped)
    return lowerTileStep();
  OpBuilder::InsertionGuard guard(builder);
  if (Value matters = mattersToAnyTile())
    builder.setInsertionPointToStart(
        scf::IfOp::create(builder, loc, matters).thenBlock());
  loadShared();
  auto step = [&](ValueRange) -> FailureOr<SmallVector<Value>> {
    prefetchShared();
    if (failed(lowerTileStep()))
      return failure();
    return SmallVector<Value>();
  };
  scf::ForOp tiles = forEachTile({}, step);
  if (!tiles)
    return failure();
  // Products may prepare what the tiles share ahead of this loop.
  tiles->setAttr("kernel.rows", builder.getUnitAttr());
  return success();
}

LogicalResult LoopLowering::lowerFinish() {
  for (unsigned index = 0; index < numResident(); ++index)
    if (!resident[index].memref)
      if (SmallVector<Value> arguments = residentArguments(index, true);
          !arguments.empty())
        resident[index] = isGrouped(index) ? loadOfEachTile(index, arguments)
                                           : load(index, arguments);
  return forEachTile([&] { return lowerTileFinish(); });
}

LogicalResult LoopLowering::lowerTileFinish() {
  Region &region = loop.getFinish();
  BodyLowering body = makeBody(region);
  SameAs same;
  for (auto [index, carry] : llvm::enumerate(carriesOfTile()))
    body.bind(region.getArgument(index), carry, /*mayOverwrite=*/true);
  bindResident(body, same, region, /*mayOverwrite=*/true);
  OperandRange results = region.front().getTerminator()->getOperands();
  for (Value result : results)
    if (Value source = skipNarrowing(result); source != result)
      same[result] = source;
  body.fold(std::move(same));
  if (failed(body.lower()))
    return failure();
  unsigned array = numResident() + numStreamed() + numStreamedResults();
  for (Value result : results)
    if (failed(store(body, array++, result)))
      return failure();
  return success();
}

LogicalResult LoopLowering::lower() {
  for (Type type : loop.getCarryTypes())
    if (auto tensor = dyn_cast<RankedTensorType>(type);
        !tensor || !tensor.hasStaticShape())
      return loop.emitOpError("cannot be lowered to memory: expected a carry "
                              "of tensors of static shape, found ")
             << type;
  makeParallel();
  if (failed(lowerInit()))
    return failure();

  collectBounds();
  lowerBounds(/*ofStream=*/false);
  auto [first, end] = lowerRange();
  auto forOp = scf::ForOp::create(builder, loc, first, end,
                                  constant(loop.getStreamTile()));
  streamPosition = forOp.getInductionVar();
  builder.setInsertionPointToStart(forOp.getBody());
  if (failed(lowerStep()))
    return failure();
  builder.setInsertionPointAfter(forOp);
  streamPosition = {};
  if (failed(lowerFinish()))
    return failure();
  loop.erase();
  return success();
}

struct LowerStreamPass : seqmix::impl::LowerStreamBase<LowerStreamPass> {
  void runOnOperation() override {
    SmallVector<stream::LoopOp> loops(
        getOperation().getBody().getOps<stream::LoopOp>());
    for (stream::LoopOp loop : loops)
      if (failed(LoopLowering(getOperation(), loop).lower()))
        return signalPassFailure();
  }
};

} // namespace
