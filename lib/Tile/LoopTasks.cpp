//===- LoopTasks.cpp - The tasks of a loop, and where each is -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Tile/LoopTasks.h"

#include "lib/Tile/BodyLowering.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::tile;

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

int LoopTasks::findParallelAxis(StringRef name) {
  for (auto [index, axis] : llvm::enumerate(loop.getParallelAxes()))
    if (cast<StringAttr>(axis).getValue() == name)
      return index;
  return -1;
}

Value LoopTasks::sizeOf(StringRef axis) {
  int index = findParallelAxis(axis);
  return index < 0 ? loop.getStreamSize() : loop.getParallelSizes()[index];
}

Value LoopTasks::extentOf(StringRef axis) {
  return loop.isSegmented(axis) ? segment->length : sizeOf(axis);
}

Value LoopTasks::positionOf(StringRef axis) {
  int index = findParallelAxis(axis);
  return index < 0 ? streamPosition : parallelPositions[index];
}

/// The axis of the loop that an axis of an array is, by name or by a rule of
/// the entry, as LoopOp::getTileOf has it.
std::optional<StringRef> LoopTasks::findOwnAxis(StringRef axis) {
  auto isOwn = [&](StringRef name) {
    return findParallelAxis(name) >= 0 || name == loop.getStreamAxis();
  };
  if (isOwn(axis))
    return axis;
  auto to = entry.getEquals().getAs<StringAttr>(axis);
  if (to && isOwn(to.getValue()))
    return to.getValue();
  return std::nullopt;
}

/// Where a tile begins along an axis of an array.
Value LoopTasks::offsetOf(StringRef axis) {
  if (std::optional<StringRef> own = findOwnAxis(axis))
    return positionOf(*own);
  if (auto to = entry.getEquals().getAs<StringAttr>(axis))
    axis = to.getValue();
  auto to = entry.getDivides().getAs<StringAttr>(axis);
  if (!to || findOwnAxis(to.getValue()) != to.getValue())
    return constant(0);
  // Inside the task: a grid without tasks may have groups of size 0.
  Value ratio = arith::DivUIOp::create(builder, loc, extentOf(to.getValue()),
                                       entry.getSize(axis));
  return arith::DivUIOp::create(builder, loc, positionOf(to.getValue()), ratio);
}

SmallVector<Value> LoopTasks::offsetsOf(ArrayAttr axes) {
  SmallVector<Value> offsets;
  for (StringRef axis : axes.getAsValueRange<StringAttr>())
    offsets.push_back(offsetOf(axis));
  return offsets;
}

//===----------------------------------------------------------------------===//
// Tasks
//===----------------------------------------------------------------------===//

/// How many tiles each parallel axis has. Where tiles are of sequences, a grid
/// dimension counts slots of tiles of any of them, and that of the sequences
/// is 1.
SmallVector<Value> LoopTasks::makeGrid() {
  SmallVector<Value> grid;
  int tiled = -1;
  for (auto [index, axis, size, own] :
       llvm::enumerate(loop.getParallelAxes(), loop.getParallelSizes(),
                       loop.getParallelTiles())) {
    int64_t tile = own * loop.getGroup(index);
    if (loop.isSegmented(cast<StringAttr>(axis).getValue()))
      tiled = index;
    grid.push_back(tile == 1 ? size
                             : arith::CeilDivUIOp::create(builder, loc, size,
                                                          constant(tile)));
  }
  if (tiled >= 0) {
    int count = findParallelAxis(*loop.getSegmentAxis());
    grid[tiled] = arith::AddIOp::create(builder, loc, grid[tiled], grid[count]);
    grid[count] = constant(1);
  }
  return grid;
}

/// Finds the sequence of the task and, if tiles are of sequences, the tile.
/// Without such a tile there is nothing to do: enters an `if`.
void LoopTasks::placeSegment(kernel::ParallelOp parallel) {
  SegmentBuilder segments(builder, loc, loop.getOffsets(),
                          loop.getStreamSize());
  int count = findParallelAxis(*loop.getSegmentAxis());
  int tiled = -1;
  for (auto [index, axis] : llvm::enumerate(loop.getParallelAxes()))
    if (loop.isSegmented(cast<StringAttr>(axis).getValue()))
      tiled = index;
  if (tiled < 0) {
    segment = segments.get(parallel.getIndices()[count]);
    return;
  }
  int64_t tile = loop.getParallelTiles()[tiled] * loop.getGroup(tiled);
  auto [number, place] = segments.find(parallel.getIndices()[tiled],
                                       loop.getParallelSizes()[count], tile);
  parallelPositions[count] = number;
  parallelPositions[tiled] =
      arith::MulIOp::create(builder, loc, place, constant(tile));
  segment = segments.get(number);
  Value exists =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                            parallelPositions[tiled], segment->length);
  auto ifExists = scf::IfOp::create(builder, loc, exists);
  builder.setInsertionPointToStart(ifExists.thenBlock());
}

/// A view of the sequence at hand, if an array has a segmented axis.
Value LoopTasks::viewSegment(Value array, ArrayAttr axes) {
  if (!segment)
    return array;
  SmallVector<bool> isSegmented;
  for (StringRef axis : axes.getAsValueRange<StringAttr>())
    isSegmented.push_back(loop.isSegmented(axis));
  return makeView(builder, loc, array, *segment, isSegmented);
}

/// Makes the tasks and enters their body.
void LoopTasks::makeParallel() {
  SmallVector<Value> grid = makeGrid();
  auto parallel = kernel::ParallelOp::create(builder, loc, grid);
  Block &body = parallel.getBody().emplaceBlock();
  for (size_t i = 0; i < grid.size(); ++i)
    body.addArgument(builder.getIndexType(), loc);
  for (kernel::MemoryKind kind :
       {kernel::MemoryKind::Near, kernel::MemoryKind::Far})
    body.addArgument(
        MemRefType::get(
            {0}, builder.getI8Type(), MemRefLayoutAttrInterface(),
            kernel::MemoryKindAttr::get(builder.getContext(), kind)),
        loc);
  builder.setInsertionPointToStart(&body);
  for (auto [axis, index, own] :
       llvm::enumerate(parallel.getIndices(), loop.getParallelTiles())) {
    int64_t tile = own * loop.getGroup(axis);
    parallelPositions.push_back(
        tile == 1 ? Value(index)
                  : arith::MulIOp::create(builder, loc, index, constant(tile))
                        .getResult());
  }
  arrays = loop.getArrays();
  if (loop.getOffsets())
    placeSegment(parallel);
  for (auto [index, array] : llvm::enumerate(arrays))
    array = viewSegment(array, loop.getAxesOf(index));
}

//===----------------------------------------------------------------------===//
// Groups of tiles
//===----------------------------------------------------------------------===//

bool LoopTasks::isGrouped(ArrayAttr axes) {
  return grouped &&
         loop.movesAlong(axes,
                         cast<StringAttr>(loop.getParallelAxes()[*grouped]));
}

/// Memory for a value of each tile that the task takes.
Value LoopTasks::allocateForEachTile(RankedTensorType type, Type element) {
  SmallVector<int64_t> shape(type.getShape());
  if (grouped)
    shape.insert(shape.begin(), tilesOfTask());
  return allocateTile(builder, loc, shape, element);
}

/// That of the tile at hand.
Value LoopTasks::viewOfTile(Value ofAll) {
  if (!grouped)
    return ofAll;
  auto type = cast<MemRefType>(ofAll.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0)),
      sizes, strides(type.getRank(), builder.getIndexAttr(1));
  for (int64_t size : type.getShape())
    sizes.push_back(builder.getIndexAttr(size));
  offsets[0] = tileNumber;
  sizes[0] = builder.getIndexAttr(1);
  MemRefType view = memref::SubViewOp::inferRankReducedResultType(
      type.getShape().drop_front(), type, offsets, sizes, strides);
  return memref::SubViewOp::create(builder, loc, view, ofAll, offsets, sizes,
                                   strides);
}

/// Loops over the tiles of the group that begin within the axis. The body gets
/// what the loop carries and gives its next values; it can't fail if it has
/// any.
scf::ForOp LoopTasks::forEachTile(
    ValueRange initial,
    function_ref<FailureOr<SmallVector<Value>>(ValueRange)> body) {
  int64_t tile = loop.getParallelTiles()[*grouped];
  Value &position = parallelPositions[*grouped];
  Value first = position, number = tileNumber;
  Value rest = arith::SubIOp::create(
      builder, loc,
      extentOf(cast<StringAttr>(loop.getParallelAxes()[*grouped]).getValue()),
      first);
  Value count = arith::MinUIOp::create(
      builder, loc, constant(tilesOfTask()),
      arith::CeilDivUIOp::create(builder, loc, rest, constant(tile)));
  auto forOp = scf::ForOp::create(builder, loc, constant(0), count, constant(1),
                                  initial);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(forOp.getBody());
  tileNumber = forOp.getInductionVar();
  position = arith::AddIOp::create(
      builder, loc, first,
      arith::MulIOp::create(builder, loc, tileNumber, constant(tile)));
  FailureOr<SmallVector<Value>> next = body(forOp.getRegionIterArgs());
  position = first;
  tileNumber = number;
  if (failed(next))
    return {};
  if (!initial.empty())
    scf::YieldOp::create(builder, loc, *next);
  return forOp;
}

/// Does it for each tile that the task takes.
LogicalResult LoopTasks::forEachTile(function_ref<LogicalResult()> body) {
  if (!grouped)
    return body();
  auto inside = [&](ValueRange) -> FailureOr<SmallVector<Value>> {
    if (failed(body()))
      return failure();
    return SmallVector<Value>();
  };
  return success(static_cast<bool>(forEachTile({}, inside)));
}
