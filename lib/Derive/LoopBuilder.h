//===- LoopBuilder.h - The shell of an entry and its loop
//------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What every derivation needs around its algebra: a kernel.entry with the
// operator's contract, and a stream.loop whose regions receive tiles.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_DERIVE_LOOPBUILDER_H
#define SEQMIX_LIB_DERIVE_LOOPBUILDER_H

#include "TileBuilder.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/Seq/Packing.h"
#include "dialects/Stream/Stream.h"

namespace seqmix {

/// What a derived entry is called and says of itself.
struct EntryInfo {
  std::string symbol;
  std::string form;
  mlir::DictionaryAttr require;
  std::optional<int64_t> chunk;
  llvm::SmallVector<std::string> report;
  /// What packing changes, or null.
  const seq::Packing *packing = nullptr;
  /// Whether a task reads its part of an initial state before anything writes
  /// the final one; else the two may share a buffer only where nothing but the
  /// recurrence reads it.
  bool readsOnce = true;
};

/// Builds a kernel.entry with the operator's contract and an empty body, at
/// the builder's insertion point, which is left inside it.
kernel::EntryOp buildEntry(mlir::OpBuilder &b, seq::OperatorOp op,
                           const EntryInfo &info);

/// An axis that a loop runs over. Its size is that of the operator's axis of
/// this name, or given.
struct LoopAxis {
  mlir::StringAttr name;
  int64_t tile;
  mlir::Value size = {};
  /// Consecutive tiles that a task takes.
  int64_t group = 1;
};

class LoopBuilder {
public:
  /// With `packing` the loop runs over sequences, on an axis more. If it
  /// streams over something else than tokens, it has no array with these.
  LoopBuilder(mlir::OpBuilder &b, seq::OperatorOp op, kernel::EntryOp entry,
              llvm::ArrayRef<LoopAxis> parallel, LoopAxis stream,
              const seq::Packing *packing);

  /// A region of the loop being filled: its tile builder has every array of the
  /// region bound, and `carry` is what the region is given.
  struct Region {
    TileBuilder &tiles;
    mlir::ValueRange carry;
    mlir::ValueRange resident;
    mlir::ValueRange streamed;
  };
  using Fill =
      llvm::function_ref<mlir::FailureOr<llvm::SmallVector<mlir::Value>>(
          Region &)>;

  /// Reads an operand of the operator in the loop, along the axes given, which
  /// are its own unless it is read along another sequence. Returns its number.
  unsigned addOperand(unsigned operand,
                      std::optional<Axes> axes = std::nullopt);
  /// Writes a result of the operator from the loop.
  void addResult(unsigned result);
  /// Says the size of an axis that only arrays between loops have.
  void addAxis(mlir::StringAttr axis, int64_t size) { sizes[axis] = size; }
  /// Reads or writes an array between loops.
  unsigned addInput(mlir::Value array, const Axes &axes);
  void addOutput(mlir::Value array, const Axes &axes);

  /// Creates the loop, then fills its regions in this order; a region's values
  /// are what it yields. A fill that fails ends it.
  mlir::LogicalResult build(Fill init, Fill absorb, Fill absorbFull,
                            Fill finish, Fill range = nullptr,
                            Fill classify = nullptr);

  /// The tile, as loaded, of what `addOperand` numbered.
  mlir::Value loadedTile(Region &region, unsigned number);
  /// The least and the greatest element of that tile, for `range` and
  /// `classify`, which have no tiles.
  std::pair<mlir::Value, mlir::Value> tileBounds(unsigned number);
  const TileBuilder::Sizes &tileSizes() const { return sizes; }
  bool isPoint(mlir::StringAttr axis) const;
  /// The result tile of a value: converted to the result's element type, in its
  /// order of axes.
  mlir::FailureOr<mlir::Value> resultTile(TileBuilder &tiles, unsigned result,
                                          mlir::Value value);

private:
  struct Array {
    mlir::Value array;
    Axes axes;
    mlir::Value loaded; // operand to bind, null where axes are renamed
  };
  unsigned addInput(const Array &array);
  void addOutput(const Array &array);
  mlir::RankedTensorType tileType(const Array &array);
  /// Whether the stream is over the tokens of packed sequences.
  bool streamsSequences() const {
    return packing && packing->isPacked(op, stream.name);
  }
  /// Where the packed sequence at hand begins, and how long it is.
  mlir::Value origin();
  mlir::Value extent();
  mlir::Value offsetAfter(int64_t sequences, mlir::Value least);
  mlir::Value sizeOf(mlir::StringRef name);
  /// An element of an operand at positions of a region.
  mlir::Value element(unsigned operand, llvm::ArrayRef<mlir::Value> positions);
  mlir::LogicalResult fill(mlir::Region &region, mlir::TypeRange carry,
                           bool resident, bool streamed, Fill fill,
                           llvm::SmallVectorImpl<mlir::Type> *carryTypes);

  mlir::OpBuilder &b;
  mutable seq::OperatorOp op; // op handles are not const-correct
  kernel::EntryOp entry;
  llvm::SmallVector<LoopAxis> parallel;
  LoopAxis stream;
  const seq::Packing *packing;
  TileBuilder::Sizes sizes;
  llvm::SmallVector<Array> resident, streamed, streamedResults, finalResults;
  /// For each addOperand: whether streamed, and its place there.
  llvm::SmallVector<std::pair<bool, unsigned>> numbers;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_LOOPBUILDER_H
