//===- Solve.cpp - stream.solve as blocked substitution -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// out[t] = r[t] − Σ_{s < t} n[t, s] out[s], 16 rows at a time: what blocks
// before contribute is matrix products; a block itself is solved by its
// inverse, (I + n_II)⁻¹, which is found for all blocks at once by substitution
// on the unit matrix. That inverse and its product are f32 whatever
// `product_type` says: they are 16 / C of the work, and their error is what a
// solve amplifies.
//
// With gates the blocks before contribute as in Apply.cpp, and a block is
// solved row by row.
//
//===----------------------------------------------------------------------===//

#include "lib/Tile/Expand/TileBuilder.h"

#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::tile;

/// inverse[I, t, j] = δ[t, j] − Σ_{s < t} n[I, t, s] inverse[I, s, j], a row t
/// of all blocks I at a time, with `lower` the diagonal blocks of n.
static void invertBlocks(TileBuilder &b, Value lower, Value inverse) {
  auto type = cast<MemRefType>(inverse.getType());
  int64_t blocks = type.getDimSize(0), rows = type.getDimSize(1);
  b.generic({}, {inverse, {0, 1, 2}}, 3,
            [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
              Value isUnit = arith::CmpIOp::create(
                  b, arith::CmpIPredicate::eq, linalg::IndexOp::create(b, 1),
                  linalg::IndexOp::create(b, 2));
              return arith::SelectOp::create(b, isUnit,
                                             real(b, 1, x[0].getType()),
                                             real(b, 0, x[0].getType()));
            });
  auto rowOfBlocks = [&](Value tile, Value t) -> Value {
    SmallVector<OpFoldResult> offsets = {b.getIndexAttr(0), t,
                                         b.getIndexAttr(0)};
    SmallVector<OpFoldResult> sizes = {b.getIndexAttr(blocks),
                                       b.getIndexAttr(1), b.getIndexAttr(rows)};
    SmallVector<OpFoldResult> strides(3, b.getIndexAttr(1));
    MemRefType view = memref::SubViewOp::inferRankReducedResultType(
        {blocks, rows}, cast<MemRefType>(tile.getType()), offsets, sizes,
        strides);
    return memref::SubViewOp::create(b, view, tile, offsets, sizes, strides);
  };
  // A row goes to a buffer of its own first, so that no op reads what it
  // writes.
  Value solved = b.allocate({blocks, rows}, b.getF32Type());
  b.forEach(b.index(1), b.index(rows), 1, [&](Value t) {
    Value row = rowOfBlocks(inverse, t);
    b.copy(row, solved);
    b.generic({{rowOfBlocks(lower, t), {0, 1}}, {inverse, {0, 1, 2}}},
              {solved, {0, 2}}, 3,
              [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                Value isBefore =
                    arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                          linalg::IndexOp::create(b, 1), t);
                Value term = arith::MulFOp::create(b, x[0], x[1]);
                term = arith::SelectOp::create(b, isBefore, term,
                                               real(b, 0, x[2].getType()));
                return arith::SubFOp::create(b, x[2], term);
              });
    b.copy(solved, row);
  });
}

/// high + low = ± x, two numbers of a narrow type. Rows of a solve may be of
/// any size, which f16 has not: there both are f32, high with bf16's mantissa.
static void split(TileBuilder &b, Value x, bool negate, Value high, Value low) {
  Type type = cast<MemRefType>(high.getType()).getElementType();
  auto signedX = [negate](ImplicitLocOpBuilder &b, Value x) -> Value {
    return negate ? arith::NegFOp::create(b, x).getResult() : x;
  };
  b.generic({{x, {0, 1}}}, {high, {0, 1}}, 2,
            [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
              Value rounded =
                  arith::TruncFOp::create(b, b.getBF16Type(), signedX(b, x[0]));
              return type.isF32() ? toF32(b, rounded) : rounded;
            });
  b.generic(
      {{x, {0, 1}}, {high, {0, 1}}}, {low, {0, 1}}, 2,
      [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
        Value rest = arith::SubFOp::create(b, signedX(b, x[0]), toF32(b, x[1]));
        return type.isF32() ? rest : arith::TruncFOp::create(b, type, rest);
      });
}

namespace {

/// What the blocks before a block contribute to it.
class BlocksBefore {
public:
  BlocksBefore(TileBuilder &b, stream::SolveOp op, int64_t rows)
      : b(b), op(op), rows(rows) {
    auto [count, columns] = sizesOf(op.getR());
    if (auto entry = op->getParentOfType<kernel::EntryOp>())
      product = entry.getProductType();
    else
      product = b.getF32Type();
    if (count == rows)
      return;
    Type part = product.isF16() ? Type(b.getF32Type()) : product;
    nHigh = b.allocate({rows, rows}, part);
    if (product.isF32())
      return;
    nLow = b.allocate({rows, rows}, part);
    outHigh = b.allocate({count, columns}, part);
    outLow = b.allocate({count, columns}, part);
  }

  /// rest −= Σ_{J < I} n_IJ out_J.
  void subtract(Value i, Value rest) {
    if (!nHigh)
      return;
    b.forEach(b.index(0), i, rows, [&](Value j) {
      Value n = b.block(op.getN(), i, j, rows, rows);
      if (product.isF32()) {
        b.generic({{n, {0, 1}}}, {nHigh, {0, 1}}, 2,
                  [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                    return arith::NegFOp::create(b, x[0]);
                  });
        b.multiply(nHigh, b.rows(op.getOut(), j, rows), rest);
        return;
      }
      split(b, n, /*negate=*/true, nHigh, nLow);
      b.multiply(nHigh, b.rows(outHigh, j, rows), rest);
      b.multiply(nLow, b.rows(outHigh, j, rows), rest);
      b.multiply(nHigh, b.rows(outLow, j, rows), rest);
    });
  }

  /// Says that the block I of the destination is solved.
  void solved(Value i) {
    if (outHigh)
      split(b, b.rows(op.getOut(), i, rows), /*negate=*/false,
            b.rows(outHigh, i, rows), b.rows(outLow, i, rows));
  }

private:
  TileBuilder &b;
  stream::SolveOp op;
  int64_t rows;
  Type product;
  Value nHigh, nLow, outHigh, outLow;
};

} // namespace

static void solveWithoutGates(stream::SolveOp op) {
  TileBuilder b(op);
  auto [count, columns] = sizesOf(op.getR());
  int64_t rows = std::min(count, blockRows);
  int64_t blocks = count / rows;
  Value n = op.getN(), out = op.getOut();
  Type f32 = b.getF32Type();
  Value zero = b.index(0);

  // The inverses of the diagonal blocks.
  Value lower = b.allocate({blocks, rows, rows}, f32);
  Value inverse = b.allocate({blocks, rows, rows}, f32);
  b.forEach(zero, b.index(blocks), 1, [&](Value i) {
    Value first = arith::MulIOp::create(b, i, b.index(rows));
    b.copy(b.block(n, first, first, rows, rows), b.row(lower, i));
  });
  invertBlocks(b, lower, inverse);

  Value rest = b.allocate({rows, columns}, f32);
  BlocksBefore before(b, op, rows);
  b.forEach(zero, b.index(blocks), 1, [&](Value block) {
    Value i = arith::MulIOp::create(b, block, b.index(rows));
    b.copy(b.rows(op.getR(), i, rows), rest);
    before.subtract(i, rest);
    // out_I = (I + n_II)⁻¹ rest.
    Value target = b.rows(out, i, rows);
    b.fill(target, 0);
    b.generic({{b.row(inverse, block), {0, 1}}, {rest, {1, 2}}},
              {target, {0, 2}}, 3,
              [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                Value term = arith::MulFOp::create(b, x[0], x[1]);
                return arith::AddFOp::create(b, x[2], term);
              });
    before.solved(i);
  });
}

/// out[t] −= n[t, s] e^(a[t] − b[s]) out[s] for s < t in the block at `i`.
static void substituteRows(TileBuilder &b, stream::SolveOp op, Value i,
                           int64_t rows) {
  Value out = op.getOut(), n = op.getN();
  b.forEach(b.add(i, 1), b.add(i, rows), 1, [&](Value t) {
    b.forEach(i, t, 1, [&](Value s) {
      Value factor = memref::LoadOp::create(b, n, ValueRange{t, s});
      b.generic({{b.row(op.getGates()[0], t), {0}},
                 {b.row(op.getGates()[1], s), {0}},
                 {b.row(out, s), {0}}},
                {b.row(out, t), {0}}, 1,
                [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                  Value term = arith::MulFOp::create(
                      b, factor, expOfDifference(b, x[0], x[1]));
                  term = arith::MulFOp::create(b, term, x[2]);
                  return arith::SubFOp::create(b, x[3], term);
                });
    });
  });
}

static void solveWithGates(stream::SolveOp op) {
  TileBuilder b(op);
  auto [count, columns] = sizesOf(op.getR());
  int64_t rows = std::min(count, blockRows);
  Value out = op.getOut();
  Value gateA = op.getGates()[0], gateB = op.getGates()[1];
  if (op.getR() != out)
    b.copy(op.getR(), out);
  if (count <= blockRows)
    return substituteRows(b, op, b.index(0), rows);

  Value scaled = b.allocate({count, columns}, b.getF32Type());
  Value sum = b.allocate({blockRows, columns}, b.getF32Type());
  substituteRows(b, op, b.index(0), rows);
  scaleToBlockEnd(b, out, gateB, b.index(0), scaled);
  b.forEach(b.index(blockRows), b.index(count), blockRows, [&](Value i) {
    sumBlocksBefore(b, op.getN(), scaled, gateB, i, sum);
    addFromBlockEnd(b, sum, gateA, gateB, i, out, /*subtract=*/true);
    substituteRows(b, op, i, rows);
    scaleToBlockEnd(b, out, gateB, i, scaled);
  });
}

LogicalResult tile::expand(stream::SolveOp op) {
  if (failed(checkRows(op, sizesOf(op.getR()).first)))
    return failure();
  if (op.getGates().empty())
    solveWithoutGates(op);
  else
    solveWithGates(op);
  return success();
}
