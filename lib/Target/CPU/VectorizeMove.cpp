//===- VectorizeMove.cpp - Tiles to and from arrays as vectors
//-------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"
#include "lib/Target/CPU/Vectors.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::cpu;

namespace {

/// A move between an array and a tile, seen from the tile's rows.
struct Move {
  Value array;
  Value tile;
  OperandRange offsets;
  ArrayRef<int64_t> dims;

  MemRefType arrayType() const { return cast<MemRefType>(array.getType()); }
  MemRefType tileType() const { return cast<MemRefType>(tile.getType()); }

  /// Where the tile's element lies in the array.
  SmallVector<Value> place(VectorBuilder &v, ValueRange at) const {
    SmallVector<Value> position(offsets);
    for (auto [dim, index] : llvm::zip_equal(dims, at))
      position[dim] = v.add(position[dim], index);
    return position;
  }

  /// Whether rows of the tile are contiguous in the array as well.
  bool hasVectorRows() const {
    return !dims.empty() && dims.back() == arrayType().getRank() - 1 &&
           isLastContiguous(array) && isLastContiguous(tile);
  }
};

/// Bytes of a line of the caches.
constexpr int64_t kLineBytes = 64;
/// Rows of so many vectors need no loop.
constexpr int64_t kUnrolled = 4;

/// How much of a tile dimension lies inside the array: a constant where types
/// say so, else a value in [0, width].
struct Extent {
  int64_t width;
  std::optional<int64_t> known;
  Value value;
};

} // namespace

static Extent getExtent(VectorBuilder &v, const Move &move, unsigned d) {
  int64_t width = move.tileType().getDimSize(d);
  int64_t dim = move.dims[d];
  int64_t size = move.arrayType().getDimSize(dim);
  std::optional<int64_t> offset = getConstantIntValue(move.offsets[dim]);
  if (offset && !ShapedType::isDynamic(size)) {
    int64_t inside = std::clamp<int64_t>(size - *offset, 0, width);
    return {width, inside, v.index(inside)};
  }
  Value end = memref::DimOp::create(v.b, v.loc, move.array, dim);
  Value left = arith::SubIOp::create(v.b, v.loc, end, move.offsets[dim]);
  left = arith::MinSIOp::create(v.b, v.loc, left, v.index(width));
  left = arith::MaxSIOp::create(v.b, v.loc, left, v.index(0));
  return {width, std::nullopt, left};
}

/// A loop over [from, to) of an extent, or none if it is known to be empty.
static void loopInside(VectorBuilder &v, const Extent &extent,
                       function_ref<void(Value)> body) {
  if (extent.known)
    v.loop(*extent.known, 1, [&](Value at) { body(at); });
  else
    v.loop(v.index(0), extent.value, 1, [&](Value at) { body(at); });
}

//===----------------------------------------------------------------------===//
// One row
//===----------------------------------------------------------------------===//

static void loadElement(VectorBuilder &v, const Move &move, ValueRange at) {
  Value element =
      memref::LoadOp::create(v.b, v.loc, move.array, move.place(v, at));
  element = v.convert(element, move.tileType().getElementType());
  memref::StoreOp::create(v.b, v.loc, element, move.tile, at);
}

static void storeElement(VectorBuilder &v, const Move &move, ValueRange at) {
  Value element = memref::LoadOp::create(v.b, v.loc, move.tile, at);
  element = v.convert(element, move.arrayType().getElementType());
  memref::StoreOp::create(v.b, v.loc, element, move.array, move.place(v, at));
}

/// Asks for the memory some rows ahead: rows of an array lie too far apart for
/// the hardware to guess. What lies past the tile is the next tile of a stream;
/// past the array, nothing happens.
static void prefetch(VectorBuilder &v, const Move &move, bool isLoad,
                     ValueRange at) {
  constexpr int64_t bytesAhead = 4096;
  if (at.size() < 2)
    return;
  int64_t width = move.tileType().getShape().back();
  int64_t bytes = move.arrayType().getElementTypeBitWidth() / 8;
  int64_t rows = std::max<int64_t>(1, bytesAhead / (width * bytes));
  SmallVector<Value> ahead(at);
  ahead[at.size() - 2] = v.add(ahead[at.size() - 2], rows);
  memref::PrefetchOp::create(v.b, v.loc, move.array, move.place(v, ahead),
                             /*isWrite=*/!isLoad, /*localityHint=*/3,
                             /*isDataCache=*/true);
}

/// One vector of a row, `count` elements of it.
static void moveVector(VectorBuilder &v, const Move &move, bool isLoad,
                       ValueRange at, int64_t count) {
  SmallVector<Value> place = move.place(v, at);
  prefetch(v, move, isLoad, at);
  if (isLoad) {
    Value vector = v.load(move.array, place, count);
    vector = v.convert(vector, move.tileType().getElementType());
    v.store(vector, move.tile, at, count);
  } else {
    Value vector = v.load(move.tile, at, count);
    vector = v.convert(vector, move.arrayType().getElementType());
    v.store(vector, move.array, place, count);
  }
}

static void moveElement(VectorBuilder &v, const Move &move, bool isLoad,
                        ValueRange at) {
  if (isLoad)
    loadElement(v, move, at);
  else
    storeElement(v, move, at);
}

/// The elements of a row that lie inside the array.
static void moveRow(VectorBuilder &v, const Move &move, bool isLoad,
                    const Extent &extent, ArrayRef<Value> outer) {
  auto with = [&](Value last) {
    SmallVector<Value> at(outer);
    at.push_back(last);
    return at;
  };
  if (!move.hasVectorRows()) {
    loopInside(v, extent,
               [&](Value at) { moveElement(v, move, isLoad, with(at)); });
    return;
  }
  if (extent.known) {
    int64_t full = *extent.known / v.lanes * v.lanes;
    auto moveAt = [&](Value at) {
      moveVector(v, move, isLoad, with(at), v.lanes);
    };
    if (full <= kUnrolled * v.lanes)
      for (int64_t at = 0; at < full; at += v.lanes)
        moveAt(v.index(at));
    else
      v.loop(full, v.lanes, moveAt);
    if (full < *extent.known)
      moveVector(v, move, isLoad, with(v.index(full)), *extent.known - full);
    return;
  }
  Value tail =
      arith::RemUIOp::create(v.b, v.loc, extent.value, v.index(v.lanes));
  Value full = arith::SubIOp::create(v.b, v.loc, extent.value, tail);
  if (extent.width >= v.lanes)
    v.loop(v.index(0), full, v.lanes,
           [&](Value at) { moveVector(v, move, isLoad, with(at), v.lanes); });
  else
    full = v.index(0);
  v.loop(full, extent.value, 1,
         [&](Value at) { moveElement(v, move, isLoad, with(at)); });
}

/// Zeros from `from` to the tile's width.
static void clearRow(VectorBuilder &v, const Move &move, Value from,
                     std::optional<int64_t> known, ArrayRef<Value> outer) {
  Type element = move.tileType().getElementType();
  int64_t width = move.tileType().getShape().back();
  SmallVector<Value> at(outer);
  at.push_back({});
  if (known == 0 && isLastContiguous(move.tile)) {
    int64_t full = width / v.lanes * v.lanes;
    v.loop(full, v.lanes, [&](Value column) {
      at.back() = column;
      v.store(v.zero(element), move.tile, at, v.lanes);
    });
    at.back() = v.index(full);
    if (full < width)
      v.store(v.zero(element), move.tile, at, width - full);
    return;
  }
  Value zero = arith::ConstantOp::create(
      v.b, v.loc, element, cast<TypedAttr>(v.b.getZeroAttr(element)));
  auto clear = [&](Value column) {
    at.back() = column;
    memref::StoreOp::create(v.b, v.loc, zero, move.tile, at);
  };
  if (width % v.lanes != 0 || !isLastContiguous(move.tile)) {
    v.loop(from, v.index(width), 1, clear);
    return;
  }
  // Up to a whole vector one by one.
  Value whole =
      v.mul(v.b.createOrFold<arith::CeilDivUIOp>(v.loc, from, v.index(v.lanes)),
            v.lanes);
  v.loop(from, whole, 1, clear);
  v.loop(whole, v.index(width), v.lanes, [&](Value column) {
    at.back() = column;
    v.store(v.zero(element), move.tile, at, v.lanes);
  });
}

//===----------------------------------------------------------------------===//
// All rows
//===----------------------------------------------------------------------===//

/// Clears a sub-tile: all of the dimensions from `d` on.
static void clearTile(VectorBuilder &v, const Move &move, unsigned d,
                      SmallVector<Value> &outer) {
  unsigned rank = move.tileType().getRank();
  if (d + 1 == rank) {
    clearRow(v, move, v.index(0), 0, outer);
    return;
  }
  v.loop(move.tileType().getDimSize(d), 1, [&](Value at) {
    outer.push_back(at);
    clearTile(v, move, d + 1, outer);
    outer.pop_back();
  });
}

static void moveTile(VectorBuilder &v, const Move &move, bool isLoad,
                     ArrayRef<Extent> extents, SmallVector<Value> &outer) {
  unsigned d = outer.size();
  const Extent &extent = extents[d];
  bool isLast = d + 1 == extents.size();
  if (isLast)
    moveRow(v, move, isLoad, extent, outer);
  else
    loopInside(v, extent, [&](Value at) {
      outer.push_back(at);
      moveTile(v, move, isLoad, extents, outer);
      outer.pop_back();
    });

  // A load clears what lies past the end.
  if (!isLoad || extent.known == extent.width)
    return;
  if (isLast) {
    clearRow(v, move, extent.value, extent.known, outer);
    return;
  }
  v.loop(extent.value, v.index(extent.width), 1, [&](Value at) {
    outer.push_back(at);
    clearTile(v, move, d + 1, outer);
    outer.pop_back();
  });
}

/// Lanes of whole registers where rows are copied as they are, else `lanes`.
static int64_t lanesOfCopy(const Move &move, int64_t lanes) {
  Type element = move.tileType().getElementType();
  if (move.dims.empty() || element != move.arrayType().getElementType())
    return lanes;
  int64_t wide = lanes * 32 / element.getIntOrFloatBitWidth();
  bool isWhole = move.tileType().getShape().back() % wide == 0 &&
                 move.arrayType().getShape()[move.dims.back()] ==
                     move.tileType().getShape().back();
  return isWhole ? wide : lanes;
}

static void vectorizeMove(OpBuilder &builder, Location loc, int64_t lanes,
                          const Move &move, bool isLoad) {
  VectorBuilder v(builder, loc, lanesOfCopy(move, lanes));
  if (move.dims.empty()) {
    moveElement(v, move, isLoad, {});
    return;
  }
  SmallVector<Extent> extents;
  for (unsigned d = 0; d < move.dims.size(); ++d)
    extents.push_back(getExtent(v, move, d));
  SmallVector<Value> outer;
  moveTile(v, move, isLoad, extents, outer);
}

void seqmix::cpu::vectorizeLoad(kernel::LoadOp op, int64_t lanes) {
  OpBuilder builder(op);
  Move move{op.getArray(), op.getTile(), op.getOffsets(), op.getDims()};
  vectorizeMove(builder, op.getLoc(), lanes, move, /*isLoad=*/true);
  op.erase();
}

void seqmix::cpu::vectorizeStore(kernel::StoreOp op, int64_t lanes) {
  OpBuilder builder(op);
  Move move{op.getArray(), op.getTile(), op.getOffsets(), op.getDims()};
  vectorizeMove(builder, op.getLoc(), lanes, move, /*isLoad=*/false);
  op.erase();
}

void seqmix::cpu::lowerPrefetch(kernel::PrefetchOp op, int64_t lanes) {
  OpBuilder builder(op);
  VectorBuilder v(builder, op.getLoc(), lanes);
  ArrayRef<int64_t> shape = op.getShape(), dims = op.getDims();
  auto type = cast<MemRefType>(op.getArray().getType());
  SmallVector<Value> at(op.getOffsets());
  // One request a line; along the last axis, `step` elements are a line.
  int64_t step =
      llvm::divideCeil(kLineBytes * 8, type.getElementTypeBitWidth());
  std::function<void(unsigned)> nest = [&](unsigned d) {
    if (d == shape.size()) {
      memref::PrefetchOp::create(v.b, v.loc, op.getArray(), at,
                                 /*isWrite=*/false, /*localityHint=*/2,
                                 /*isDataCache=*/true);
      return;
    }
    bool isLast = d + 1 == shape.size();
    Value first = at[dims[d]];
    v.loop(shape[d], isLast ? step : 1, [&](Value i) {
      at[dims[d]] = v.add(first, i);
      nest(d + 1);
    });
    at[dims[d]] = first;
  };
  if (!dims.empty() && dims.back() == type.getRank() - 1 &&
      isLastContiguous(op.getArray()))
    nest(0);
  op.erase();
}
