//===- ViewArrays.cpp - Arrays used where they lie ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Tile/NarrowRest.h"
#include "seqmix/Tile/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/MapVector.h"

namespace seqmix {
#define GEN_PASS_DEF_VIEWARRAYS
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

/// What a load or a store moves.
struct Move {
  Operation *op;
  Value array, tile;
  OperandRange offsets;
  ArrayRef<int64_t> dims;

  static std::optional<Move> of(Operation *op) {
    if (auto load = dyn_cast<kernel::LoadOp>(op))
      return Move{op, load.getArray(), load.getTile(), load.getOffsets(),
                  load.getDims()};
    if (auto store = dyn_cast<kernel::StoreOp>(op))
      return Move{op, store.getArray(), store.getTile(), store.getOffsets(),
                  store.getDims()};
    return std::nullopt;
  }
  MemRefType arrayType() const { return cast<MemRefType>(array.getType()); }
  MemRefType tileType() const { return cast<MemRefType>(tile.getType()); }
  memref::AllocOp alloc() const {
    return tile.getDefiningOp<memref::AllocOp>();
  }
};

/// That `offset + width` lies within an axis of an array.
struct Bound {
  Value array;
  int64_t axis;
  Value offset;
  int64_t width;

  bool operator==(const Bound &other) const {
    return array == other.array && axis == other.axis &&
           offset == other.offset && width == other.width;
  }
};

/// The tasks of one loop.
class Tasks {
public:
  Tasks(kernel::EntryOp entry, kernel::ParallelOp parallel)
      : entry(entry), parallel(parallel) {}

  void run();

private:
  bool mayView(const Move &move) const;
  std::optional<SmallVector<Bound>> boundsOf(const Move &move) const;
  Block *findHome();
  scf::IfOp separateWhole(Block *home);
  Block *wholeOf(Operation *op) const;
  bool isWithin(const Move &move) const;

  void viewLoad(kernel::LoadOp load);
  void viewStore(kernel::StoreOp store);
  void writeWhereComputed(kernel::StoreOp store);
  bool isDoneReading(Value view, Operation *first, kernel::StoreOp store);
  Value partnerOf(Value array);
  memref::SubViewOp makeView(OpBuilder &b, const Move &move);

  kernel::EntryOp entry;
  kernel::ParallelOp parallel;
  /// Where the tasks are whose tiles lie within the arrays, and what holds
  /// there.
  llvm::SmallMapVector<Block *, SmallVector<Bound>, 2> known;
};

} // namespace

//===----------------------------------------------------------------------===//
// Analysis: what lies within arrays
//===----------------------------------------------------------------------===//

/// A tile of its own, of the array's elements.
bool Tasks::mayView(const Move &move) const {
  return move.alloc() && move.tileType().getRank() > 0 &&
         move.arrayType().getElementType() == move.tileType().getElementType();
}

/// What must hold for a tile to lie within its array, or none if that may
/// differ from turn to turn. Only the last axis may be of run-time size: that
/// of the lanes.
std::optional<SmallVector<Bound>> Tasks::boundsOf(const Move &move) const {
  SmallVector<Bound> bounds;
  for (auto [d, axis] : llvm::enumerate(move.dims)) {
    int64_t size = move.arrayType().getDimSize(axis);
    int64_t width = move.tileType().getDimSize(d);
    Value offset = move.offsets[axis];
    std::optional<int64_t> start = getConstantIntValue(offset);
    if (start && !ShapedType::isDynamic(size) && *start + width <= size)
      continue;
    if (axis + 1 != move.arrayType().getRank())
      return std::nullopt;
    bounds.push_back({move.array, axis, offset, width});
  }
  return bounds;
}

//===----------------------------------------------------------------------===//
// Whole tiles apart
//===----------------------------------------------------------------------===//

/// The block of a task that holds all that allocates or moves.
Block *Tasks::findHome() {
  kernel::LoadOp first;
  parallel.walk<WalkOrder::PreOrder>([&](kernel::LoadOp load) {
    first = load;
    return WalkResult::interrupt();
  });
  if (!first)
    return nullptr;
  Block *home = first->getBlock();
  while (auto loop = dyn_cast<scf::ForOp>(home->getParentOp()))
    home = loop->getBlock();
  return home;
}

/// Gives tasks whose tiles lie within the arrays a copy of what a block does,
/// in which their bounds are known; the `else` is for the others.
scf::IfOp Tasks::separateWhole(Block *home) {
  Block::iterator begin = llvm::find_if(*home, [](Operation &op) {
    return isa<memref::AllocOp>(op) || !isMemoryEffectFree(&op);
  });
  DominanceInfo dominance(parallel);
  auto isBefore = [&](Value value) {
    return dominance.properlyDominates(value, &*begin);
  };
  SmallVector<Bound> bounds;
  home->walk([&](Operation *op) {
    std::optional<Move> move = Move::of(op);
    if (!move || !move->alloc() || (isa<kernel::LoadOp>(op) && !mayView(*move)))
      return;
    std::optional<SmallVector<Bound>> needed = boundsOf(*move);
    if (!needed || !llvm::all_of(*needed, [&](const Bound &bound) {
          return isBefore(bound.array) && isBefore(bound.offset);
        }))
      return;
    for (const Bound &bound : *needed)
      if (!llvm::is_contained(bounds, bound))
        bounds.push_back(bound);
  });
  if (bounds.empty())
    return {};

  Location loc = begin->getLoc();
  OpBuilder b(home, begin);
  Value all;
  for (const Bound &bound : bounds) {
    Value width = arith::ConstantIndexOp::create(b, loc, bound.width);
    Value end = arith::AddIOp::create(b, loc, bound.offset, width);
    Value size = memref::DimOp::create(b, loc, bound.array, bound.axis);
    Value isInside =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle, end, size);
    all = all ? arith::AndIOp::create(b, loc, all, isInside).getResult()
              : isInside;
  }
  auto ifWhole = scf::IfOp::create(b, loc, all, /*withElseRegion=*/true);
  Block *otherwise = ifWhole.elseBlock();
  auto end = home->mightHaveTerminator()
                 ? Block::iterator(home->getTerminator())
                 : home->end();
  otherwise->getOperations().splice(otherwise->begin(), home->getOperations(),
                                    begin, end);
  b.setInsertionPointToStart(ifWhole.thenBlock());
  IRMapping mapping;
  for (Operation &op : otherwise->without_terminator())
    b.clone(op, mapping);
  known[ifWhole.thenBlock()] = bounds;
  return ifWhole;
}

/// The whole tasks that an op is of; null for others.
Block *Tasks::wholeOf(Operation *op) const {
  for (const auto &[block, bounds] : known)
    if (block->findAncestorOpInBlock(*op))
      return block;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Uses of a buffer in order
//===----------------------------------------------------------------------===//

namespace {

/// The ops of a block that use a buffer, themselves or inside, in order.
struct BufferUses {
  BufferUses(Value buffer, Block *block) {
    for (Operation *user : buffer.getUsers()) {
      Operation *own = block->findAncestorOpInBlock(*user);
      isLocal &= own != nullptr;
      if (own && !llvm::is_contained(ops, own))
        ops.push_back(own);
    }
    llvm::sort(
        ops, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  }

  SmallVector<Operation *> ops;
  /// Whether the block has all of them.
  bool isLocal = true;
};

} // namespace

static bool writes(Operation *op, Value buffer) {
  if (auto load = dyn_cast<kernel::LoadOp>(op))
    return load.getTile() == buffer;
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp)
    return false;
  OperandRange inits = linalgOp.getDpsInits();
  return llvm::is_contained(inits, buffer);
}

/// Whether all that an op does with a buffer is to read it.
static bool onlyReads(Operation *op, Value buffer) {
  bool isKnown = true;
  op->walk([&](Operation *nested) {
    if (!llvm::is_contained(nested->getOperands(), buffer))
      return;
    isKnown &= isa<linalg::LinalgOp, memref::LoadOp, kernel::StoreOp>(nested) &&
               !writes(nested, buffer);
  });
  return isKnown;
}

/// Whether an op writes all of a buffer and reads none of what it held, but
/// as an input.
static bool writesWhole(Operation *op, Value buffer) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || !linalgOp.hasPureBufferSemantics())
    return false;
  unsigned outputs = 0;
  for (OpOperand &init : linalgOp.getDpsInitsMutable()) {
    if (init.get() != buffer)
      continue;
    ++outputs;
    if (linalgOp.payloadUsesValueFromOperand(&init) ||
        !linalgOp.getMatchingIndexingMap(&init).isProjectedPermutation())
      return false;
  }
  return outputs == 1;
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

memref::SubViewOp Tasks::makeView(OpBuilder &b, const Move &move) {
  MemRefType type = move.arrayType();
  SmallVector<OpFoldResult> offsets, sizes(type.getRank(), b.getIndexAttr(1)),
      strides(type.getRank(), b.getIndexAttr(1));
  for (Value offset : move.offsets)
    offsets.push_back(getAsOpFoldResult(offset));
  for (auto [d, axis] : llvm::enumerate(move.dims))
    sizes[axis] = b.getIndexAttr(move.tileType().getDimSize(d));
  MemRefType view = memref::SubViewOp::inferRankReducedResultType(
      move.tileType().getShape(), type, offsets, sizes, strides);
  return memref::SubViewOp::create(b, move.op->getLoc(), view, move.array,
                                   offsets, sizes, strides);
}

/// Whether the bounds of a move are known to hold.
bool Tasks::isWithin(const Move &move) const {
  std::optional<SmallVector<Bound>> bounds = boundsOf(move);
  if (!bounds || bounds->empty())
    return bounds.has_value();
  auto here = known.find(wholeOf(move.op));
  return here != known.end() && llvm::all_of(*bounds, [&](const Bound &bound) {
           return llvm::is_contained(here->second, bound);
         });
}

void Tasks::viewLoad(kernel::LoadOp load) {
  Move move = *Move::of(load);
  if (!mayView(move) || !isWithin(move))
    return;
  memref::AllocOp alloc = move.alloc();
  Block *block = load->getBlock();
  BufferUses uses(alloc, block);
  if (alloc->getBlock() != block || uses.ops.empty() || uses.ops[0] != load)
    return;
  // Up to the op that overwrites it.
  size_t end = 1;
  while (end < uses.ops.size() && onlyReads(uses.ops[end], alloc))
    ++end;
  Operation *overwrites = end < uses.ops.size() ? uses.ops[end] : nullptr;
  if (overwrites && !writesWhole(overwrites, alloc.getResult()))
    return;

  OpBuilder b(load);
  Value view = makeView(b, move);
  if (overwrites) {
    b.setInsertionPoint(overwrites);
    Value own = memref::AllocOp::create(b, alloc.getLoc(), alloc.getType());
    auto linalgOp = cast<linalg::LinalgOp>(overwrites);
    for (OpOperand &init : linalgOp.getDpsInitsMutable())
      if (init.get() == alloc)
        init.set(own);
    alloc.getResult().replaceUsesWithIf(own, [&](OpOperand &use) {
      Operation *user = block->findAncestorOpInBlock(*use.getOwner());
      return overwrites->isBeforeInBlock(user);
    });
  }
  load.erase();
  alloc.getResult().replaceAllUsesWith(view);
  alloc.erase();
}

/// The operand that a result may be the same as; null if there is none.
Value Tasks::partnerOf(Value array) {
  while (auto view = array.getDefiningOp<ViewLikeOpInterface>())
    array = view.getViewSource();
  ArrayAttr arrays = entry.getArrays();
  auto argument = dyn_cast<BlockArgument>(array);
  unsigned first = entry.getSizes().size();
  if (!argument || argument.getOwner() != &entry.getBody().front())
    return {};
  auto about = cast<DictionaryAttr>(arrays[argument.getArgNumber() - first]);
  auto partner = about.getAs<StringAttr>("may_alias");
  if (!partner)
    return {};
  for (auto [i, other] : llvm::enumerate(arrays))
    if (cast<DictionaryAttr>(other).getAs<StringAttr>("name") == partner)
      return entry.getArray(i);
  return {};
}

/// Whether what reads an array, or a view of it, is done with that when `first`
/// writes what `store` stored, or reads there no element but that it writes.
bool Tasks::isDoneReading(Value view, Operation *first, kernel::StoreOp store) {
  for (Operation *user : view.getUsers()) {
    if (isa<memref::DimOp>(user) || !parallel->isProperAncestor(user))
      continue;
    if (isa<ViewLikeOpInterface>(user)) {
      if (!isDoneReading(user->getResult(0), first, store))
        return false;
      continue;
    }
    Operation *own = first->getBlock()->findAncestorOpInBlock(*user);
    // In the other copy of the body.
    if (!own && wholeOf(user) != wholeOf(first))
      continue;
    if (!own)
      return false;
    if (own->isBeforeInBlock(first))
      continue;
    auto subview = view.getDefiningOp<memref::SubViewOp>();
    if (user != first || !subview)
      return false;
    Move move = *Move::of(store);
    SmallVector<OpFoldResult> offsets;
    for (Value offset : move.offsets)
      offsets.push_back(getAsOpFoldResult(offset));
    auto linalgOp = cast<linalg::LinalgOp>(first);
    if (!isEqualConstantIntOrValueArray(subview.getMixedOffsets(), offsets) ||
        subview.getType().getShape() != move.tileType().getShape())
      return false;
    AffineMap map;
    for (OpOperand &init : linalgOp.getDpsInitsMutable())
      if (init.get() == move.tile)
        map = linalgOp.getMatchingIndexingMap(&init);
    if (!map || !map.isPermutation())
      return false;
    for (OpOperand &operand : first->getOpOperands())
      if (operand.get() == view &&
          linalgOp.getMatchingIndexingMap(&operand) != map)
        return false;
  }
  return true;
}

void Tasks::viewStore(kernel::StoreOp store) {
  Move move = *Move::of(store);
  if (!mayView(move) || !isWithin(move))
    return;
  memref::AllocOp alloc = move.alloc();
  Block *block = store->getBlock();
  BufferUses uses(alloc, block);
  if (alloc->getBlock() != block || !uses.isLocal || uses.ops.empty() ||
      uses.ops.back() != store)
    return;
  Operation *first = uses.ops.front();
  if (!writesWhole(first, alloc) ||
      llvm::is_contained(cast<linalg::LinalgOp>(first).getDpsInputs(),
                         alloc.getResult()))
    return;
  for (Operation *op : ArrayRef(uses.ops).drop_front())
    if (!isa<linalg::LinalgOp, memref::LoadOp, kernel::StoreOp>(op))
      return;
  DominanceInfo dominance(parallel);
  for (Value offset : move.offsets)
    if (!getConstantIntValue(offset) &&
        !dominance.properlyDominates(offset, first))
      return;
  // No operand but the partner may overlap a result.
  Value partner = partnerOf(move.array);
  if (partner && !isDoneReading(partner, first, store))
    return;

  OpBuilder b(first);
  Value view = makeView(b, move);
  store.erase();
  alloc.getResult().replaceAllUsesWith(view);
  alloc.erase();
}

/// The op that computes a tile writes it to the array as well, where something
/// else needs the tile too or has it wider.
void Tasks::writeWhereComputed(kernel::StoreOp store) {
  Move move = *Move::of(store);
  if (!move.alloc() || move.dims.empty() || !isWithin(move) ||
      partnerOf(move.array))
    return;
  linalg::GenericOp last;
  for (Operation *op : BufferUses(move.tile, store->getBlock()).ops)
    if (op->isBeforeInBlock(store) && !onlyReads(op, move.tile))
      last = dyn_cast<linalg::GenericOp>(op);
  if (!last)
    return;
  OpOperand *init = nullptr;
  for (OpOperand &candidate : last.getDpsInitsMutable())
    if (candidate.get() == move.tile)
      init = &candidate;
  if (!init || !last.getMatchingIndexingMap(init).isPermutation())
    return;
  DominanceInfo dominance(parallel);
  for (Value offset : move.offsets)
    if (!getConstantIntValue(offset) &&
        !dominance.properlyDominates(offset, last))
      return;

  OpBuilder b(last);
  SmallVector<Value> outputs(last.getOutputs());
  outputs.push_back(makeView(b, move));
  SmallVector<AffineMap> maps = last.getIndexingMapsArray();
  maps.push_back(last.getMatchingIndexingMap(init));
  unsigned number = init->getOperandNumber() - last.getNumDpsInputs();
  auto both =
      linalg::GenericOp::create(b, last.getLoc(), TypeRange(), last.getInputs(),
                                outputs, maps, last.getIteratorTypesArray());
  both.getRegion().takeBody(last.getRegion());
  Type element = move.arrayType().getElementType();
  both.getBody()->addArgument(element, last.getLoc());
  Operation *yield = both.getBody()->getTerminator();
  Value value = yield->getOperand(number);
  b.setInsertionPoint(yield);
  if (value.getType() != element)
    value = arith::TruncFOp::create(b, last.getLoc(), element, value);
  yield->insertOperands(yield->getNumOperands(), value);
  last.erase();
  store.erase();
}

void Tasks::run() {
  if (Block *home = findHome())
    if (scf::IfOp ifWhole = separateWhole(home)) {
      const Bound &bound = known.begin()->second.front();
      // Few rows of a wide tile: narrow ones, some of which are whole again.
      if (Block *narrow =
              tile::narrowRest(ifWhole.elseBlock(), bound.array, bound.axis,
                               bound.offset, bound.width))
        separateWhole(narrow);
    }
  SmallVector<kernel::LoadOp> loads;
  SmallVector<kernel::StoreOp> stores;
  parallel.walk([&](kernel::LoadOp load) { loads.push_back(load); });
  for (kernel::LoadOp load : loads)
    viewLoad(load);
  parallel.walk([&](kernel::StoreOp store) { stores.push_back(store); });
  for (kernel::StoreOp store : stores)
    viewStore(store);
  stores.clear();
  parallel.walk([&](kernel::StoreOp store) { stores.push_back(store); });
  for (kernel::StoreOp store : stores)
    writeWhereComputed(store);
}

namespace {

struct ViewArraysPass : seqmix::impl::ViewArraysBase<ViewArraysPass> {
  void runOnOperation() override {
    SmallVector<kernel::ParallelOp> all(
        getOperation().getBody().getOps<kernel::ParallelOp>());
    for (kernel::ParallelOp parallel : all)
      Tasks(getOperation(), parallel).run();
  }
};

} // namespace
