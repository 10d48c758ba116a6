//===- MultiplyTiles.cpp - bf16 products by AMX ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/PairEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seqmix::cpu;

/// A number of a tile register, or any other immediate.
Value PairEmitter::byte(int64_t value) {
  return LLVM::ConstantOp::create(v.b, v.loc, v.b.getI8Type(),
                                  v.b.getI8IntegerAttr(value));
}

/// Bytes from a row of a packed tile to the next.
Value PairEmitter::rowBytes() {
  return LLVM::ConstantOp::create(v.b, v.loc, v.b.getI64Type(),
                                  v.b.getI64IntegerAttr(4 * kTile));
}

void PairEmitter::call(StringRef intrinsic, ValueRange arguments) {
  LLVM::CallIntrinsicOp::create(v.b, v.loc, v.b.getStringAttr(intrinsic),
                                arguments);
}

/// out[m…, n…] += spill, rows × columns of a tile; or = spill.
void PairEmitter::addSpilled(Value m, int64_t rows, Value n, int64_t columns) {
  v.loop(rows, 1, [&](Value i) {
    SmallVector<Value> at = place(p.outMap, v.add(m, i), n, {});
    Value sum = vector::LoadOp::create(v.b, v.loc, v.type(v.b.getF32Type()),
                                       spill, ValueRange{v.mul(i, kTile)});
    if (!fromZero)
      sum = arith::AddFOp::create(v.b, v.loc, sum, v.load(p.out, at, columns));
    v.store(sum, p.out, at, columns);
  });
}

/// Bytes from a row of a memref to the next.
Value PairEmitter::strideAlongM(Value memref, AffineMap map) {
  AffineExpr row = getAffineDimExpr(p.m, v.b.getContext());
  return strideOf(v, memref, *map.getResultPosition(row));
}

/// The tiles of out are in registers 0 to 3, a's in 4 and 5, b's in 6 and 7.
static int64_t registerOf(size_t i, size_t j) { return 2 * i + j; }

void PairEmitter::beginTileBlock(const TileBlock &block) {
  block.forEach([&](size_t i, size_t j) {
    if (!block.isWhole(i, j) || fromZero) {
      call("llvm.x86.tilezero", {byte(registerOf(i, j))});
      return;
    }
    SmallVector<Value> at = place(p.outMap, v.add(block.m, i * kTile),
                                  v.add(block.n, j * kTile), {});
    call("llvm.x86.tileloadd64",
         {byte(registerOf(i, j)), addressOf(v, p.out, at),
          strideAlongM(p.out, p.outMap)});
  });
}

/// Tile number k of those from k0 on, of 16 rows of a.
void PairEmitter::loadRows(const TileBlock &block, size_t i, Value k0, Value k,
                           int64_t depth) {
  if (!isTiled(a)) {
    loadPacked(4 + i, a, v.add(block.mTile, i), k, depth);
    return;
  }
  SmallVector<Value> at = place(p.aMap, v.add(block.m, i * kTile), {},
                                v.add(k0, v.mul(k, kTileDepth)));
  call("llvm.x86.tileloadd64",
       {byte(4 + i), addressOf(v, p.a, at), strideAlongM(p.a, p.aMap)});
}

/// The same of 16 columns of b.
void PairEmitter::loadColumns(const TileBlock &block, size_t j, Value k,
                              int64_t depth) {
  loadPacked(6 + j, b, v.add(block.nTile, j), k, depth);
}

void PairEmitter::loadPacked(int64_t registerNumber, const Factor &factor,
                             Value tile, Value k, int64_t depth) {
  call("llvm.x86.tileloadd64",
       {byte(registerNumber),
        addressOf(v, factor.words, wordsOf(factor, tile, k, depth)),
        rowBytes()});
}

void PairEmitter::multiply(size_t i, size_t j) {
  call("llvm.x86.tdpbf16ps",
       {byte(registerOf(i, j)), byte(4 + i), byte(6 + j)});
}

/// One tile along K, number k of those from k0 on.
void PairEmitter::stepTileBlock(const TileBlock &block, Value k0, Value k,
                                int64_t depth) {
  for (size_t i = 0; i < block.rows.size(); ++i)
    loadRows(block, i, k0, k, depth);
  for (size_t j = 0; j < block.columns.size(); ++j)
    loadColumns(block, j, k, depth);
  block.forEach([&](size_t i, size_t j) { multiply(i, j); });
}

void PairEmitter::endTileBlock(const TileBlock &block) {
  block.forEach([&](size_t i, size_t j) {
    Value m = v.add(block.m, i * kTile), n = v.add(block.n, j * kTile);
    if (block.isWhole(i, j)) {
      call("llvm.x86.tilestored64",
           {byte(registerOf(i, j)),
            addressOf(v, p.out, place(p.outMap, m, n, {})),
            strideAlongM(p.out, p.outMap)});
      return;
    }
    call("llvm.x86.tilestored64",
         {byte(registerOf(i, j)), addressOf(v, spill, v.index(0)), rowBytes()});
    addSpilled(m, block.rows[i], n, block.columns[j]);
  });
}

void PairEmitter::emitTileBlock(const TileBlock &block, Value k0,
                                int64_t depth) {
  beginTileBlock(block);
  auto step = [&](Value k) { stepTileBlock(block, k0, k, depth); };
  int64_t depthTiles = llvm::divideCeil(depth, kTileDepth);
  if (p.isFactorLower && depth == p.ranges[p.k])
    v.loop(v.index(0),
           depthOf(block.m, block.rows.size() * kTile, kTileDepth, depthTiles),
           1, step);
  else
    v.loop(depthTiles, 1, step);
  endTileBlock(block);
}

/// Whole tiles first, so that only the last block has one that is cut off.
void PairEmitter::emitTiles(Value m, int64_t rows, Value n, int64_t columns,
                            Value k, int64_t depth) {
  auto tileOf = [&](Value line) {
    return v.b.createOrFold<arith::DivUIOp>(v.loc, line, v.index(kTile));
  };
  forParts(v, columns, 2 * kTile, [&](Value j, int64_t width) {
    forRows(m, rows, v.add(n, j), 2 * kTile, [&](Value i, int64_t height) {
      emitTileBlock({v.add(m, i), tileOf(i), v.add(n, j), tileOf(j),
                     splitIntoTiles(height), splitIntoTiles(width)},
                    k, depth);
    });
  });
}

std::optional<SteppedProduct> PairEmitter::inSteps() {
  int64_t rows = p.ranges[p.m], columns = p.ranges[p.n], depth = p.ranges[p.k];
  if (unit != MatrixUnit::Tiles || p.isOutLower || p.isFactorLower ||
      !isTiled(a) || rows > 2 * kTile || columns % (2 * kTile) != 0 ||
      !(isAhead = packAhead()))
    return std::nullopt;
  auto blockAt = [=, this](Value number) {
    return TileBlock{
        v.index(0),       v.index(0),           v.mul(number, 2 * kTile),
        v.mul(number, 2), splitIntoTiles(rows), {kTile, kTile}};
  };
  auto begin = [=, this](Value block) { beginTileBlock(blockAt(block)); };
  auto end = [=, this](Value block) { endTileBlock(blockAt(block)); };
  // Loads stand well before the products that need them.
  int64_t tiles = llvm::divideCeil(rows, kTile);
  int64_t loads = tiles + 2, parts = loads + 2 * tiles;
  auto emit = [=, this](Value number, Value k, int64_t part) {
    TileBlock block = blockAt(number);
    if (part < tiles)
      loadRows(block, part, v.index(0), k, depth);
    else if (part < loads)
      loadColumns(block, part - tiles, k, depth);
    else
      multiply((part - loads) / 2, (part - loads) % 2);
  };
  return SteppedProduct{
      columns / (2 * kTile), depth / kTileDepth, parts, begin, end, emit};
}
