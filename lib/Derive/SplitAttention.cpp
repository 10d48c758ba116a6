//===- SplitAttention.cpp - Parts of the keys, and their merge ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A composition of two streams: each part of the keys leaves its carry in
// memory, and a stream over the parts merges them in order.
//
//===----------------------------------------------------------------------===//

#include "AttentionLoop.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace seqmix;

/// Cuts the keys, as a function of their number alone, and makes the arrays
/// for the carry of each part.
void AttentionLoop::makeParts(kernel::EntryOp entry) {
  Location loc = op.getLoc();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  auto sizeOf = [&](StringAttr axis) -> Value {
    if (std::optional<int64_t> n = op.getIntParam(axis))
      return constant(*n);
    return entry.getSize(axis.getValue());
  };
  std::string name = "PARTS";
  while (op.getParams().get(name) || op.isRuntimeSize(name))
    name += '_';
  parts = b.getStringAttr(name);

  constexpr int64_t leastKeys = 256;
  Value tile = constant(schedule.keyTile), one = constant(1);
  Value keys = arith::MaxUIOp::create(b, loc, sizeOf(key), one);
  Value count = arith::DivUIOp::create(b, loc, keys, constant(leastKeys));
  count = arith::MinUIOp::create(b, loc, count, constant(schedule.split));
  count = arith::MaxUIOp::create(b, loc, count, one);
  Value length = arith::CeilDivUIOp::create(b, loc, keys, count);
  length = arith::CeilDivUIOp::create(b, loc, length, tile);
  partLength = arith::MulIOp::create(b, loc, length, tile);
  partCount = arith::CeilDivUIOp::create(b, loc, keys, partLength);

  Axes rowAxes = {parts};
  llvm::append_range(rowAxes, parallel);
  rowAxes.push_back(query);
  Axes sums = rowAxes;
  for (StringAttr axis : attention.getValue().getType().getAxes())
    if (!op.isRuntimeSize(axis))
      sums.push_back(axis);
  SmallVector<Value> sizes = {partCount};
  for (StringAttr axis : ArrayRef(rowAxes).drop_front())
    sizes.push_back(sizeOf(axis));
  auto add = [&](const Axes &axes) {
    SmallVector<int64_t> shape(rowAxes.size(), ShapedType::kDynamic);
    for (StringAttr axis : ArrayRef(axes).drop_front(rowAxes.size()))
      shape.push_back(*op.getIntParam(axis));
    Value array = memref::AllocOp::create(
        b, loc, MemRefType::get(shape, b.getF32Type()), sizes);
    partArrays.push_back({array, axes});
  };
  add(sums);
  for (unsigned i = 0; i < normaliser->getNumCarries(); ++i)
    add(rowAxes);
}

/// Each part of the keys on its own; its carry goes to memory.
LogicalResult AttentionLoop::buildParts(kernel::EntryOp entry) {
  SmallVector<LoopAxis> axes = loopAxes();
  axes.push_back({parts, 1, partCount});
  LoopBuilder loop(b, op, entry, axes, {key, schedule.keyTile}, nullptr);
  if (failed(addOperands(loop)))
    return failure();
  for (const PartArray &part : partArrays)
    loop.addOutput(part.array, part.axes);
  return loop.build(
      [&](LoopBuilder::Region &r) { return init(r); },
      [&](LoopBuilder::Region &r) { return absorb(loop, r, false); },
      [&](LoopBuilder::Region &r) { return absorb(loop, r, true); },
      [&](LoopBuilder::Region &r) -> FailureOr<SmallVector<Value>> {
        return SmallVector<Value>(r.carry);
      },
      [&](LoopBuilder::Region &r) { return range(r); },
      [&](LoopBuilder::Region &r) { return classify(r); });
}

/// The parts in their order, then what comes after the last key.
LogicalResult AttentionLoop::buildMerge(kernel::EntryOp entry) {
  LoopBuilder loop(b, op, entry, loopAxes(), {parts, 1, partCount}, nullptr);
  for (BlockArgument argument : op.getBody().getArguments())
    if (!cast<seq::ArrayType>(argument.getType()).hasAxis(key) &&
        llvm::any_of(argument.getUsers(),
                     [](Operation *user) { return !isa<seq::AtOp>(user); }))
      loop.addOperand(argument.getArgNumber());
  SmallVector<unsigned> numbers;
  for (const PartArray &part : partArrays)
    numbers.push_back(loop.addInput(part.array, part.axes));
  addResults(loop);
  auto merge =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    TileBuilder &tiles = region.tiles;
    tiles.setRowAxis(query);
    TileRows rows(tiles, query, key);
    SmallVector<Value> other;
    for (unsigned number : numbers)
      other.push_back(loop.loadedTile(region, number));
    Normaliser::Merged merged = normaliser->merge(
        rows, region.carry.drop_front(), ValueRange(other).drop_front());
    auto scaled = [&](Value value, Value factor) {
      Tile tile{value, sumAxes(tiles)};
      return factor ? tiles.mul(tile, rows.tileOf(factor)) : tile;
    };
    Tile sum = tiles.add(scaled(region.carry[0], merged.rescale),
                         scaled(other[0], merged.weight));
    SmallVector<Value> carry = {tiles.materialize(sum, sumAxes(tiles)).value};
    llvm::append_range(carry, merged.carry);
    return carry;
  };
  return loop.build([&](LoopBuilder::Region &r) { return init(r); }, merge,
                    nullptr,
                    [&](LoopBuilder::Region &r) { return finish(loop, r); });
}
