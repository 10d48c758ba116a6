//===- Solve.cpp - stream.solve as blocked substitution -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// out[t] = r[t] − Σ_{s < t} n[t, s] out[s], 16 rows at a time: a block that is
// solved is taken out of all rows after it by matrix products; a block itself
// is solved by its inverse, (I + n_II)⁻¹, which is found for all blocks at once
// by substitution on the unit matrix. That inverse and its product are f32
// whatever `product_type` says: they are 16 / C of the work, and their error is
// what a solve amplifies.
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
#include "mlir/Dialect/SCF/IR/SCF.h"

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

/// high = ± x rounded, into two places, and low = what is left of it. Rows of a
/// solve may be of any size, which f16 has not: there both are f32, high with
/// bf16's mantissa.
static void split(TileBuilder &b, Value x, bool negate, ArrayRef<Value> high,
                  Value low) {
  Type type = cast<MemRefType>(high[0].getType()).getElementType();
  SmallVector<Operand> outs;
  for (Value part : {high[0], high[1], low})
    outs.push_back({part, {0, 1}});
  b.generic({{x, {0, 1}}}, outs, 2,
            [&](ImplicitLocOpBuilder &b, ValueRange x) -> SmallVector<Value> {
              Value whole = x[0];
              if (negate)
                whole = arith::NegFOp::create(b, whole);
              Value high = arith::TruncFOp::create(b, b.getBF16Type(), whole);
              Value wide = toF32(b, high);
              Value low = arith::SubFOp::create(b, whole, wide);
              if (type.isF32())
                high = wide;
              else
                low = arith::TruncFOp::create(b, type, low);
              return {high, high, low};
            });
}

namespace {

/// What a block that is solved contributes to those after it: n_IJ out_J for
/// all I > J. Where products round, both factors are split in two, and the
/// products of their halves are one over three times the depth:
///   (high low high) · (high; high; low).
class Elimination {
public:
  Elimination(TileBuilder &b, stream::SolveOp op, int64_t rows)
      : b(b), op(op), rows(rows), count(sizesOf(op.getR()).first) {
    auto entry = op->getParentOfType<kernel::EntryOp>();
    Type product = entry ? entry.getProductType() : b.getF32Type();
    if (count == rows)
      return;
    if (product.isF32()) {
      left = b.allocate({count, count}, product);
      b.generic({{op.getN(), {0, 1}}}, {left, {0, 1}}, 2,
                [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                  return arith::NegFOp::create(b, x[0]);
                });
      return;
    }
    Type half = product.isF16() ? Type(b.getF32Type()) : product;
    left = b.allocate({count / rows, count, 3 * rows}, half);
    right = b.allocate({3 * rows, sizesOf(op.getR()).second}, half);
    b.forEach(b.index(0), b.index(count / rows), 1, [&](Value block) {
      Value part = b.row(left, block);
      Value first = arith::MulIOp::create(b, block, b.index(rows));
      auto place = [&](int64_t number) {
        return b.block(part, b.getIndexAttr(0), b.getIndexAttr(number * rows),
                       count, rows);
      };
      split(b, b.block(op.getN(), b.getIndexAttr(0), first, count, rows),
            /*negate=*/true, {place(0), place(2)}, place(1));
    });
  }

  /// Takes block J, from row i on, out of the rows after it.
  void eliminate(Value block, Value i) {
    if (!left)
      return;
    Value solved = b.rows(op.getOut(), i, rows);
    if (right) {
      auto place = [&](int64_t number) {
        return b.rows(right, b.getIndexAttr(number * rows), rows);
      };
      split(b, solved, /*negate=*/false, {place(0), place(1)}, place(2));
    }
    scf::ForOp later =
        b.forEach(b.add(i, rows), b.index(count), rows, [&](Value row) {
          Value factor = right ? b.rows(b.row(left, block), row, rows)
                               : b.block(left, row, i, rows, rows);
          b.multiply(factor, right ? right : solved,
                     b.rows(op.getOut(), row, rows));
        });
    // What all of them multiply may be prepared ahead of the loop.
    later->setAttr("kernel.rows", b.getUnitAttr());
  }

private:
  TileBuilder &b;
  stream::SolveOp op;
  int64_t rows, count;
  /// −n, or its halves a block of columns; the halves of a solved block.
  Value left, right;
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

  if (op.getR() != out)
    b.copy(op.getR(), out);
  Value rest = b.allocate({rows, columns}, f32);
  Elimination elimination(b, op, rows);
  b.forEach(zero, b.index(blocks), 1, [&](Value block) {
    Value i = arith::MulIOp::create(b, block, b.index(rows));
    // out_I = (I + n_II)⁻¹ rest.
    Value target = b.rows(out, i, rows);
    b.copy(target, rest);
    b.fill(target, 0);
    b.generic({{b.row(inverse, block), {0, 1}}, {rest, {1, 2}}},
              {target, {0, 2}}, 3,
              [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                Value term = arith::MulFOp::create(b, x[0], x[1]);
                return arith::AddFOp::create(b, x[2], term);
              });
    elimination.eliminate(block, i);
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
