//===- TileBuilder.h - Short words for code on memref tiles -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TILE_EXPAND_TILEBUILDER_H
#define SEQMIX_TILE_EXPAND_TILEBUILDER_H

#include "dialects/Stream/Stream.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace seqmix::tile {

/// Rows of a block. Tiles of more rows are worked on block by block.
constexpr int64_t blockRows = 16;

/// A factored product is used where the exponents span less than this: half of
/// it on either side stays far from the limits of f32 and bf16.
constexpr double factorSpan = 80.0;

/// Factors without a reference, e^a and e^−a, are used where no exponent goes
/// beyond this: what they multiply and sum up to then stays finite.
constexpr double factorReach = 64.0;

/// An operand of a linalg.generic: a tile and the loops its dimensions run
/// along.
struct Operand {
  mlir::Value memref;
  llvm::SmallVector<unsigned> loops;
};

class TileBuilder : public mlir::ImplicitLocOpBuilder {
public:
  explicit TileBuilder(mlir::Operation *op)
      : ImplicitLocOpBuilder(op->getLoc(), op) {}

  using Body = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                              mlir::ValueRange)>;

  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value x, int64_t y);
  mlir::Value allocate(llvm::ArrayRef<int64_t> shape, mlir::Type element);

  /// Views: some rows, one row without its dimension, a block of a matrix.
  mlir::Value rows(mlir::Value tile, mlir::OpFoldResult first, int64_t count);
  mlir::Value row(mlir::Value tile, mlir::OpFoldResult which);
  mlir::Value block(mlir::Value tile, mlir::OpFoldResult row,
                    mlir::OpFoldResult column, int64_t numRows,
                    int64_t numColumns);

  mlir::scf::ForOp forEach(mlir::Value low, mlir::Value high, int64_t step,
                           llvm::function_ref<void(mlir::Value)> body);
  void ifElse(mlir::Value condition, llvm::function_ref<void()> then,
              llvm::function_ref<void()> otherwise);

  void fill(mlir::Value tile, double value);
  void copy(mlir::Value from, mlir::Value to);

  /// out = body(inputs…, out) over `numLoops` loops; those that `out` does not
  /// run along are reductions.
  void generic(llvm::ArrayRef<Operand> inputs, Operand out, unsigned numLoops,
               Body body);
  /// The same with several results.
  using BodyOfMany = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::ImplicitLocOpBuilder &, mlir::ValueRange)>;
  void generic(llvm::ArrayRef<Operand> inputs, llvm::ArrayRef<Operand> outs,
               unsigned numLoops, BodyOfMany body);

  /// out[t, s] += Σ_d x[t, d] y[s, d]; of a lower triangle nothing is said
  /// where s > t.
  void contractRows(mlir::Value x, mlir::Value y, mlir::Value out,
                    bool lower = false);
  /// out[t, v] += Σ_s p[t, s] x[s, v].
  void multiply(mlir::Value p, mlir::Value x, mlir::Value out);

  /// Whether, for every column, first[d] − last[d] < factorSpan; both are f64
  /// rows.
  mlir::Value isNarrow(mlir::Value first, mlir::Value last);
  /// Whether |last[d]| < factorReach for every column of an f64 row, or for the
  /// one number that it is.
  mlir::Value isInReach(mlir::Value last);

private:
  void contract(mlir::Value x, llvm::ArrayRef<unsigned> xLoops, mlir::Value y,
                llvm::ArrayRef<unsigned> yLoops, mlir::Value out,
                llvm::ArrayRef<unsigned> outLoops, bool lower = false);
};

/// Scalars, for the bodies of generics.
mlir::Value real(mlir::ImplicitLocOpBuilder &b, double value, mlir::Type type);
/// A float as f32.
mlir::Value toF32(mlir::ImplicitLocOpBuilder &b, mlir::Value value);
/// e^x of an f64 x, rounded to f32 first.
mlir::Value expOf(mlir::ImplicitLocOpBuilder &b, mlir::Value exponent);
/// e^min(x, limit).
mlir::Value expUpTo(mlir::ImplicitLocOpBuilder &b, mlir::Value exponent,
                    double limit);
/// e^(x − y) for f64 x and y.
mlir::Value expOfDifference(mlir::ImplicitLocOpBuilder &b, mlir::Value x,
                            mlir::Value y);
/// Whether the loops t and s are at a pair s < t, or s ≤ t; with a group, at
/// one where s lies before the group of t.
mlir::Value isBelow(mlir::ImplicitLocOpBuilder &b, unsigned t, unsigned s,
                    bool diagonal, int64_t group = 1);

/// Rows and columns of a matrix tile.
std::pair<int64_t, int64_t> sizesOf(mlir::Value tile);

/// The rows of a tile must be whole blocks, or less than one.
mlir::LogicalResult checkRows(mlir::Operation *op, int64_t rows);

/// scaled[s] = x[s] e^(e_J − b[s]) for the rows s of the block J that begins at
/// `block`, with e_J the gate b of its last row.
void scaleToBlockEnd(TileBuilder &b, mlir::Value x, mlir::Value gates,
                     mlir::Value block, mlir::Value scaled);
/// sum[t] = Σ_{s < block} p[t, s] x[s] e^(e − b[s]), with e the gate b of the
/// last row before the block, for the rows t of the block.
void sumBlocksBefore(TileBuilder &b, mlir::Value p, mlir::Value scaled,
                     mlir::Value gates, mlir::Value block, mlir::Value sum);
/// out[t] ± = sum[t] e^(a[t] − e) for the rows t of the block.
void addFromBlockEnd(TileBuilder &b, mlir::Value sum, mlir::Value gatesA,
                     mlir::Value gatesB, mlir::Value block, mlir::Value out,
                     bool subtract);

/// One expansion an op; the op is left for the caller to erase.
mlir::LogicalResult expand(stream::PadOp op);
mlir::LogicalResult expand(stream::CumsumOp op);
mlir::LogicalResult expand(stream::CummaxOp op);
mlir::LogicalResult expand(stream::ScoresOp op);
mlir::LogicalResult expand(stream::ApplyOp op);
mlir::LogicalResult expand(stream::SolveOp op);

} // namespace seqmix::tile

#endif // SEQMIX_TILE_EXPAND_TILEBUILDER_H
