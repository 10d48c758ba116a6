//===- BodyLowering.h - One straight-line body, tensors to memrefs -*- C++ -*-//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A body of stream.loop is straight-line code on tensors. This walks it once
// and decides for each result in which buffer it goes.
//
// Several tensor values may share one buffer: slices of it, and what is
// computed in place. A buffer may be overwritten by an op once no value in it
// is read after that op, and what the op itself reads of it, it reads where it
// writes.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_TILE_BODYLOWERING_H
#define SEQMIX_TILE_BODYLOWERING_H

#include "dialects/Stream/Stream.h"
#include "lib/Tile/Conversions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SmallSet.h"
#include <functional>

namespace seqmix::tile {

/// Allocates a row-major tile, its rows padded to 16 elements: a view of the
/// allocation if there is padding.
mlir::Value allocateTile(mlir::OpBuilder &builder, mlir::Location loc,
                         llvm::ArrayRef<int64_t> shape, mlir::Type element);

class BodyLowering {
public:
  /// Gives `stream.position` or `stream.extent` of an axis a value.
  using AxisValue = std::function<mlir::Value(llvm::StringRef)>;

  /// `origin` is the value of `stream.origin`, null where there is none.
  BodyLowering(mlir::OpBuilder &builder, mlir::Block &body, AxisValue position,
               AxisValue extent, mlir::Value origin)
      : builder(builder), body(body), position(std::move(position)),
        extent(std::move(extent)), origin(origin) {}

  /// Says that some values are others, before anything is bound.
  void fold(SameAs values) { same = std::move(values); }

  /// Says where a block argument is stored.
  void bind(mlir::Value argument, mlir::Value memref, bool mayOverwrite);

  /// Says where the first values that the body yields are to end up: in what is
  /// bound, or in buffers of which nothing is read.
  void setCarries(llvm::ArrayRef<mlir::Value> memrefs);

  /// Emits all but the yield.
  mlir::LogicalResult lower();

  /// Where a value is stored; puts a constant there first.
  mlir::FailureOr<mlir::Value> getMemRef(mlir::Value value);

  /// Copies yielded carries to where they are to end up, if they are not there.
  mlir::LogicalResult commitCarries();

  /// Makes each yielded value, for an init region, a buffer of its own.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> takeCarries();

private:
  struct Buffer {
    mlir::Value memref;
    bool mayOverwrite;
    llvm::SmallVector<mlir::Value> values;
  };
  /// Where a tensor value is: a buffer, or a view of it.
  struct Place {
    mlir::Value memref;
    unsigned buffer;
  };

  void computeLastUses();
  mlir::Value resolve(mlir::Value value) const;
  unsigned addBuffer(mlir::Value memref, bool mayOverwrite);
  void assign(mlir::Value value, Place place);
  Place allocate(mlir::Location loc, mlir::RankedTensorType type);
  mlir::FailureOr<Place> materialise(mlir::Value value);

  bool isUndefined(mlir::Value value) const;
  bool isSplat(mlir::Value value) const;
  mlir::LogicalResult fill(mlir::Value memref, mlir::Value splat);
  bool isDeadBefore(unsigned buffer, unsigned index) const;
  bool isDeadAfter(unsigned buffer, unsigned index) const;
  bool mayTake(unsigned buffer, mlir::Value memref, mlir::Operation *op,
               mlir::OpOperand &init) const;
  int findCarry(mlir::Value value) const;
  Place chooseDestination(mlir::DestinationStyleOpInterface op,
                          mlir::OpOperand &init, bool mayAliasInputs);

  mlir::LogicalResult lowerOp(mlir::Operation *op);
  mlir::LogicalResult lowerSlice(mlir::tensor::ExtractSliceOp op);
  mlir::LogicalResult lowerInsert(mlir::tensor::InsertSliceOp op);
  mlir::FailureOr<Place> lowerInit(mlir::DestinationStyleOpInterface op,
                                   mlir::OpOperand &init);
  mlir::LogicalResult
  lowerDestinationStyle(mlir::DestinationStyleOpInterface op);
  void cloneOnMemRefs(mlir::DestinationStyleOpInterface op,
                      llvm::ArrayRef<mlir::Value> operands);

  mlir::OpBuilder &builder;
  mlir::Block &body;
  AxisValue position, extent;
  mlir::Value origin;
  SameAs same;
  mlir::IRMapping scalars;
  llvm::DenseMap<mlir::Operation *, unsigned> order;
  llvm::DenseMap<mlir::Value, unsigned> lastUse;
  llvm::SmallVector<Buffer> buffers;
  llvm::DenseMap<mlir::Value, Place> places;
  llvm::SmallVector<unsigned> carries;
  /// Buffers that the op being lowered writes.
  llvm::SmallSet<unsigned, 4> taken;
};

} // namespace seqmix::tile

#endif // SEQMIX_TILE_BODYLOWERING_H
