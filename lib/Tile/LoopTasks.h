//===- LoopTasks.h - The tasks of a loop, and where each is -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A task takes a tile of each parallel axis, or a group of tiles of one of
// them, and may belong to one of many sequences. This makes the tasks of a
// stream.loop and says, at any place in them, where the tile at hand begins
// along each axis and where the axis ends.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_TILE_LOOPTASKS_H
#define SEQMIX_LIB_TILE_LOOPTASKS_H

#include "dialects/Kernel/Kernel.h"
#include "dialects/Stream/Stream.h"
#include "lib/Tile/Segments.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace seqmix::tile {

class LoopTasks {
protected:
  LoopTasks(kernel::EntryOp entry, stream::LoopOp loop)
      : entry(entry), loop(loop), builder(loop), loc(loop.getLoc()),
        grouped(loop.getGroupedAxis()) {}

  mlir::Value constant(int64_t value) {
    return mlir::arith::ConstantIndexOp::create(builder, loc, value);
  }

  // Axes.
  mlir::Value extentOf(llvm::StringRef axis);
  mlir::Value positionOf(llvm::StringRef axis);
  std::optional<llvm::StringRef> findOwnAxis(llvm::StringRef axis);
  llvm::SmallVector<mlir::Value> offsetsOf(mlir::ArrayAttr axes);
  llvm::SmallVector<mlir::Value> offsetsOf(unsigned array) {
    return offsetsOf(loop.getAxesOf(array));
  }

  // Tasks.
  void makeParallel();
  mlir::Value viewSegment(mlir::Value array, mlir::ArrayAttr axes);

  // Groups of tiles.
  bool isGrouped(mlir::ArrayAttr axes);
  bool isGrouped(unsigned array) { return isGrouped(loop.getAxesOf(array)); }
  int64_t tilesOfTask() { return grouped ? loop.getGroup(*grouped) : 1; }
  mlir::Value allocateForEachTile(mlir::RankedTensorType type,
                                  mlir::Type element);
  mlir::Value viewOfTile(mlir::Value ofAll);
  mlir::scf::ForOp forEachTile(
      mlir::ValueRange initial,
      llvm::function_ref<
          mlir::FailureOr<llvm::SmallVector<mlir::Value>>(mlir::ValueRange)>
          body);
  mlir::LogicalResult
  forEachTile(llvm::function_ref<mlir::LogicalResult()> body);

  kernel::EntryOp entry;
  stream::LoopOp loop;
  mlir::OpBuilder builder;
  mlir::Location loc;
  /// Where the tile at hand begins.
  llvm::SmallVector<mlir::Value> parallelPositions;
  mlir::Value streamPosition;
  /// The parallel axis of which the task takes several tiles; inside the loop
  /// over them, the number of the tile.
  std::optional<unsigned> grouped;
  mlir::Value tileNumber;
  /// The arrays, those with a segmented axis as views of the sequence at hand.
  llvm::SmallVector<mlir::Value> arrays;
  /// The sequence at hand, if there are segments.
  std::optional<Segment> segment;

private:
  int findParallelAxis(llvm::StringRef name);
  mlir::Value sizeOf(llvm::StringRef axis);
  mlir::Value offsetOf(llvm::StringRef axis);
  llvm::SmallVector<mlir::Value> makeGrid();
  void placeSegment(kernel::ParallelOp parallel);
};

} // namespace seqmix::tile

#endif // SEQMIX_LIB_TILE_LOOPTASKS_H
