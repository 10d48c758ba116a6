//===- DeriveAttention.cpp - Attention as a stream over key tiles
//----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parallel over the query's axes and tiles of queries; the stream is over tiles
// of keys; the carry is the weighted sum so far and what the normaliser keeps.
// Interval analysis of the mask gives the range of keys that matter and which
// tiles need no mask.
//
//===----------------------------------------------------------------------===//

#include "AttentionLoop.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace seqmix;

LogicalResult AttentionLoop::addTiledRead(LoopBuilder &loop, seq::AtOp at) {
  auto regionArgument = [&](Value value) {
    auto arg = dyn_cast<BlockArgument>(value);
    return arg && arg.getOwner()->getParentOp() == attention ? arg
                                                             : BlockArgument();
  };
  // Which position of its region an argument is: parallel…, query, key.
  auto placeOf = [&](BlockArgument arg) {
    return arg.getArgNumber() + parallel.size() + 2 -
           arg.getOwner()->getNumArguments();
  };
  auto moves = [&](Value value) {
    SmallVector<Value> work = {value};
    while (!work.empty()) {
      Value v = work.pop_back_val();
      if (BlockArgument arg = regionArgument(v);
          arg && placeOf(arg) >= parallel.size() &&
          placeOf(arg) < parallel.size() + 2)
        return true;
      if (Operation *o = v.getDefiningOp())
        llvm::append_range(work, o->getOperands());
    }
    return false;
  };
  if (llvm::none_of(at.getPositions(), moves))
    return success(); // One element for the whole tile.
  Axes axes;
  seq::ArrayType type = at.getArray().getType();
  for (auto [position, axis] : llvm::zip(at.getPositions(), type.getAxes())) {
    BlockArgument arg = regionArgument(position);
    size_t place = arg ? placeOf(arg) : 0;
    bool moving =
        arg && (place == parallel.size() || place == parallel.size() + 1);
    if (moving && schedule.packing && !schedule.packing->isPacked(op, axis))
      return at.emitOpError(
                 "reads at the position in a sequence along the axis ")
             << axis.getValue()
             << ", which is no sequence; expected the sequence's own axis "
                "where "
                "sequences are packed";
    if (arg && place == parallel.size()) {
      axes.push_back(query);
    } else if (arg && place == parallel.size() + 1) {
      axes.push_back(key);
    } else if (arg && place < parallel.size() &&
               op.groupOf(op.canonicalSize(axis)) == parallel[place]) {
      axes.push_back(axis);
    } else {
      return at.emitOpError("reads along the query or the key sequence at a "
                            "computed position; give it the region's own "
                            "positions");
    }
  }
  unsigned operand = cast<BlockArgument>(at.getArray()).getArgNumber();
  tiledReads.push_back({at, loop.addOperand(operand, axes), axes});
  return success();
}

LogicalResult AttentionLoop::addOperands(LoopBuilder &loop) {
  for (BlockArgument argument : op.getBody().getArguments())
    if (llvm::any_of(argument.getUsers(),
                     [](Operation *user) { return !isa<seq::AtOp>(user); }))
      loop.addOperand(argument.getArgNumber());
  WalkResult reads = attention.walk([&](seq::AtOp at) {
    return failed(addTiledRead(loop, at)) ? WalkResult::interrupt()
                                          : WalkResult::advance();
  });
  return failure(reads.wasInterrupted());
}

void AttentionLoop::addResults(LoopBuilder &loop) {
  for (size_t i = 0; i < op.getResultTypes().size(); ++i)
    loop.addResult(i);
}

void AttentionLoop::bindPoint(LoopBuilder &loop, LoopBuilder::Region &region,
                              mlir::Region &body, bool score) {
  TileBuilder &tiles = region.tiles;
  unsigned next = score ? 1 : 0;
  for (StringAttr axis : parallel)
    tiles.bind(body.getArgument(next++), {position(axis), {}});
  tiles.bind(body.getArgument(next++), tiles.iota(position(query), query));
  tiles.bind(body.getArgument(next++), tiles.iota(position(key), key));
  for (TiledRead &read : tiledReads) {
    if (read.op->getParentRegion() != &body)
      continue;
    Value loaded = loop.loadedTile(region, read.number);
    Tile tile{loaded, {}};
    for (StringAttr axis : read.axes)
      if (!loop.isPoint(axis))
        tile.axes.push_back(axis);
    Type from = getElementTypeOrSelf(loaded.getType());
    Type to =
        from.isInteger(32) ? Type(b.getIndexType()) : Type(b.getF32Type());
    if (from != to)
      tile = tiles.map(
          {tile},
          [&](OpBuilder &n, Location l, ValueRange v) -> Value {
            if (isa<FloatType>(to))
              return arith::ExtFOp::create(n, l, to, v[0]);
            return arith::IndexCastOp::create(n, l, to, v[0]);
          },
          tile.axes, to);
    tiles.bind(read.op.getResult(), tile);
  }
}

FailureOr<SmallVector<Value>> AttentionLoop::init(LoopBuilder::Region &region) {
  TileBuilder &tiles = region.tiles;
  Value sum =
      linalg::FillOp::create(b, op.getLoc(), tiles.constant(0.0).value,
                             tiles.empty(sumAxes(tiles), b.getF32Type()))
          .getResult(0);
  SmallVector<Value> carry = {sum};
  TileRows rows(tiles, query, key);
  llvm::append_range(carry, normaliser->init(rows));
  return carry;
}

FailureOr<SmallVector<Value>> AttentionLoop::absorb(LoopBuilder &loop,
                                                    LoopBuilder::Region &region,
                                                    bool full) {
  TileBuilder &tiles = region.tiles;
  tiles.setRowAxis(query);
  tiles.setLocation(attention.getLoc());
  Tile q = tiles.lift(attention.getQuery()), k = tiles.lift(attention.getKey()),
       v = tiles.lift(attention.getValue());
  if (!q || !k || !v)
    return failure();
  Axes over(attention.getContractedAxes());
  Tile scores = tiles.dot(q, k, over);
  if (attention.hasScore()) {
    mlir::Region &body = attention.getScore();
    tiles.bind(body.getArgument(0), scores);
    bindPoint(loop, region, body, /*score=*/true);
    scores = tiles.lift(
        cast<seq::YieldOp>(body.front().getTerminator()).getOutputs()[0]);
    if (!scores)
      return failure();
    scores = tiles.materialize(scores, {query, key});
  }
  if (!full) {
    Tile allowed;
    if (attention.hasMask()) {
      bindPoint(loop, region, attention.getMask(), /*score=*/false);
      allowed = tiles.lift(mask());
      if (!allowed)
        return failure();
    }
    Tile within = tiles.map(
        {tiles.iota(position(key), key), {extent(key), {}}},
        [](OpBuilder &n, Location l, ValueRange x) -> Value {
          return arith::CmpIOp::create(n, l, arith::CmpIPredicate::slt, x[0],
                                       x[1]);
        },
        std::nullopt, b.getI1Type());
    auto select = [&](OpBuilder &n, Location l, ValueRange x) -> Value {
      Value ok = x[1];
      for (Value more : x.drop_front(2))
        ok = arith::AndIOp::create(n, l, ok, more);
      Value none = arith::ConstantOp::create(
          n, l, n.getF32FloatAttr(-std::numeric_limits<float>::infinity()));
      return arith::SelectOp::create(n, l, ok, x[0], none);
    };
    SmallVector<Tile> inputs = {scores, within};
    if (allowed)
      inputs.push_back(allowed);
    scores = tiles.map(inputs, select, Axes{query, key});
  }
  TileRows rows(tiles, query, key);
  Normaliser::Absorbed absorbed =
      normaliser->absorb(rows, scores.value, region.carry.drop_front());
  Tile sum{region.carry[0], sumAxes(tiles)};
  if (absorbed.rescale)
    sum = tiles.materialize(tiles.mul(sum, rows.tileOf(absorbed.rescale)),
                            sum.axes);
  sum = tiles.accumulate(sum, rows.tileOf(absorbed.weights), v, {key});
  SmallVector<Value> carry = {sum.value};
  llvm::append_range(carry, absorbed.carry);
  return carry;
}

FailureOr<SmallVector<Value>>
AttentionLoop::finish(LoopBuilder &loop, LoopBuilder::Region &region) {
  TileBuilder &tiles = region.tiles;
  tiles.setRowAxis(query);
  TileRows rows(tiles, query, key);
  SmallVector<Value> operands;
  for (Value operand : attention.getNormaliserOperands()) {
    Tile tile = tiles.lift(operand);
    if (!tile)
      return failure();
    operands.push_back(tile.value);
  }
  Normaliser::Finished finished =
      normaliser->finish(rows, region.carry.drop_front(), operands);
  Tile sum{region.carry[0], sumAxes(tiles)};
  if (finished.scale)
    sum = tiles.materialize(tiles.mul(sum, rows.tileOf(finished.scale)),
                            sum.axes);
  tiles.bind(attention.getResult(0), sum);
  if (attention.getNumResults() == 2)
    tiles.bind(attention.getResult(1), rows.tileOf(finished.logDenominator));
  SmallVector<Value> values;
  auto ret = cast<seq::ReturnOp>(op.getBody().front().getTerminator());
  for (auto [i, value] : llvm::enumerate(ret.getValues())) {
    FailureOr<Value> tile = loop.resultTile(tiles, i, value);
    if (failed(tile))
      return failure();
    values.push_back(*tile);
  }
  return values;
}

/// Says between what lies that which the mask reads along one axis. What it
/// reads along both costs as much to look through as the mask itself.
void AttentionLoop::boundReads(LoopBuilder &loop, MaskIntervals &intervals,
                               StringAttr axis, StringAttr other) {
  for (TiledRead &read : tiledReads) {
    if (read.op->getParentRegion() != &attention.getMask() ||
        !llvm::is_contained(read.axes, axis) ||
        llvm::is_contained(read.axes, other))
      continue;
    auto [low, high] = loop.tileBounds(read.number);
    intervals.setInterval(read.op.getResult(), {low, high});
  }
}

MaskIntervals
AttentionLoop::queryIntervals(LoopBuilder &loop, TileBuilder &tiles,
                              llvm::function_ref<Value(Value)> scalar) {
  MaskIntervals result(b, attention.getLoc(), scalar);
  mlir::Region &body = attention.getMask();
  unsigned next = 0;
  for (StringAttr axis : parallel)
    tiles.bind(body.getArgument(next++), {position(axis), {}});
  result.setInterval(body.getArgument(next++),
                     {position(query), lastOf(query, schedule.queryTile)});
  result.setKey(body.getArgument(next));
  boundReads(loop, result, query, key);
  return result;
}

FailureOr<SmallVector<Value>>
AttentionLoop::range(LoopBuilder &loop, LoopBuilder::Region &region) {
  auto scalar = [&](Value value) { return region.tiles.lift(value).value; };
  Value low = arith::ConstantIndexOp::create(b, op.getLoc(), 0);
  Value high = extent(key);
  auto narrow = [&](Value first, Value end) {
    if (first)
      low = arith::MaxSIOp::create(b, op.getLoc(), low, first);
    if (end)
      high = arith::MinSIOp::create(b, op.getLoc(), high, end);
  };
  if (attention.hasMask()) {
    MaskIntervals mi = queryIntervals(loop, region.tiles, scalar);
    MaskIntervals::Bounds bounds = mi.boundsOf(mask());
    narrow(bounds.low, bounds.high);
  }
  if (parts) {
    auto [first, end] = parts.range();
    narrow(first, end);
  }
  return SmallVector<Value>{low, high};
}

FailureOr<SmallVector<Value>>
AttentionLoop::classify(LoopBuilder &loop, LoopBuilder::Region &region) {
  if (!attention.hasMask()) {
    Value yes = arith::ConstantOp::create(b, op.getLoc(), b.getBoolAttr(true));
    return SmallVector<Value>{yes, yes};
  }
  auto scalar = [&](Value value) { return region.tiles.lift(value).value; };
  MaskIntervals mi = queryIntervals(loop, region.tiles, scalar);
  boundReads(loop, mi, key, query);
  mi.setInterval(attention.getMask().getArguments().back(),
                 {position(key), lastOf(key, schedule.keyTile)});
  MaskIntervals::Truth truth = mi.truthOf(mask());
  return SmallVector<Value>{truth.any, truth.all};
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

SmallVector<LoopAxis> AttentionLoop::loopAxes() {
  SmallVector<LoopAxis> axes;
  for (StringAttr axis : parallel)
    axes.push_back({axis, 1});
  axes.push_back({query, schedule.queryTile, {}, schedule.queryGroup});
  return axes;
}

LogicalResult AttentionLoop::buildWhole(kernel::EntryOp entry) {
  LoopBuilder loop(b, op, entry, loopAxes(), {key, schedule.keyTile},
                   schedule.packing ? &*schedule.packing : nullptr);
  if (failed(addOperands(loop)))
    return failure();
  addResults(loop);
  auto rangeFill = [&](LoopBuilder::Region &r) { return range(loop, r); };
  return loop.build(
      [&](LoopBuilder::Region &r) { return init(r); },
      [&](LoopBuilder::Region &r) { return absorb(loop, r, false); },
      [&](LoopBuilder::Region &r) { return absorb(loop, r, true); },
      [&](LoopBuilder::Region &r) { return finish(loop, r); },
      attention.hasMask() ? LoopBuilder::Fill(rangeFill)
                          : LoopBuilder::Fill(nullptr),
      [&](LoopBuilder::Region &r) { return classify(loop, r); });
}

FailureOr<kernel::EntryOp> AttentionLoop::run(StringRef symbol) {
  normaliser = createNormaliser(attention.getNormaliser());
  if (!normaliser) {
    InFlightDiagnostic diag = attention.emitOpError("unknown normaliser ")
                              << attention.getNormaliserAttr()
                              << "; there are ";
    llvm::interleaveComma(getNormaliserNames(), diag);
    return diag;
  }
  if (attention.getNormaliserOperands().size() != normaliser->getNumOperands())
    return attention.emitOpError("normaliser ")
           << attention.getNormaliserAttr() << " takes "
           << normaliser->getNumOperands() << " operands, found "
           << attention.getNormaliserOperands().size();
  if (attention.getNumResults() == 2 && !normaliser->hasLogDenominator())
    return attention.emitOpError("normaliser ")
           << attention.getNormaliserAttr()
           << " has no denominator; ask for one result";

  if (schedule.split > 1 && schedule.packing)
    return attention.emitOpError(
               "over packed sequences is not split over its keys: a stream "
               "over parts has no tokens of which its queries could be "
               "segments; expected split = 1, found ")
           << schedule.split;
  if (schedule.split > 1 && !normaliser->hasMerge())
    return attention.emitOpError("normaliser ")
           << attention.getNormaliserAttr()
           << " has no merge of two parts of the keys: expected split = 1, "
              "found "
           << schedule.split;

  OpBuilder::InsertionGuard guard(b);
  std::string report = "streams over tiles of " +
                       std::to_string(schedule.keyTile) +
                       " keys for tiles of " +
                       std::to_string(schedule.queryTile) + " queries; " +
                       (attention.hasMask() ? "tiles are skipped or unmasked "
                                              "where the mask allows it"
                                            : "no mask");
  EntryInfo info{symbol.str(),
                 "streaming",
                 b.getDictionaryAttr({}),
                 std::nullopt,
                 {report}};
  if (schedule.split > 1)
    info.report.push_back("the keys are split into at most " +
                          std::to_string(schedule.split) +
                          " parts of at least 256, which are merged in order");
  info.packing = schedule.packing ? &*schedule.packing : nullptr;
  kernel::EntryOp entry = buildEntry(b, op, info);
  if (schedule.split == 1)
    return failed(buildWhole(entry)) ? FailureOr<kernel::EntryOp>(failure())
                                     : entry;
  makeParts(entry);
  if (failed(buildParts(entry)) || failed(buildMerge(entry)))
    return failure();
  return entry;
}

FailureOr<kernel::EntryOp> seqmix::deriveAttention(OpBuilder &b,
                                                   seq::OperatorOp op,
                                                   seq::AttentionOp attention,
                                                   const Schedule &schedule,
                                                   StringRef symbol) {
  return AttentionLoop(b, op, attention, schedule).run(symbol);
}
