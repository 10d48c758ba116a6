//===- Scores.cpp - stream.scores as products under reference gates -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// out[t, s] = Σ_d x[t, d] y[s, d] e^(a[t, d] − b[s, d]) below the diagonal.
//
// With a gate a token the exponential stands before the sum; an op that comes
// with its factors, e^a and e^−b, has products of these where the gates of the
// whole tile stay above −64. With a gate a
// channel it is e^(a_t − r) e^(r − b_s) for a reference gate r a channel, so
// that the sum is a matrix product of scaled rows:
// - over the whole tile, r in the middle, where all gates span less than 80;
// - else over blocks of 16 rows. Below the diagonal blocks, with e_J the gate b
//   of the last row of block J: a_t ≤ e_{I−1} ≤ e_J ≤ b_s for t in I, s in J,
//   so
//     (x_t e^(a_t − e_{I−1}) e^(e_{I−1} − e_J)) · (y_s e^(e_J − b_s))
//   has no exponent above 0. A diagonal block is factored at its middle where
//   that block's gates span less than 80, else it is summed as it is written.
//
// An op that comes with its factors, x e^a and y e^−b, has r = 0: where the
// gates stay above −64 out is the product of the two.
//
//===----------------------------------------------------------------------===//

#include "lib/Tile/Expand/TileBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::tile;

namespace {

/// Rows t of x and a, s of y and b; a square of the destination.
struct Rows {
  Value x, y, a, b, out;
};

class ScoresExpansion {
public:
  explicit ScoresExpansion(stream::ScoresOp op)
      : op(op), b(op), diagonal(op.getDiagonal()), group(op.getGroup()),
        negative(op.getNegative()) {}

  void withoutGates();
  void withTokenGates();
  void withChannelGates();

private:
  /// The ratio of two tokens, of which something is kept or not.
  using Ratio =
      function_ref<Value(ImplicitLocOpBuilder &, Value keep, Value x, Value y)>;

  Value signedTerm(ImplicitLocOpBuilder &b, Value x);
  void keepTriangle(Value out);
  void ifInReach(function_ref<void()> withFactors,
                 function_ref<void()> otherwise);
  void scaleTriangle(ValueRange ofTokens, Ratio ratio);
  void factored(const Rows &rows);
  void summed(const Rows &rows);
  void square(const Rows &rows, function_ref<void()> otherwise);
  void blocked();

  stream::ScoresOp op;
  TileBuilder b;
  bool diagonal;
  int64_t group;
  bool negative;
  /// Scaled rows of x and y, f32.
  Value xScaled, yScaled;
};

Value ScoresExpansion::signedTerm(ImplicitLocOpBuilder &b, Value x) {
  return negative ? arith::NegFOp::create(b, x).getResult() : x;
}

void ScoresExpansion::keepTriangle(Value out) {
  b.generic({}, {out, {0, 1}}, 2,
            [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
              Value zero = real(b, 0, x[0].getType());
              Value keep = isBelow(b, 0, 1, diagonal, group);
              return arith::SelectOp::create(b, keep, signedTerm(b, x[0]),
                                             zero);
            });
}

/// Takes the op's factors, if it has any, where no gate is out of their reach.
void ScoresExpansion::ifInReach(function_ref<void()> withFactors,
                                function_ref<void()> otherwise) {
  if (op.getFactors().empty())
    return otherwise();
  int64_t count = sizesOf(op.getX()).first;
  Value inReach =
      b.isInReach(b.row(op.getGates()[1], b.getIndexAttr(count - 1)));
  b.ifElse(inReach, withFactors, otherwise);
}

void ScoresExpansion::withoutGates() {
  b.fill(op.getOut(), 0);
  b.contractRows(op.getX(), op.getY(), op.getOut(), /*lower=*/true);
  keepTriangle(op.getOut());
}

/// out[t, s] times the ratio of what belongs to the tokens t and s, below the
/// diagonal.
void ScoresExpansion::scaleTriangle(ValueRange ofTokens, Ratio ratio) {
  b.generic({{ofTokens[0], {0}}, {ofTokens[1], {1}}}, {op.getOut(), {0, 1}}, 2,
            [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
              Value keep = isBelow(b, 0, 1, diagonal, group);
              Value product =
                  arith::MulFOp::create(b, x[2], ratio(b, keep, x[0], x[1]));
              return arith::SelectOp::create(b, keep, signedTerm(b, product),
                                             real(b, 0, x[2].getType()));
            });
}

void ScoresExpansion::withTokenGates() {
  b.fill(op.getOut(), 0);
  b.contractRows(op.getX(), op.getY(), op.getOut(), /*lower=*/true);
  auto ofFactors = [](ImplicitLocOpBuilder &b, Value, Value x, Value y) {
    return arith::MulFOp::create(b, x, y).getResult();
  };
  auto ofGates = [](ImplicitLocOpBuilder &b, Value keep, Value x, Value y) {
    Value exponent = toF32(b, arith::SubFOp::create(b, x, y));
    Value zero = real(b, 0, b.getF32Type());
    return expOf(b, arith::SelectOp::create(b, keep, exponent, zero));
  };
  ifInReach([&] { scaleTriangle(op.getFactors(), ofFactors); },
            [&] { scaleTriangle(op.getGates(), ofGates); });
}

/// x e^(a − m) and y e^(m − b), m midway between the first b and the last a:
/// every a and b of a used pair lies between those two. Exponents of other rows
/// are limited so that nothing overflows.
void ScoresExpansion::factored(const Rows &rows) {
  int64_t count = sizesOf(rows.x).first;
  Value first = b.row(rows.b, b.getIndexAttr(0));
  Value last = b.row(rows.a, b.getIndexAttr(count - 1));
  auto scale = [&](Value from, Value gates, bool isX, Value to) {
    b.generic({{from, {0, 1}}, {gates, {0, 1}}, {first, {1}}, {last, {1}}},
              {to, {0, 1}}, 2,
              [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                Value sum = arith::AddFOp::create(b, x[2], x[3]);
                Value middle =
                    arith::MulFOp::create(b, sum, real(b, 0.5, b.getF64Type()));
                Value exponent = isX ? arith::SubFOp::create(b, x[1], middle)
                                     : arith::SubFOp::create(b, middle, x[1]);
                return arith::MulFOp::create(
                    b, toF32(b, x[0]), expUpTo(b, exponent, factorSpan / 2));
              });
  };
  Value x = b.rows(xScaled, b.getIndexAttr(0), count);
  Value y = b.rows(yScaled, b.getIndexAttr(0), count);
  scale(rows.x, rows.a, /*isX=*/true, x);
  scale(rows.y, rows.b, /*isX=*/false, y);
  b.fill(rows.out, 0);
  b.contractRows(x, y, rows.out, /*lower=*/true);
  keepTriangle(rows.out);
}

/// The sum as it is written, exponents of other pairs replaced by 0.
void ScoresExpansion::summed(const Rows &rows) {
  b.fill(rows.out, 0);
  b.generic(
      {{rows.x, {0, 2}}, {rows.y, {1, 2}}, {rows.a, {0, 2}}, {rows.b, {1, 2}}},
      {rows.out, {0, 1}}, 3,
      [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
        Value keep = isBelow(b, 0, 1, diagonal, group);
        Value zero = real(b, 0, b.getF32Type());
        Value difference = arith::SubFOp::create(b, x[2], x[3]);
        Value exponent =
            arith::SelectOp::create(b, keep, toF32(b, difference), zero);
        Value product =
            arith::MulFOp::create(b, toF32(b, x[0]), toF32(b, x[1]));
        product = arith::MulFOp::create(b, product, expOf(b, exponent));
        product =
            arith::SelectOp::create(b, keep, signedTerm(b, product), zero);
        return arith::AddFOp::create(b, x[4], product);
      });
}

void ScoresExpansion::square(const Rows &rows, function_ref<void()> otherwise) {
  int64_t count = sizesOf(rows.x).first;
  Value isNarrow = b.isNarrow(b.row(rows.b, b.getIndexAttr(0)),
                              b.row(rows.a, b.getIndexAttr(count - 1)));
  b.ifElse(isNarrow, [&] { factored(rows); }, otherwise);
}

void ScoresExpansion::blocked() {
  auto [count, columns] = sizesOf(op.getX());
  Value x = op.getX(), y = op.getY(), out = op.getOut();
  Value gateA = op.getGates()[0], gateB = op.getGates()[1];
  Type f32 = b.getF32Type();
  Value zero = b.index(0), end = b.index(count);
  auto scaleRows = [&](Value from, Value gates, Value reference, bool isX,
                       Value to) {
    b.generic({{from, {0, 1}}, {gates, {0, 1}}, {reference, {1}}}, {to, {0, 1}},
              2, [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                Value factor =
                    isX ? signedTerm(b, expOfDifference(b, x[1], x[2]))
                        : expOfDifference(b, x[2], x[1]);
                return arith::MulFOp::create(b, toF32(b, x[0]), factor);
              });
  };

  b.fill(out, 0);
  // Below the diagonal blocks: y_s e^(e_J − b_s) once, then a product a pair.
  b.forEach(zero, end, blockRows, [&](Value j) {
    scaleRows(b.rows(y, j, blockRows), b.rows(gateB, j, blockRows),
              b.row(gateB, b.add(j, blockRows - 1)), /*isX=*/false,
              b.rows(yScaled, j, blockRows));
  });
  Value xBlock = b.allocate({blockRows, columns}, f32);
  b.forEach(b.index(blockRows), end, blockRows, [&](Value i) {
    Value before = b.row(gateB, b.add(i, -1));
    Value xRows = b.rows(xScaled, b.getIndexAttr(0), blockRows);
    scaleRows(b.rows(x, i, blockRows), b.rows(gateA, i, blockRows), before,
              /*isX=*/true, xRows);
    b.forEach(zero, i, blockRows, [&](Value j) {
      b.generic({{xRows, {0, 1}},
                 {before, {1}},
                 {b.row(gateB, b.add(j, blockRows - 1)), {1}}},
                {xBlock, {0, 1}}, 2,
                [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                  return arith::MulFOp::create(b, x[0],
                                               expOfDifference(b, x[1], x[2]));
                });
      b.contractRows(xBlock, b.rows(yScaled, j, blockRows),
                     b.block(out, i, j, blockRows, blockRows));
    });
  });
  // Diagonal blocks; the scaled rows are free again.
  b.forEach(zero, end, blockRows, [&](Value i) {
    Rows rows = {b.rows(x, i, blockRows), b.rows(y, i, blockRows),
                 b.rows(gateA, i, blockRows), b.rows(gateB, i, blockRows),
                 b.block(out, i, i, blockRows, blockRows)};
    square(rows, [&] { summed(rows); });
  });
}

void ScoresExpansion::withChannelGates() {
  auto [count, columns] = sizesOf(op.getX());
  // Without factors of its own one square may be the whole tile.
  bool wholeTile = op.getFactors().empty() || count <= blockRows;
  xScaled =
      b.allocate({wholeTile ? count : blockRows, columns}, b.getF32Type());
  yScaled = b.allocate({count, columns}, b.getF32Type());
  Rows all = {op.getX(), op.getY(), op.getGates()[0], op.getGates()[1],
              op.getOut()};
  auto wide = [&] {
    if (count <= blockRows)
      summed(all);
    else
      blocked();
  };
  auto withFactors = [&] {
    b.fill(op.getOut(), 0);
    b.contractRows(op.getFactors()[0], op.getFactors()[1], op.getOut(),
                   /*lower=*/true);
    keepTriangle(op.getOut());
  };
  ifInReach(withFactors, [&] {
    if (wholeTile)
      square(all, wide);
    else
      wide();
  });
}

} // namespace

LogicalResult tile::expand(stream::ScoresOp op) {
  ScoresExpansion expansion(op);
  if (op.getGates().empty()) {
    expansion.withoutGates();
  } else if (cast<MemRefType>(op.getGates()[0].getType()).getRank() == 1) {
    expansion.withTokenGates();
  } else {
    if (failed(checkRows(op, sizesOf(op.getX()).first)))
      return failure();
    expansion.withChannelGates();
  }
  return success();
}
