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

#include "LoopBuilder.h"
#include "MaskIntervals.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "seqmix/Derive/Derive.h"
#include "seqmix/Derive/Normaliser.h"

using namespace mlir;
using namespace seqmix;

namespace {

/// The tiles of a normaliser: queries × keys, or a value a query.
class TileRows final : public RowBuilder {
public:
  TileRows(TileBuilder &tiles, StringAttr query, StringAttr key)
      : tiles(tiles), query(query), key(key) {}

  Tile tileOf(Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || type.getRank() == 0)
      return {value, {}};
    return type.getRank() == 2 ? Tile{value, {query, key}}
                               : Tile{value, {query}};
  }
  Value map(ValueRange inputs, Body body) override {
    SmallVector<Tile> in;
    for (Value input : inputs)
      in.push_back(tileOf(input));
    return tiles.map(in, body).value;
  }
  Value reduceKeys(Value scores, double start, Body combine) override {
    return tiles
        .reduce({scores, {query, key}}, key, tiles.constant(start).value,
                combine)
        .value;
  }
  Value rows(double value) override {
    Value init = tiles.empty({query}, tiles.builder().getF32Type());
    return linalg::FillOp::create(tiles.builder(), tiles.location(),
                                  tiles.constant(value).value, init)
        .getResult(0);
  }

private:
  TileBuilder &tiles;
  StringAttr query, key;
};

/// A read of an operand at the region's own positions, loaded as a tile.
struct TiledRead {
  seq::AtOp op;
  unsigned number; // of the loop's operand
  Axes axes;
};

class Derivation {
public:
  Derivation(OpBuilder &b, seq::OperatorOp op, seq::AttentionOp attention,
             const Schedule &schedule)
      : b(b), op(op), attention(attention), schedule(schedule),
        query(attention.getQuerySequenceAttr()),
        key(attention.getKeySequenceAttr()),
        parallel(attention.getParallelAxes()) {}

  FailureOr<kernel::EntryOp> run(StringRef symbol);

private:
  LogicalResult addOperands(LoopBuilder &loop);
  void addResults(LoopBuilder &loop);
  LogicalResult addTiledRead(LoopBuilder &loop, seq::AtOp at);
  /// Binds a region's arguments but the score: positions, and tiled reads.
  void bindPoint(LoopBuilder &loop, LoopBuilder::Region &region,
                 mlir::Region &body, bool score);
  FailureOr<SmallVector<Value>> init(LoopBuilder::Region &region);
  FailureOr<SmallVector<Value>> absorb(LoopBuilder &loop,
                                       LoopBuilder::Region &region, bool full);
  FailureOr<SmallVector<Value>> finish(LoopBuilder &loop,
                                       LoopBuilder::Region &region);
  FailureOr<SmallVector<Value>> range(LoopBuilder::Region &region);
  // One loop over all keys, or one over each part of them and one that merges.
  LogicalResult buildWhole(kernel::EntryOp entry);
  void makeParts(kernel::EntryOp entry);
  LogicalResult buildParts(kernel::EntryOp entry);
  LogicalResult buildMerge(kernel::EntryOp entry);
  SmallVector<LoopAxis> loopAxes();
  FailureOr<SmallVector<Value>> classify(LoopBuilder::Region &region);
  MaskIntervals intervals(TileBuilder &tiles,
                          llvm::function_ref<Value(Value)> scalar);

  Value position(StringAttr axis) {
    return stream::PositionOp::create(b, op.getLoc(), b.getIndexType(), axis);
  }
  Value extent(StringAttr axis) {
    return stream::ExtentOp::create(b, op.getLoc(), b.getIndexType(), axis);
  }
  Value mask() {
    return cast<seq::YieldOp>(attention.getMask().front().getTerminator())
        .getOutputs()[0];
  }
  /// The last position of the tile along an axis that exists.
  Value lastOf(StringAttr axis, int64_t tile) {
    Value n = arith::ConstantIndexOp::create(b, op.getLoc(), tile);
    Value end = arith::MinSIOp::create(
        b, op.getLoc(),
        arith::AddIOp::create(b, op.getLoc(), position(axis), n), extent(axis));
    Value one = arith::ConstantIndexOp::create(b, op.getLoc(), 1);
    return arith::SubIOp::create(b, op.getLoc(), end, one);
  }
  Axes sumAxes(TileBuilder &tiles) {
    Axes axes = {query};
    for (StringAttr axis : attention.getValue().getType().getAxes())
      if (!op.isRuntimeSize(axis))
        axes.push_back(axis);
    return axes;
  }

  OpBuilder &b;
  seq::OperatorOp op;
  seq::AttentionOp attention;
  const Schedule &schedule;
  StringAttr query, key;
  SmallVector<StringAttr> parallel;
  std::unique_ptr<Normaliser> normaliser;
  SmallVector<TiledRead> tiledReads;
  /// Of split keys: how long a part is, the axis of the parts, their number,
  /// and the arrays with each part's carry, which have that axis first.
  Value partLength, partCount;
  StringAttr parts;
  struct PartArray {
    Value array;
    Axes axes;
  };
  SmallVector<PartArray> partArrays;
};

LogicalResult Derivation::addTiledRead(LoopBuilder &loop, seq::AtOp at) {
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

LogicalResult Derivation::addOperands(LoopBuilder &loop) {
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

void Derivation::addResults(LoopBuilder &loop) {
  for (size_t i = 0; i < op.getResultTypes().size(); ++i)
    loop.addResult(i);
}

void Derivation::bindPoint(LoopBuilder &loop, LoopBuilder::Region &region,
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

FailureOr<SmallVector<Value>> Derivation::init(LoopBuilder::Region &region) {
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

FailureOr<SmallVector<Value>>
Derivation::absorb(LoopBuilder &loop, LoopBuilder::Region &region, bool full) {
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

FailureOr<SmallVector<Value>> Derivation::finish(LoopBuilder &loop,
                                                 LoopBuilder::Region &region) {
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

MaskIntervals Derivation::intervals(TileBuilder &tiles,
                                    llvm::function_ref<Value(Value)> scalar) {
  MaskIntervals result(b, attention.getLoc(), scalar);
  mlir::Region &body = attention.getMask();
  unsigned next = 0;
  for (StringAttr axis : parallel)
    tiles.bind(body.getArgument(next++), {position(axis), {}});
  result.setInterval(body.getArgument(next++),
                     {position(query), lastOf(query, schedule.queryTile)});
  result.setKey(body.getArgument(next));
  return result;
}

FailureOr<SmallVector<Value>> Derivation::range(LoopBuilder::Region &region) {
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
    MaskIntervals mi = intervals(region.tiles, scalar);
    MaskIntervals::Bounds bounds = mi.boundsOf(mask());
    narrow(bounds.low, bounds.high);
  }
  if (parts) {
    Value first =
        arith::MulIOp::create(b, op.getLoc(), position(parts), partLength);
    narrow(first, arith::AddIOp::create(b, op.getLoc(), first, partLength));
  }
  return SmallVector<Value>{low, high};
}

FailureOr<SmallVector<Value>>
Derivation::classify(LoopBuilder::Region &region) {
  if (!attention.hasMask()) {
    Value yes = arith::ConstantOp::create(b, op.getLoc(), b.getBoolAttr(true));
    return SmallVector<Value>{yes, yes};
  }
  auto scalar = [&](Value value) { return region.tiles.lift(value).value; };
  MaskIntervals mi = intervals(region.tiles, scalar);
  mi.setInterval(attention.getMask().getArguments().back(),
                 {position(key), lastOf(key, schedule.keyTile)});
  MaskIntervals::Truth truth = mi.truthOf(mask());
  return SmallVector<Value>{truth.any, truth.all};
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

SmallVector<LoopAxis> Derivation::loopAxes() {
  SmallVector<LoopAxis> axes;
  for (StringAttr axis : parallel)
    axes.push_back({axis, 1});
  axes.push_back({query, schedule.queryTile});
  return axes;
}

LogicalResult Derivation::buildWhole(kernel::EntryOp entry) {
  LoopBuilder loop(b, op, entry, loopAxes(), {key, schedule.keyTile},
                   schedule.packing ? &*schedule.packing : nullptr);
  if (failed(addOperands(loop)))
    return failure();
  addResults(loop);
  auto rangeFill = [&](LoopBuilder::Region &r) { return range(r); };
  return loop.build(
      [&](LoopBuilder::Region &r) { return init(r); },
      [&](LoopBuilder::Region &r) { return absorb(loop, r, false); },
      [&](LoopBuilder::Region &r) { return absorb(loop, r, true); },
      [&](LoopBuilder::Region &r) { return finish(loop, r); },
      attention.hasMask() ? LoopBuilder::Fill(rangeFill)
                          : LoopBuilder::Fill(nullptr),
      [&](LoopBuilder::Region &r) { return classify(r); });
}

/// Cuts the keys, as a function of their number alone, and makes the arrays
/// for the carry of each part.
void Derivation::makeParts(kernel::EntryOp entry) {
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
LogicalResult Derivation::buildParts(kernel::EntryOp entry) {
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
LogicalResult Derivation::buildMerge(kernel::EntryOp entry) {
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

FailureOr<kernel::EntryOp> Derivation::run(StringRef symbol) {
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

} // namespace

FailureOr<kernel::EntryOp> seqmix::deriveAttention(OpBuilder &b,
                                                   seq::OperatorOp op,
                                                   seq::AttentionOp attention,
                                                   const Schedule &schedule,
                                                   StringRef symbol) {
  return Derivation(b, op, attention, schedule).run(symbol);
}
