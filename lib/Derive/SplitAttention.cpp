//===- SplitAttention.cpp - Parts of the keys, and their merge ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A composition of two streams: each part of the keys leaves its carry in
// memory, and a stream over the parts merges them in order.
//
//===----------------------------------------------------------------------===//

#include "AttentionLoop.h"

using namespace mlir;
using namespace seqmix;

/// Cuts the keys and makes the arrays for the carry of each part.
void AttentionLoop::makeParts(kernel::EntryOp entry) {
  parts = Parts(b, op, entry, key, schedule.keyTile, schedule.split, nullptr);
  SmallVector<StringAttr> rows(parallel);
  rows.push_back(query);
  Axes columns;
  SmallVector<int64_t> sizes;
  for (StringAttr axis : attention.getValue().getType().getAxes())
    if (std::optional<int64_t> size = op.getIntParam(axis)) {
      columns.push_back(axis);
      sizes.push_back(*size);
    }
  partArrays.push_back(parts.makeArray(rows, columns, sizes));
  for (unsigned i = 0; i < normaliser->getNumCarries(); ++i)
    partArrays.push_back(parts.makeArray(rows, {}, {}));
}

/// Each part of the keys on its own; its carry goes to memory.
LogicalResult AttentionLoop::buildParts(kernel::EntryOp entry) {
  SmallVector<LoopAxis> axes = loopAxes();
  axes.push_back(parts.loopAxis());
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
      [&](LoopBuilder::Region &r) { return range(loop, r); },
      [&](LoopBuilder::Region &r) { return classify(loop, r); });
}

/// The parts in their order, then what comes after the last key.
LogicalResult AttentionLoop::buildMerge(kernel::EntryOp entry) {
  SmallVector<LoopAxis> axes = loopAxes();
  // There is nothing to stream past several tiles: a part is of one of them.
  axes.back().group = 1;
  LoopBuilder loop(b, op, entry, axes, parts.loopAxis(), nullptr);
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
