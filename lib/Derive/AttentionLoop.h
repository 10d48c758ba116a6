//===- AttentionLoop.h - Attention as a stream over key tiles
//--------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_DERIVE_ATTENTIONLOOP_H
#define SEQMIX_LIB_DERIVE_ATTENTIONLOOP_H

#include "LoopBuilder.h"
#include "MaskIntervals.h"
#include "Parts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "seqmix/Derive/Derive.h"
#include "seqmix/Derive/Normaliser.h"

namespace seqmix {

/// The tiles of a normaliser: queries × keys, or a value a query.
class TileRows final : public RowBuilder {
public:
  TileRows(TileBuilder &tiles, mlir::StringAttr query, mlir::StringAttr key)
      : tiles(tiles), query(query), key(key) {}

  Tile tileOf(mlir::Value value) {
    auto type = llvm::dyn_cast<mlir::RankedTensorType>(value.getType());
    if (!type || type.getRank() == 0)
      return {value, {}};
    return type.getRank() == 2 ? Tile{value, {query, key}}
                               : Tile{value, {query}};
  }
  mlir::Value map(mlir::ValueRange inputs, Body body) override {
    llvm::SmallVector<Tile> in;
    for (mlir::Value input : inputs)
      in.push_back(tileOf(input));
    return tiles.map(in, body).value;
  }
  mlir::Value reduceKeys(mlir::Value scores, double start,
                         Body combine) override {
    return tiles
        .reduce({scores, {query, key}}, key, tiles.constant(start).value,
                combine)
        .value;
  }
  mlir::Value rows(double value) override {
    mlir::Value init = tiles.empty({query}, tiles.builder().getF32Type());
    return mlir::linalg::FillOp::create(tiles.builder(), tiles.location(),
                                        tiles.constant(value).value, init)
        .getResult(0);
  }

private:
  TileBuilder &tiles;
  mlir::StringAttr query, key;
};

/// A read of an operand at the region's own positions, loaded as a tile.
struct TiledRead {
  seq::AtOp op;
  unsigned number; // of the loop's operand
  Axes axes;
};

class AttentionLoop {
public:
  AttentionLoop(mlir::OpBuilder &b, seq::OperatorOp op,
                seq::AttentionOp attention, const Schedule &schedule)
      : b(b), op(op), attention(attention), schedule(schedule),
        query(attention.getQuerySequenceAttr()),
        key(attention.getKeySequenceAttr()),
        parallel(attention.getParallelAxes()) {}

  mlir::FailureOr<kernel::EntryOp> run(llvm::StringRef symbol);

private:
  mlir::LogicalResult addOperands(LoopBuilder &loop);
  void addResults(LoopBuilder &loop);
  mlir::LogicalResult addTiledRead(LoopBuilder &loop, seq::AtOp at);
  /// Binds a region's arguments but the score: positions, and tiled reads.
  void bindPoint(LoopBuilder &loop, LoopBuilder::Region &region,
                 mlir::Region &body, bool score);
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  init(LoopBuilder::Region &region);
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  absorb(LoopBuilder &loop, LoopBuilder::Region &region, bool full);
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  finish(LoopBuilder &loop, LoopBuilder::Region &region);
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  range(LoopBuilder &loop, LoopBuilder::Region &region);
  // One loop over all keys, or one over each part of them and one that merges.
  mlir::LogicalResult buildWhole(kernel::EntryOp entry);
  void makeParts(kernel::EntryOp entry);
  mlir::LogicalResult buildParts(kernel::EntryOp entry);
  mlir::LogicalResult buildMerge(kernel::EntryOp entry);
  llvm::SmallVector<LoopAxis> loopAxes();
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  classify(LoopBuilder &loop, LoopBuilder::Region &region);
  /// What is known of a tile of queries before there is one of keys.
  MaskIntervals
  queryIntervals(LoopBuilder &loop, TileBuilder &tiles,
                 llvm::function_ref<mlir::Value(mlir::Value)> scalar);
  void boundReads(LoopBuilder &loop, MaskIntervals &intervals,
                  mlir::StringAttr axis, mlir::StringAttr other);

  mlir::Value position(mlir::StringAttr axis) {
    return stream::PositionOp::create(b, op.getLoc(), b.getIndexType(), axis);
  }
  mlir::Value extent(mlir::StringAttr axis) {
    return stream::ExtentOp::create(b, op.getLoc(), b.getIndexType(), axis);
  }
  mlir::Value mask() {
    return llvm::cast<seq::YieldOp>(attention.getMask().front().getTerminator())
        .getOutputs()[0];
  }
  /// The last position of the tile along an axis that exists.
  mlir::Value lastOf(mlir::StringAttr axis, int64_t tile) {
    mlir::Value n = mlir::arith::ConstantIndexOp::create(b, op.getLoc(), tile);
    mlir::Value end = mlir::arith::MinSIOp::create(
        b, op.getLoc(),
        mlir::arith::AddIOp::create(b, op.getLoc(), position(axis), n),
        extent(axis));
    mlir::Value one = mlir::arith::ConstantIndexOp::create(b, op.getLoc(), 1);
    return mlir::arith::SubIOp::create(b, op.getLoc(), end, one);
  }
  Axes sumAxes(TileBuilder &tiles) {
    Axes axes = {query};
    for (mlir::StringAttr axis : attention.getValue().getType().getAxes())
      if (!op.isRuntimeSize(axis))
        axes.push_back(axis);
    return axes;
  }

  mlir::OpBuilder &b;
  seq::OperatorOp op;
  seq::AttentionOp attention;
  const Schedule &schedule;
  mlir::StringAttr query, key;
  llvm::SmallVector<mlir::StringAttr> parallel;
  std::unique_ptr<Normaliser> normaliser;
  llvm::SmallVector<TiledRead> tiledReads;
  /// Of split keys: the parts, and the arrays with each part's carry.
  Parts parts;
  llvm::SmallVector<PartArray> partArrays;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_ATTENTIONLOOP_H
