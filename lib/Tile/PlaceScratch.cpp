//===- PlaceScratch.cpp - A place in scratch for each buffer --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Tile/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace seqmix {
#define GEN_PASS_DEF_PLACESCRATCH
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

constexpr int64_t alignment = 64;

/// A buffer, the interval of positions in which it is live, and its place.
struct Buffer {
  memref::AllocOp alloc;
  int64_t bytes = 0;
  unsigned first = ~0u, last = 0;
  /// Uses, a use in a loop counting eightfold a level.
  double weight = 0;
  bool isNear = false;
  int64_t offset = 0;

  bool meets(const Buffer &other) const {
    return first <= other.last && other.first <= last;
  }
};

//===----------------------------------------------------------------------===//
// Analysis
//===----------------------------------------------------------------------===//

int64_t elementBytes(Type type) {
  return type.isIndex() ? 8 : llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
}

/// The bytes that a buffer takes.
LogicalResult measure(Buffer &buffer) {
  MemRefType type = buffer.alloc.getType();
  if (!type.hasStaticShape() || !type.getLayout().isIdentity())
    return buffer.alloc.emitOpError("expected a buffer of static shape without "
                                    "a layout, found ")
           << type;
  buffer.bytes = llvm::alignTo(
      type.getNumElements() * elementBytes(type.getElementType()), alignment);
  return success();
}

/// Positions of ops in the order of the text, and of the last op inside each.
struct Numbering {
  llvm::DenseMap<Operation *, unsigned> first, last;

  explicit Numbering(Operation *root) {
    unsigned next = 0;
    number(root, next);
  }
  void number(Operation *op, unsigned &next) {
    first[op] = next++;
    for (Region &region : op->getRegions())
      for (Operation &nested : region.getOps())
        number(&nested, next);
    last[op] = next - 1;
  }
};

/// Extends the interval of a buffer by the uses of it, or of views of it.
void addUses(Buffer &buffer, Value value, const Numbering &numbering) {
  Block *home = buffer.alloc->getBlock();
  for (Operation *user : value.getUsers()) {
    if (isa<ViewLikeOpInterface>(user)) {
      addUses(buffer, user->getResult(0), numbering);
      continue;
    }
    // In a loop that does not make the buffer anew it is live throughout.
    Operation *extent = user;
    double weight = 1;
    for (Operation *op = user; op->getBlock() != home; op = op->getParentOp())
      if (isa<LoopLikeOpInterface>(op->getParentOp())) {
        extent = op->getParentOp();
        weight *= 8;
      }
    for (Operation *op = buffer.alloc; op; op = op->getParentOp())
      if (isa<LoopLikeOpInterface>(op))
        weight *= 8;
    buffer.first = std::min(buffer.first, numbering.first.lookup(extent));
    buffer.last = std::max(buffer.last, numbering.last.lookup(extent));
    buffer.weight += weight;
  }
}

//===----------------------------------------------------------------------===//
// Decision: where each buffer goes
//===----------------------------------------------------------------------===//

/// The lowest offset at which a buffer meets none of those placed on its side.
int64_t findOffset(const Buffer &buffer, ArrayRef<Buffer *> placed,
                   bool isNear) {
  SmallVector<std::pair<int64_t, int64_t>> busy;
  for (Buffer *other : placed)
    if (other->isNear == isNear && other->meets(buffer))
      busy.push_back({other->offset, other->offset + other->bytes});
  llvm::sort(busy);
  int64_t offset = 0;
  for (auto [begin, end] : busy) {
    if (offset + buffer.bytes <= begin)
      break;
    offset = std::max(offset, end);
  }
  return offset;
}

/// Places buffers in the given order; returns the bytes of near and far.
std::pair<int64_t, int64_t> place(ArrayRef<Buffer *> order, int64_t nearBytes) {
  std::pair<int64_t, int64_t> bytes(0, 0);
  for (auto [index, buffer] : llvm::enumerate(order)) {
    ArrayRef<Buffer *> placed = order.take_front(index);
    buffer->offset = findOffset(*buffer, placed, /*isNear=*/true);
    buffer->isNear = buffer->offset + buffer->bytes <= nearBytes;
    if (!buffer->isNear)
      buffer->offset = findOffset(*buffer, placed, /*isNear=*/false);
    int64_t &used = buffer->isNear ? bytes.first : bytes.second;
    used = std::max(used, buffer->offset + buffer->bytes);
  }
  return bytes;
}

std::pair<int64_t, int64_t> choosePlaces(MutableArrayRef<Buffer> buffers,
                                         int64_t nearBytes) {
  SmallVector<Buffer *> order;
  for (Buffer &buffer : buffers)
    order.push_back(&buffer);
  // Large first packs best. Only if that is not enough, rank by use.
  llvm::sort(order, [](const Buffer *a, const Buffer *b) {
    return std::pair(-a->bytes, a) < std::pair(-b->bytes, b);
  });
  std::pair<int64_t, int64_t> bytes = place(order, nearBytes);
  if (bytes.second == 0)
    return bytes;
  llvm::sort(order, [](const Buffer *a, const Buffer *b) {
    double left = a->weight * b->bytes, right = b->weight * a->bytes;
    return left != right ? left > right : a < b;
  });
  return place(order, nearBytes);
}

//===----------------------------------------------------------------------===//
// Rewrite
//===----------------------------------------------------------------------===//

/// Gives a value a type in another memory space, and all views of it.
void setMemorySpace(Value value, Attribute space) {
  auto type = cast<MemRefType>(value.getType());
  value.setType(MemRefType::Builder(type).setMemorySpace(space));
  for (Operation *user : value.getUsers())
    if (isa<ViewLikeOpInterface>(user))
      setMemorySpace(user->getResult(0), space);
}

void replaceAlloc(Buffer &buffer, kernel::ParallelOp parallel) {
  Value scratch = buffer.isNear ? parallel.getNear() : parallel.getFar();
  Attribute space = cast<MemRefType>(scratch.getType()).getMemorySpace();
  MemRefType type = buffer.alloc.getType();
  Location loc = buffer.alloc.getLoc();
  OpBuilder builder(buffer.alloc);
  MemRefType viewType = MemRefType::Builder(type).setMemorySpace(space);
  Value offset = arith::ConstantIndexOp::create(builder, loc, buffer.offset);
  Value memref = memref::ViewOp::create(builder, loc, viewType, scratch, offset,
                                        ValueRange());
  setMemorySpace(buffer.alloc.getResult(), space);
  buffer.alloc.getResult().replaceAllUsesWith(memref);
  buffer.alloc.erase();
}

struct PlaceScratchPass : seqmix::impl::PlaceScratchBase<PlaceScratchPass> {
  using Base::Base;

  LogicalResult run(kernel::ParallelOp parallel) {
    Numbering numbering(parallel);
    SmallVector<Buffer> buffers;
    WalkResult walk = parallel.walk([&](memref::AllocOp alloc) {
      Buffer buffer;
      buffer.alloc = alloc;
      addUses(buffer, alloc.getResult(), numbering);
      if (buffer.first > buffer.last) // No uses.
        buffer.first = buffer.last = numbering.first.lookup(alloc);
      if (failed(measure(buffer)))
        return WalkResult::interrupt();
      buffers.push_back(buffer);
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      return failure();
    auto [nearUsed, farUsed] = choosePlaces(buffers, nearBytes);

    for (auto [argument, bytes] : {std::pair(parallel.getNear(), nearUsed),
                                   std::pair(parallel.getFar(), farUsed)}) {
      auto type = cast<MemRefType>(argument.getType());
      argument.setType(MemRefType::Builder(type).setShape({bytes}));
    }
    for (Buffer &buffer : buffers)
      replaceAlloc(buffer, parallel);
    return success();
  }

  void runOnOperation() override {
    WalkResult walk = getOperation().walk([&](kernel::ParallelOp parallel) {
      return failed(run(parallel)) ? WalkResult::interrupt()
                                   : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
