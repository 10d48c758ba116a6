//===- PackPairs.cpp - Factors as tiles of pairs --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/PairEmitter.h"

#include "lib/Target/CPU/GenericBody.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seqmix::cpu;

SmallVector<Value> PairEmitter::place(AffineMap map, Value m, Value n,
                                      Value k) {
  SmallVector<Value> at(ivs);
  at[p.m] = m, at[p.n] = n, at[p.k] = k;
  return evaluateMap(v, map, at);
}

bool PairEmitter::isAlongK(const Factor &factor) const {
  return factor.map.getDimPosition(factor.map.getNumResults() - 1) == p.k;
}

/// Whether a factor consists of tiles as it lies: whole rows of pairs.
bool PairEmitter::isTiled(const Factor &factor) const {
  return unit == MatrixUnit::Tiles && factor.isLeft && isAlongK(factor) &&
         cast<MemRefType>(factor.memref.getType()).getElementType().isBF16() &&
         p.ranges[factor.line] % kTile == 0 && p.ranges[p.k] % kTileDepth == 0;
}

/// f32 numbers as pairs: 16 of `low` in bf16, then 16 of `high`, as 32 halves.
Value PairEmitter::narrow(Value low, Value high) {
  auto type = VectorType::get(2 * kTile, v.b.getBF16Type());
  return LLVM::CallIntrinsicOp::create(
             v.b, v.loc, type,
             v.b.getStringAttr("llvm.x86.avx512bf16.cvtne2ps2bf16.512"),
             ValueRange{high, low})
      .getResult(0);
}

/// `count` elements from a place on, as 16 f32 or 16 bf16; the rest is 0.
Value PairEmitter::elements(Value memref, ValueRange at, int64_t count) {
  if (count > 0)
    return v.load(memref, at, std::min(count, kTile));
  return v.zero(cast<MemRefType>(memref.getType()).getElementType());
}

/// 16 words of a line: its elements from k on.
Value PairEmitter::loadAlongK(const Factor &factor, Value line, Value k,
                              int64_t depth) {
  auto at = [&](Value k) { return place(factor.map, line, line, k); };
  auto wordType = VectorType::get(kTile, v.b.getI32Type());
  bool isF32 =
      cast<MemRefType>(factor.memref.getType()).getElementType().isF32();
  Value halves;
  if (isF32) {
    halves =
        narrow(elements(factor.memref, at(k), depth),
               elements(factor.memref, at(v.add(k, kTile)), depth - kTile));
  } else if (depth >= kTileDepth) {
    halves = vector::LoadOp::create(
        v.b, v.loc, VectorType::get(kTileDepth, v.b.getBF16Type()),
        factor.memref, at(k));
  } else {
    auto all = llvm::to_vector(llvm::seq<int64_t>(0, kTileDepth));
    halves = vector::ShuffleOp::create(
        v.b, v.loc, elements(factor.memref, at(k), depth),
        elements(factor.memref, at(v.add(k, kTile)), depth - kTile), all);
  }
  return vector::BitCastOp::create(v.b, v.loc, wordType, halves);
}

/// A word of each of 16 lines: the elements k and k + 1.
Value PairEmitter::loadAlongLines(const Factor &factor, Value line,
                                  int64_t lines, Value k, int64_t depth) {
  auto load = [&](int64_t j) {
    Value at = v.add(k, j);
    return elements(factor.memref, place(factor.map, line, line, at),
                    j < depth ? lines : 0);
  };
  Value even = load(0), odd = load(1);
  auto halfType = VectorType::get(2 * kTile, v.b.getI16Type());
  auto rowType = VectorType::get(kTile, v.b.getI16Type());
  auto wordType = VectorType::get(kTile, v.b.getI32Type());
  SmallVector<int64_t> inPairs;
  for (int64_t lane = 0; lane < kTile; ++lane)
    llvm::append_values(inPairs, lane, kTile + lane);
  Value pairs;
  if (cast<VectorType>(even.getType()).getElementType().isF32()) {
    Value halves =
        vector::BitCastOp::create(v.b, v.loc, halfType, narrow(even, odd));
    pairs = vector::ShuffleOp::create(v.b, v.loc, halves, halves, inPairs);
  } else {
    pairs = vector::ShuffleOp::create(
        v.b, v.loc, vector::BitCastOp::create(v.b, v.loc, rowType, even),
        vector::BitCastOp::create(v.b, v.loc, rowType, odd), inPairs);
  }
  return vector::BitCastOp::create(v.b, v.loc, wordType, pairs);
}

/// One tile, at `word` of the scratch.
void PairEmitter::packTile(const Factor &factor, Value line, int64_t lines,
                           Value k, int64_t depth, Value word) {
  Value none = v.zero(v.b.getI32Type());
  auto store = [&](Value row, Value at) {
    vector::StoreOp::create(v.b, v.loc, row, factor.words, ValueRange{at});
  };
  // Lines are rows of a's tiles and columns of b's.
  bool alongK = isAlongK(factor);
  int64_t count = alongK ? lines : llvm::divideCeil(depth, 2);
  auto load = [&](Value i, int64_t rest) {
    return alongK ? loadAlongK(factor, v.add(line, i), k, depth)
                  : loadAlongLines(factor, line, lines, v.add(k, v.mul(i, 2)),
                                   rest);
  };
  if (alongK == factor.isLeft) {
    // The last row may be of one element.
    int64_t whole = alongK ? count : depth / 2;
    v.loop(whole, 1,
           [&](Value i) { store(load(i, 2), v.add(word, v.mul(i, kTile))); });
    if (whole < count)
      store(load(v.index(whole), 1), v.add(word, whole * kTile));
    if (count < kTile)
      v.loop(v.index(count), v.index(kTile), 1,
             [&](Value i) { store(none, v.add(word, v.mul(i, kTile))); });
    return;
  }
  SmallVector<Value> rows;
  for (int64_t i = 0; i < kTile; ++i)
    rows.push_back(i < count ? load(v.index(i), depth - 2 * i) : none);
  transposeInRegisters(v, rows);
  for (int64_t i = 0; i < kTile; ++i)
    store(rows[i], v.add(word, i * kTile));
}

/// Lines from `line` on, K from `k` on.
void PairEmitter::pack(const Factor &factor, Value line, int64_t lines, Value k,
                       int64_t depth) {
  int64_t depthTiles = llvm::divideCeil(depth, kTileDepth);
  auto packLines = [&](Value offset, int64_t count) {
    // offset / 16 · depthTiles tiles of 256 words come before.
    Value before = v.add(v.mul(offset, depthTiles * kTile), factor.first);
    Value first = v.add(line, offset);
    auto packDepth = [&](Value at, int64_t part) {
      packTile(factor, first, count, v.add(k, at), part,
               v.add(before, v.mul(at, kTileWords / kTileDepth)));
    };
    int64_t full = depth / kTileDepth * kTileDepth;
    v.loop(full, kTileDepth, [&](Value at) { packDepth(at, kTileDepth); });
    if (full < depth)
      packDepth(v.index(full), depth - full);
  };
  int64_t full = lines / kTile * kTile;
  v.loop(full, kTile, [&](Value at) { packLines(at, kTile); });
  if (full < lines)
    packLines(v.index(full), lines - full);
}

/// The word at which a tile of a packed factor starts.
Value PairEmitter::wordsOf(const Factor &factor, Value tile, Value depthTile,
                           int64_t depth) {
  int64_t depthTiles = llvm::divideCeil(depth, kTileDepth);
  Value index = v.add(v.mul(tile, depthTiles), depthTile);
  return v.add(v.mul(index, kTileWords), factor.first);
}
