//===- VectorizePairs.cpp - bf16 products as dot products of pairs --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// out[m, n] += Σ_k a[m, k] b[k, n], the factors rounded to bf16, sums in f32.
//
// Both factors are packed into words of 32 bits: word i along K holds the
// elements 2i (low half) and 2i + 1. Words lie in tiles of 16 × 16, which AMX's
// TDPBF16PS takes as they are; AVX-512's VDPBF16PS takes a row of b's tile and
// one word of a's:
//   a: word (m, i) in tile (m / 16, i / 16), row m % 16, column i % 16
//   b: word (i, n) in tile (n / 16, i / 16), row i % 16, column n % 16
// What a tile has beyond the factor is 0.

#include "lib/Target/CPU/GenericBody.h"
#include "lib/Target/CPU/Product.h"
#include "lib/Target/CPU/Vectors.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seqmix::cpu;

namespace {

/// Lines and words of a tile, and its elements along K.
constexpr int64_t kTile = 16, kTileDepth = 32, kTileWords = kTile * kTile;
/// Words of a packed factor: 32 KiB.
constexpr int64_t kFactorWords = 8192;
/// Elements along K that are packed at a time, at most.
constexpr int64_t kDepth = 256;
/// The number of the first scratch that products share; loops have numbers
/// below it.
constexpr int64_t kSharedScratch = 1 << 20;
/// Below so many multiply-adds packing costs more than it saves.
constexpr int64_t kLeastWork = 2048;

/// A factor: its lines are the rows of a or the columns of b.
struct Factor {
  Value memref;
  AffineMap map;
  unsigned line;
  /// Where its words lie: one vector for all places of K, or of lines.
  bool isLeft;
  /// The packed words, and the first of them.
  Value words;
  int64_t first = 0;
};

/// Up to 2 × 2 tiles of out: where they start, in lines and in tiles, and how
/// many lines each has.
struct TileBlock {
  Value m, mTile, n, nTile;
  SmallVector<int64_t> rows, columns;

  bool isWhole(size_t i, size_t j) const {
    return rows[i] == kTile && columns[j] == kTile;
  }
  void forEach(function_ref<void(size_t, size_t)> body) const {
    for (size_t i = 0; i < rows.size(); ++i)
      for (size_t j = 0; j < columns.size(); ++j)
        body(i, j);
  }
};

class PairEmitter {
public:
  PairEmitter(const Product &product, Operation *op, OpBuilder &builder,
              int64_t lanes, MatrixUnit unit, bool fromZero,
              PackedFactors &packed)
      : p(product), op(op), v(builder, op->getLoc(), lanes), unit(unit),
        fromZero(fromZero), packed(packed), ivs(product.ranges.size()),
        a{product.a, product.aMap, product.m, true, {}},
        b{product.b, product.bMap, product.n, false, {}, kFactorWords} {}

  void emit();
  /// The product in steps, if it needs nothing else than tile registers.
  std::optional<SteppedProduct> inSteps();

private:
  void emitOuter(ArrayRef<unsigned> dims);
  void emitDepth(Value k, int64_t depth);
  bool packAhead();
  void emitBlock(Value m, int64_t rows, Value n, int64_t columns, Value k,
                 int64_t depth);

  bool isTiled(const Factor &factor) const;
  void pack(const Factor &factor, Value line, int64_t lines, Value k,
            int64_t depth);
  void packTile(const Factor &factor, Value line, int64_t lines, Value k,
                int64_t depth, Value word);
  bool isAlongK(const Factor &factor) const;
  Value loadAlongK(const Factor &factor, Value line, Value k, int64_t depth);
  Value loadAlongLines(const Factor &factor, Value line, int64_t lines, Value k,
                       int64_t depth);
  Value narrow(Value low, Value high);
  Value elements(Value memref, ValueRange at, int64_t count);

  void emitTiles(Value m, int64_t rows, Value n, int64_t columns, Value k,
                 int64_t depth);
  void emitTileBlock(const TileBlock &block, Value k, int64_t depth);
  void beginTileBlock(const TileBlock &block);
  void stepTileBlock(const TileBlock &block, Value k0, Value k, int64_t depth);
  void loadRows(const TileBlock &block, size_t i, Value k0, Value k,
                int64_t depth);
  void loadColumns(const TileBlock &block, size_t j, Value k, int64_t depth);
  void loadPacked(int64_t registerNumber, const Factor &factor, Value tile,
                  Value k, int64_t depth);
  void multiply(size_t i, size_t j);
  void endTileBlock(const TileBlock &block);
  Value strideAlongM(Value memref, AffineMap map);
  Value depthOf(Value m, int64_t rows, int64_t step, int64_t limit);
  void forRows(Value m, int64_t rows, Value n, int64_t step,
               function_ref<void(Value, int64_t)> body);
  void addSpilled(Value m, int64_t rows, Value n, int64_t columns);
  void emitPairs(Value m, int64_t rows, Value n, int64_t columns,
                 int64_t depth);
  void emitPairBlock(Value m, Value row, int64_t rows, Value n, Value nTile,
                     ArrayRef<int64_t> columns, int64_t depth);

  SmallVector<Value> place(AffineMap map, Value m, Value n, Value k);
  Value wordsOf(const Factor &factor, Value tile, Value depthTile,
                int64_t depth);
  void call(StringRef intrinsic, ValueRange arguments);
  Value byte(int64_t value);
  Value rowBytes();

  const Product &p;
  Operation *op;
  VectorBuilder v;
  MatrixUnit unit;
  /// Sums start from zero, not from what out holds.
  bool fromZero;
  PackedFactors &packed;
  SmallVector<Value> ivs;
  Factor a, b;
  /// b is packed whole, ahead of a loop.
  bool isAhead = false;
  /// A tile of out that is cut off.
  Value spill;
};

} // namespace

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

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

/// The word at which a tile of a packed factor starts.
Value PairEmitter::wordsOf(const Factor &factor, Value tile, Value depthTile,
                           int64_t depth) {
  int64_t depthTiles = llvm::divideCeil(depth, kTileDepth);
  Value index = v.add(v.mul(tile, depthTiles), depthTile);
  return v.add(v.mul(index, kTileWords), factor.first);
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

/// How many parts of K, each of `step` elements, a has before the diagonal of
/// `rows` rows from m on; at most `limit`.
Value PairEmitter::depthOf(Value m, int64_t rows, int64_t step, int64_t limit) {
  Value parts = v.b.createOrFold<arith::DivUIOp>(
      v.loc, v.add(m, rows + step - 1), v.index(step));
  return v.b.createOrFold<arith::MinUIOp>(v.loc, parts, v.index(limit));
}

/// How many lines each of the tiles has that `lines` fill.
static SmallVector<int64_t> splitIntoTiles(int64_t lines) {
  SmallVector<int64_t> parts;
  for (int64_t at = 0; at < lines; at += kTile)
    parts.push_back(std::min(kTile, lines - at));
  return parts;
}

/// Calls `body` for parts of `step` lines, the last one shorter.
static void forParts(VectorBuilder &v, int64_t lines, int64_t step,
                     function_ref<void(Value, int64_t)> body) {
  int64_t full = lines / step * step;
  v.loop(full, step, [&](Value at) { body(at, step); });
  if (full < lines)
    body(v.index(full), lines - full);
}

/// The same for rows from m on of the columns from n on: without those that are
/// above the diagonal, where out is needed below it.
void PairEmitter::forRows(Value m, int64_t rows, Value n, int64_t step,
                          function_ref<void(Value, int64_t)> body) {
  // All of out is one part, so that rows and columns count from its corner.
  if (!p.isOutLower || rows != p.ranges[p.m] || rows < 2 * step)
    return forParts(v, rows, step, body);
  int64_t full = rows / step * step;
  Value first =
      v.mul(v.b.createOrFold<arith::DivUIOp>(v.loc, n, v.index(step)), step);
  v.loop(first, v.index(full), step, [&](Value at) { body(at, step); });
  if (full < rows)
    body(v.index(full), rows - full);
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

//===----------------------------------------------------------------------===//
// Vectors of pairs
//===----------------------------------------------------------------------===//

/// Up to 8 rows of out by up to 2 vectors in registers, as an f32 product has.
void PairEmitter::emitPairBlock(Value m, Value row, int64_t rows, Value n,
                                Value nTile, ArrayRef<int64_t> columns,
                                int64_t depth) {
  size_t vectors = columns.size();
  auto at = [&](int64_t i, size_t j) {
    return place(p.outMap, v.add(m, i), v.add(n, j * kTile), {});
  };
  SmallVector<Value> sums;
  for (int64_t i = 0; i < rows; ++i)
    for (size_t j = 0; j < vectors; ++j)
      sums.push_back(fromZero ? v.zero(v.b.getF32Type())
                              : v.load(p.out, at(i, j), columns[j]));

  auto halfType = VectorType::get(2 * kTile, v.b.getBF16Type());
  auto wordType = VectorType::get(kTile, v.b.getI32Type());
  Value mTile = v.b.createOrFold<arith::DivUIOp>(v.loc, row, v.index(kTile));
  Value inTile = v.b.createOrFold<arith::RemUIOp>(v.loc, row, v.index(kTile));
  auto step = [&](Value left, ArrayRef<Value> right, Value i,
                  ValueRange carried) {
    SmallVector<Value> columnsOfB, next;
    for (Value start : right)
      columnsOfB.push_back(vector::BitCastOp::create(
          v.b, v.loc, halfType,
          vector::LoadOp::create(v.b, v.loc, wordType, b.words,
                                 ValueRange{v.add(start, v.mul(i, kTile))})));
    for (int64_t r = 0; r < rows; ++r) {
      Value word = memref::LoadOp::create(
          v.b, v.loc, a.words, ValueRange{v.add(v.add(left, r * kTile), i)});
      Value pair = vector::BitCastOp::create(
          v.b, v.loc, halfType,
          vector::BroadcastOp::create(v.b, v.loc, wordType, word));
      for (size_t j = 0; j < vectors; ++j)
        next.push_back(
            LLVM::CallIntrinsicOp::create(
                v.b, v.loc, v.type(v.b.getF32Type()),
                v.b.getStringAttr("llvm.x86.avx512bf16.dpbf16ps.512"),
                ValueRange{carried[r * vectors + j], pair, columnsOfB[j]})
                .getResult(0));
    }
    return next;
  };
  // How many words of a come before the diagonal, if a is lower triangular.
  Value limit;
  auto inDepthTile = [&](Value k, int64_t pairs, ValueRange carried) {
    Value left = v.add(wordsOf(a, mTile, k, depth), v.mul(inTile, kTile));
    SmallVector<Value> right;
    for (size_t j = 0; j < vectors; ++j)
      right.push_back(wordsOf(b, v.add(nTile, j), k, depth));
    auto body = [&](Value i, ValueRange inner) {
      return step(left, right, i, inner);
    };
    if (!limit)
      return v.loop(pairs, 1, carried, body);
    Value count = arith::SubIOp::create(v.b, v.loc, limit, v.mul(k, kTile));
    count = v.b.createOrFold<arith::MinUIOp>(v.loc, count, v.index(pairs));
    return v.loop(count, 1, carried, body);
  };
  int64_t full = depth / kTileDepth, rest = depth % kTileDepth;
  if (p.isFactorLower && depth == p.ranges[p.k]) {
    int64_t tiles = llvm::divideCeil(depth, kTileDepth);
    limit = depthOf(m, rows, 2, llvm::divideCeil(depth, 2));
    sums = v.loop(depthOf(m, rows, kTileDepth, tiles), 1, sums,
                  [&](Value k, ValueRange carried) {
                    return inDepthTile(k, kTile, carried);
                  });
  } else {
    sums = v.loop(full, 1, sums, [&](Value k, ValueRange carried) {
      return inDepthTile(k, kTile, carried);
    });
    if (rest)
      sums = inDepthTile(v.index(full), llvm::divideCeil(rest, 2), sums);
  }

  for (int64_t i = 0; i < rows; ++i)
    for (size_t j = 0; j < vectors; ++j)
      v.store(sums[i * vectors + j], p.out, at(i, j), columns[j]);
}

void PairEmitter::emitPairs(Value m, int64_t rows, Value n, int64_t columns,
                            int64_t depth) {
  forParts(v, columns, 2 * kTile, [&](Value j, int64_t width) {
    Value nTile = v.b.createOrFold<arith::DivUIOp>(v.loc, j, v.index(kTile));
    forRows(m, rows, v.add(n, j), 8, [&](Value i, int64_t height) {
      emitPairBlock(v.add(m, i), i, height, v.add(n, j), nTile,
                    splitIntoTiles(width), depth);
    });
  });
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void PairEmitter::emitBlock(Value m, int64_t rows, Value n, int64_t columns,
                            Value k, int64_t depth) {
  if (unit == MatrixUnit::Tiles)
    emitTiles(m, rows, n, columns, k, depth);
  else
    emitPairs(m, rows, n, columns, depth);
}

/// The factor that fits its scratch whole is packed once.
void PairEmitter::emitDepth(Value k, int64_t depth) {
  int64_t depthTiles = llvm::divideCeil(depth, kTileDepth);
  int64_t lines = kFactorWords / (depthTiles * kTileWords) * kTile;
  int64_t rows = p.ranges[p.m], columns = p.ranges[p.n];
  if (rows <= lines || columns > lines || isAhead) {
    forParts(v, rows, lines, [&](Value m, int64_t height) {
      if (!isTiled(a))
        pack(a, m, height, k, depth);
      forParts(v, columns, isAhead ? columns : lines,
               [&](Value n, int64_t width) {
                 if (!isAhead)
                   pack(b, n, width, k, depth);
                 emitBlock(m, height, n, width, k, depth);
               });
    });
    return;
  }
  pack(b, v.index(0), columns, k, depth);
  forParts(v, rows, lines, [&](Value m, int64_t height) {
    if (!isTiled(a))
      pack(a, m, height, k, depth);
    emitBlock(m, height, v.index(0), columns, k, depth);
  });
}

void PairEmitter::emitOuter(ArrayRef<unsigned> dims) {
  if (dims.empty()) {
    forParts(v, p.ranges[p.k], kDepth,
             [&](Value k, int64_t depth) { emitDepth(k, depth); });
    return;
  }
  v.loop(p.ranges[dims.front()], 1, [&](Value at) {
    ivs[dims.front()] = at;
    emitOuter(dims.drop_front());
  });
}

bool seqmix::cpu::mayPackAhead(const Product &p) {
  return p.ranges[p.k] <= kDepth && countPackedWords(p) <= 2 * kFactorWords;
}

int64_t seqmix::cpu::countPackedWords(const Product &p) {
  return llvm::divideCeil(p.ranges[p.k], kTileDepth) *
         llvm::divideCeil(p.ranges[p.n], kTile) * kTileWords;
}

/// Packs b ahead of the loop over rows that the op is in, if there is one, or
/// for all products that read it.
bool PairEmitter::packAhead() {
  auto product = cast<linalg::LinalgOp>(op);
  auto loop = getLoopToPackBefore(product, p);
  auto number = op->getAttrOfType<IntegerAttr>("kernel.packed");
  if ((!loop && !number) || !mayPackAhead(p))
    return false;
  b.first = 0;
  Value &words = number ? packed.find(number.getInt())
                        : packed.find(loop, p, v.b.getI32Type());
  if (!words) {
    OpBuilder::InsertionGuard guard(v.b);
    auto type = MemRefType::get({countPackedWords(p)}, v.b.getI32Type());
    v.b.setInsertionPoint(number ? getPlaceToPack(product, p) : loop);
    words = number
                ? getStackScratch(v, op, type, kSharedScratch + number.getInt())
                : getLoopScratch(v, loop, type);
    b.words = words;
    pack(b, v.index(0), p.ranges[p.n], v.index(0), p.ranges[p.k]);
  }
  b.words = words;
  return true;
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

void PairEmitter::emit() {
  isAhead = packAhead();
  if (!isAhead || !isTiled(a))
    a.words = getStackScratch(
        v, op, MemRefType::get({2 * kFactorWords}, v.b.getI32Type()));
  if (!isAhead)
    b.words = a.words;
  if (unit == MatrixUnit::Tiles &&
      (p.ranges[p.m] % kTile != 0 || p.ranges[p.n] % kTile != 0))
    spill =
        getStackScratch(v, op, MemRefType::get({kTileWords}, v.b.getF32Type()));
  emitOuter(p.outer);
}

//===----------------------------------------------------------------------===//
// Decision
//===----------------------------------------------------------------------===//

/// Whether a factor is contiguous along K or its lines, and no wider than f32.
static bool isPackable(Value memref, AffineMap map, unsigned line, unsigned k) {
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  unsigned last = map.getDimPosition(map.getNumResults() - 1);
  return (element.isF32() || element.isBF16()) && isLastContiguous(memref) &&
         (last == line || last == k);
}

bool seqmix::cpu::isProductOfPairs(linalg::LinalgOp op) {
  // Only a contraction may round what it multiplies.
  if (!isa<linalg::ContractOp>(op))
    return false;
  FailureOr<Product> p = matchProduct(op);
  return succeeded(p) && isPackable(p->a, p->aMap, p->m, p->k) &&
         isPackable(p->b, p->bMap, p->n, p->k) &&
         p->ranges[p->m] * p->ranges[p->n] * p->ranges[p->k] >= kLeastWork;
}

LogicalResult seqmix::cpu::vectorizePairs(linalg::LinalgOp op, int64_t lanes,
                                          MatrixUnit unit,
                                          PackedFactors &packed) {
  if (unit == MatrixUnit::None || lanes != kTile || !isProductOfPairs(op))
    return failure();
  FailureOr<Product> product = matchProduct(op);
  // Parts of a longer sum add up in memory.
  bool fromZero = takeFill(op, *product, lanes,
                           /*atOnce=*/product->ranges[product->k] <= kDepth);
  OpBuilder builder(op);
  PairEmitter(*product, op, builder, lanes, unit, fromZero, packed).emit();
  op->erase();
  return success();
}

LogicalResult seqmix::cpu::vectorizeBeside(linalg::LinalgOp op,
                                           linalg::LinalgOp other,
                                           int64_t lanes, MatrixUnit unit,
                                           PackedFactors &packed) {
  if (unit != MatrixUnit::Tiles || lanes != kTile || !isProductOfPairs(op))
    return failure();
  FailureOr<Product> product = matchProduct(op);
  OpBuilder builder(other);
  bool fromZero = bool(getFillBefore(op, *product));
  PairEmitter emitter(*product, op, builder, lanes, unit, fromZero, packed);
  std::optional<SteppedProduct> steps = emitter.inSteps();
  if (!steps || failed(vectorizeAround(other, builder, lanes, *steps)))
    return failure();
  takeFill(op, *product, lanes, /*atOnce=*/true);
  op->erase();
  return success();
}
