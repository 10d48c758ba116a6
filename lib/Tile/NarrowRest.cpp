//===- NarrowRest.cpp - Narrow tiles where a wide one is not full ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Tile/NarrowRest.h"

#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace seqmix;

namespace {

/// As wide as a few vectors side by side, and as what half fills lines of
/// 16-bit rows; only what is twice as wide is narrowed.
constexpr int64_t kNarrow = 128;

/// The tiles of a block that move along an axis, and along which dimension of
/// theirs.
class Narrowing {
public:
  Narrowing(Block *block, Value offset, int64_t width)
      : block(block), offset(offset), width(width) {}

  bool find();
  void apply();

private:
  bool mark(Value tile, unsigned dim);
  bool markMove(Operation *op, Value tile, OperandRange offsets,
                ArrayRef<int64_t> dims);
  bool follow(Operation *user, Value tile, unsigned dim);
  bool followLinalg(linalg::LinalgOp op, Value tile, unsigned dim);

  Block *block;
  Value offset;
  int64_t width;
  llvm::MapVector<Value, unsigned> marked;
};

} // namespace

/// False if the tile moves along the axis in another way, or is not one of the
/// block's own.
bool Narrowing::mark(Value tile, unsigned dim) {
  auto [known, isNew] = marked.insert({tile, dim});
  auto alloc = tile.getDefiningOp<memref::AllocOp>();
  if (!isNew || !alloc)
    return !isNew && known->second == dim;
  return block->findAncestorOpInBlock(*alloc) &&
         alloc.getType().getLayout().isIdentity() &&
         alloc.getType().getDimSize(dim) == width &&
         llvm::all_of(tile.getUsers(),
                      [&](Operation *user) { return follow(user, tile, dim); });
}

/// A load or a store moves the axis once, or it does the same in each tile,
/// which is well for loads alone.
bool Narrowing::markMove(Operation *op, Value tile, OperandRange offsets,
                         ArrayRef<int64_t> dims) {
  std::optional<unsigned> moving;
  for (auto [axis, value] : llvm::enumerate(offsets)) {
    if (value != offset)
      continue;
    const int64_t *dim = llvm::find(dims, static_cast<int64_t>(axis));
    if (moving || dim == dims.end())
      return false;
    moving = dim - dims.begin();
  }
  if (!moving)
    return isa<kernel::LoadOp>(op) && !marked.contains(tile);
  return mark(tile, *moving);
}

bool Narrowing::follow(Operation *user, Value tile, unsigned dim) {
  auto isAsMarked = [&](OperandRange offsets, ArrayRef<int64_t> dims) {
    return offsets[dims[dim]] == offset;
  };
  if (auto load = dyn_cast<kernel::LoadOp>(user))
    return isAsMarked(load.getOffsets(), load.getDims());
  if (auto store = dyn_cast<kernel::StoreOp>(user))
    return isAsMarked(store.getOffsets(), store.getDims());
  auto op = dyn_cast<linalg::LinalgOp>(user);
  return op && followLinalg(op, tile, dim);
}

/// The loop over the axis is parallel, has no use for where it is, and all else
/// that moves with it does so by one dimension.
bool Narrowing::followLinalg(linalg::LinalgOp op, Value tile, unsigned dim) {
  std::optional<unsigned> loop;
  for (OpOperand &operand : op->getOpOperands()) {
    if (operand.get() != tile)
      continue;
    auto moving = dyn_cast<AffineDimExpr>(
        op.getMatchingIndexingMap(&operand).getResult(dim));
    if (!moving || (loop && *loop != moving.getPosition()))
      return false;
    loop = moving.getPosition();
  }
  if (!loop ||
      op.getIteratorTypesArray()[*loop] != utils::IteratorType::parallel)
    return false;
  bool isKnown = true;
  op->walk([&](linalg::IndexOp index) { isKnown &= index.getDim() != *loop; });
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (!map.isFunctionOfDim(*loop)) {
      // An element for all of the axis.
      isKnown &= op.isDpsInput(&operand);
      continue;
    }
    std::optional<unsigned> own =
        map.getResultPosition(getAffineDimExpr(*loop, op.getContext()));
    for (auto [result, expr] : llvm::enumerate(map.getResults()))
      isKnown &= own == result || !expr.isFunctionOfDim(*loop);
    isKnown = isKnown && own && mark(operand.get(), *own);
  }
  return isKnown;
}

bool Narrowing::find() {
  bool isKnown = true;
  block->walk([&](Operation *op) {
    if (auto load = dyn_cast<kernel::LoadOp>(op))
      isKnown = isKnown &&
                markMove(op, load.getTile(), load.getOffsets(), load.getDims());
    else if (auto store = dyn_cast<kernel::StoreOp>(op))
      isKnown = isKnown && markMove(op, store.getTile(), store.getOffsets(),
                                    store.getDims());
    else
      isKnown &= !llvm::is_contained(op->getOperands(), offset);
  });
  return isKnown && !marked.empty();
}

void Narrowing::apply() {
  for (auto [tile, dim] : marked) {
    auto type = cast<MemRefType>(tile.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape[dim] = kNarrow;
    tile.setType(MemRefType::get(shape, type.getElementType(),
                                 MemRefLayoutAttrInterface(),
                                 type.getMemorySpace()));
  }
}

Block *seqmix::tile::narrowRest(Block *block, Value array, int64_t axis,
                                Value offset, int64_t width) {
  Narrowing narrowing(block, offset, width);
  // A number may be where other axes begin as well.
  if (width < 2 * kNarrow || width % kNarrow || getConstantIntValue(offset) ||
      !narrowing.find())
    return nullptr;
  narrowing.apply();
  Operation *first = &block->front();
  OpBuilder b(first);
  Location loc = first->getLoc();
  auto constant = [&](int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  Value end = arith::MinUIOp::create(
      b, loc, arith::AddIOp::create(b, loc, offset, constant(width)),
      memref::DimOp::create(b, loc, array, axis));
  auto loop = scf::ForOp::create(b, loc, offset, end, constant(kNarrow));
  Block *body = loop.getBody();
  body->getOperations().splice(body->begin(), block->getOperations(),
                               Block::iterator(first),
                               Block::iterator(block->getTerminator()));
  offset.replaceUsesWithIf(loop.getInductionVar(), [&](OpOperand &use) {
    return body->findAncestorOpInBlock(*use.getOwner());
  });
  return body;
}
