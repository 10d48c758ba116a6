//===- PairEmitter.h - bf16 products as dot products of pairs ---*- C++ -*-===//
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
//
// PackPairs.cpp packs, MultiplyTiles.cpp is for AMX, VectorizePairs.cpp for
// vectors of pairs and for the loops around either.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_TARGET_CPU_PAIREMITTER_H
#define SEQMIX_TARGET_CPU_PAIREMITTER_H

#include "lib/Target/CPU/Product.h"
#include "lib/Target/CPU/Vectors.h"

namespace seqmix::cpu {

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
  mlir::Value memref;
  mlir::AffineMap map;
  unsigned line;
  /// Where its words lie: one vector for all places of K, or of lines.
  bool isLeft;
  /// The packed words, and the first of them.
  mlir::Value words;
  int64_t first = 0;
};

/// Up to 2 × 2 tiles of out: where they start, in lines and in tiles, and how
/// many lines each has.
struct TileBlock {
  mlir::Value m, mTile, n, nTile;
  llvm::SmallVector<int64_t> rows, columns;

  bool isWhole(size_t i, size_t j) const {
    return rows[i] == kTile && columns[j] == kTile;
  }
  void forEach(llvm::function_ref<void(size_t, size_t)> body) const {
    for (size_t i = 0; i < rows.size(); ++i)
      for (size_t j = 0; j < columns.size(); ++j)
        body(i, j);
  }
};

/// One product on its way to instructions for `unit`.
class PairEmitter {
public:
  PairEmitter(const Product &product, mlir::Operation *op,
              mlir::OpBuilder &builder, int64_t lanes, MatrixUnit unit,
              bool fromZero, PackedFactors &packed)
      : p(product), op(op), v(builder, op->getLoc(), lanes), unit(unit),
        fromZero(fromZero), packed(packed), ivs(product.ranges.size()),
        a{product.a, product.aMap, product.m, true, {}},
        b{product.b, product.bMap, product.n, false, {}, kFactorWords} {}

  void emit();
  /// The product in steps, if it needs nothing else than tile registers.
  std::optional<SteppedProduct> inSteps();

private:
  void emitOuter(llvm::ArrayRef<unsigned> dims);
  void emitDepth(mlir::Value k, int64_t depth);
  bool packAhead();
  void emitBlock(mlir::Value m, int64_t rows, mlir::Value n, int64_t columns,
                 mlir::Value k, int64_t depth);

  bool isTiled(const Factor &factor) const;
  void pack(const Factor &factor, mlir::Value line, int64_t lines,
            mlir::Value k, int64_t depth);
  void packTile(const Factor &factor, mlir::Value line, int64_t lines,
                mlir::Value k, int64_t depth, mlir::Value word);
  bool isAlongK(const Factor &factor) const;
  mlir::Value loadAlongK(const Factor &factor, mlir::Value line, mlir::Value k,
                         int64_t depth);
  mlir::Value loadAlongLines(const Factor &factor, mlir::Value line,
                             int64_t lines, mlir::Value k, int64_t depth);
  mlir::Value narrow(mlir::Value low, mlir::Value high);
  mlir::Value elements(mlir::Value memref, mlir::ValueRange at, int64_t count);

  void emitTiles(mlir::Value m, int64_t rows, mlir::Value n, int64_t columns,
                 mlir::Value k, int64_t depth);
  void emitTileBlock(const TileBlock &block, mlir::Value k, int64_t depth);
  void beginTileBlock(const TileBlock &block);
  void stepTileBlock(const TileBlock &block, mlir::Value k0, mlir::Value k,
                     int64_t depth);
  void loadRows(const TileBlock &block, size_t i, mlir::Value k0, mlir::Value k,
                int64_t depth);
  void loadColumns(const TileBlock &block, size_t j, mlir::Value k,
                   int64_t depth);
  void loadPacked(int64_t registerNumber, const Factor &factor,
                  mlir::Value tile, mlir::Value k, int64_t depth);
  void multiply(size_t i, size_t j);
  void endTileBlock(const TileBlock &block);
  mlir::Value strideAlongM(mlir::Value memref, mlir::AffineMap map);
  mlir::Value depthOf(mlir::Value m, int64_t rows, int64_t step, int64_t limit);
  void forRows(mlir::Value m, int64_t rows, mlir::Value n, int64_t step,
               llvm::function_ref<void(mlir::Value, int64_t)> body);
  void addSpilled(mlir::Value m, int64_t rows, mlir::Value n, int64_t columns);
  void emitPairs(mlir::Value m, int64_t rows, mlir::Value n, int64_t columns,
                 int64_t depth);
  void emitPairBlock(mlir::Value m, mlir::Value row, int64_t rows,
                     mlir::Value n, mlir::Value nTile,
                     llvm::ArrayRef<int64_t> columns, int64_t depth);

  llvm::SmallVector<mlir::Value> place(mlir::AffineMap map, mlir::Value m,
                                       mlir::Value n, mlir::Value k);
  mlir::Value wordsOf(const Factor &factor, mlir::Value tile,
                      mlir::Value depthTile, int64_t depth);
  void call(llvm::StringRef intrinsic, mlir::ValueRange arguments);
  mlir::Value byte(int64_t value);
  mlir::Value rowBytes();

  const Product &p;
  mlir::Operation *op;
  VectorBuilder v;
  MatrixUnit unit;
  /// Sums start from zero, not from what out holds.
  bool fromZero;
  PackedFactors &packed;
  llvm::SmallVector<mlir::Value> ivs;
  Factor a, b;
  /// b is packed whole, ahead of a loop.
  bool isAhead = false;
  /// A tile of out that is cut off.
  mlir::Value spill;
};

/// How many lines each of the tiles has that `lines` fill.
llvm::SmallVector<int64_t> splitIntoTiles(int64_t lines);

/// Calls `body` for parts of `step` lines, the last one shorter.
void forParts(VectorBuilder &v, int64_t lines, int64_t step,
              llvm::function_ref<void(mlir::Value, int64_t)> body);

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_PAIREMITTER_H
