//===- VectorizePairs.cpp - Products of bf16 pairs, packed or by vectors --===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/GenericBody.h"
#include "lib/Target/CPU/PairEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seqmix::cpu;

//===----------------------------------------------------------------------===//
// Parts of a product
//===----------------------------------------------------------------------===//

/// How many lines each of the tiles has that `lines` fill.
SmallVector<int64_t> seqmix::cpu::splitIntoTiles(int64_t lines) {
  SmallVector<int64_t> parts;
  for (int64_t at = 0; at < lines; at += kTile)
    parts.push_back(std::min(kTile, lines - at));
  return parts;
}

/// Calls `body` for parts of `step` lines, the last one shorter.
void seqmix::cpu::forParts(VectorBuilder &v, int64_t lines, int64_t step,
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

/// How many parts of K, each of `step` elements, a has before the diagonal of
/// `rows` rows from m on; at most `limit`.
Value PairEmitter::depthOf(Value m, int64_t rows, int64_t step, int64_t limit) {
  Value parts = v.b.createOrFold<arith::DivUIOp>(
      v.loc, v.add(m, rows + step - 1), v.index(step));
  return v.b.createOrFold<arith::MinUIOp>(v.loc, parts, v.index(limit));
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
