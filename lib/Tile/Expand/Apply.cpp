//===- Apply.cpp - stream.apply as products under reference gates ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// out[t, v] += Σ_{s ≤ t} p[t, s] e^(a[t, v] − b[s, v]) x[s, v].
//
// As in Scores.cpp, e^(a_t − r) e^(r − b_s) makes a matrix product of it: over
// the whole tile with r in the middle where the gates span less than 80, else
// over blocks of 16 rows. For block row I, a sum over blocks J < I is kept
// under the reference e_J (the gate b of J's last row), and moves from one
// reference to the next by e^(e_J − e_{J−1}); no exponent is above 0.
//
//===----------------------------------------------------------------------===//

#include "lib/Tile/Expand/TileBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::tile;

namespace {

struct Rows {
  Value p, x, a, b, out;
};

class ApplyExpansion {
public:
  explicit ApplyExpansion(stream::ApplyOp op) : op(op), b(op) {}
  void run();

private:
  void factored(const Rows &rows);
  void summed(const Rows &rows);
  void square(const Rows &rows, function_ref<void()> otherwise);
  void blocked();

  stream::ApplyOp op;
  TileBuilder b;
  Value xScaled, product;
};

/// out += e^(a − m) ∘ (p (e^(m − b) ∘ x)). Where p is strictly lower, rows of b
/// may lie past the span; they are limited, and meet zeros of p only.
void ApplyExpansion::factored(const Rows &rows) {
  int64_t count = sizesOf(rows.x).first;
  Value first = b.row(rows.b, b.getIndexAttr(0));
  Value last = b.row(rows.a, b.getIndexAttr(count - 1));
  auto factor = [](ImplicitLocOpBuilder &b, Value gate, Value first, Value last,
                   bool isOut) {
    Value sum = arith::AddFOp::create(b, first, last);
    Value middle = arith::MulFOp::create(b, sum, real(b, 0.5, b.getF64Type()));
    Value exponent = isOut ? arith::SubFOp::create(b, gate, middle)
                           : arith::SubFOp::create(b, middle, gate);
    return expUpTo(b, exponent, factorSpan / 2);
  };
  Value scaled = b.rows(xScaled, b.getIndexAttr(0), count);
  Value sum = b.rows(product, b.getIndexAttr(0), count);
  b.generic({{rows.x, {0, 1}}, {rows.b, {0, 1}}, {first, {1}}, {last, {1}}},
            {scaled, {0, 1}}, 2,
            [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
              return arith::MulFOp::create(b, toF32(b, x[0]),
                                           factor(b, x[1], x[2], x[3], false));
            });
  b.fill(sum, 0);
  b.multiply(rows.p, scaled, sum);
  b.generic({{sum, {0, 1}}, {rows.a, {0, 1}}, {first, {1}}, {last, {1}}},
            {rows.out, {0, 1}}, 2,
            [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
              Value term = arith::MulFOp::create(
                  b, x[0], factor(b, x[1], x[2], x[3], true));
              return arith::AddFOp::create(b, x[4], term);
            });
}

/// The sum as it is written. The exponent of a pair with p = 0 on the diagonal
/// may be above 0 and is limited.
void ApplyExpansion::summed(const Rows &rows) {
  b.generic(
      {{rows.p, {0, 1}}, {rows.x, {1, 2}}, {rows.a, {0, 2}}, {rows.b, {1, 2}}},
      {rows.out, {0, 2}}, 3,
      [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
        Value keep = isBelow(b, 0, 1, /*diagonal=*/true);
        Value zero = real(b, 0, b.getF32Type());
        Value difference = arith::SubFOp::create(b, x[2], x[3]);
        Value exponent =
            arith::SelectOp::create(b, keep, toF32(b, difference), zero);
        Value term = arith::MulFOp::create(b, x[0], toF32(b, x[1]));
        term = arith::MulFOp::create(b, term, expUpTo(b, exponent, factorSpan));
        term = arith::SelectOp::create(b, keep, term, zero);
        return arith::AddFOp::create(b, x[4], term);
      });
}

void ApplyExpansion::square(const Rows &rows, function_ref<void()> otherwise) {
  int64_t count = sizesOf(rows.x).first;
  Value isNarrow = b.isNarrow(b.row(rows.b, b.getIndexAttr(0)),
                              b.row(rows.a, b.getIndexAttr(count - 1)));
  b.ifElse(isNarrow, [&] { factored(rows); }, otherwise);
}

void ApplyExpansion::blocked() {
  auto [count, columns] = sizesOf(op.getX());
  Value p = op.getP(), x = op.getX(), out = op.getOut();
  Value gateA = op.getGates()[0], gateB = op.getGates()[1];
  Value zero = b.index(0), end = b.index(count);

  b.forEach(zero, end, blockRows,
            [&](Value j) { scaleToBlockEnd(b, x, gateB, j, xScaled); });
  b.forEach(b.index(blockRows), end, blockRows, [&](Value i) {
    Value sum = b.rows(product, b.getIndexAttr(0), blockRows);
    sumBlocksBefore(b, p, xScaled, gateB, i, sum);
    addFromBlockEnd(b, sum, gateA, gateB, i, out, /*subtract=*/false);
  });
  b.forEach(zero, end, blockRows, [&](Value i) {
    Rows rows = {b.block(p, i, i, blockRows, blockRows),
                 b.rows(x, i, blockRows), b.rows(gateA, i, blockRows),
                 b.rows(gateB, i, blockRows), b.rows(out, i, blockRows)};
    square(rows, [&] { summed(rows); });
  });
}

void ApplyExpansion::run() {
  auto [count, columns] = sizesOf(op.getX());
  xScaled = b.allocate({count, columns}, b.getF32Type());
  product = b.allocate({count, columns}, b.getF32Type());
  Rows all = {op.getP(), op.getX(), op.getGates()[0], op.getGates()[1],
              op.getOut()};
  square(all, [&] {
    if (count <= blockRows)
      summed(all);
    else
      blocked();
  });
}

} // namespace

//===----------------------------------------------------------------------===//
// Steps shared with the gated solve
//===----------------------------------------------------------------------===//

void tile::scaleToBlockEnd(TileBuilder &b, Value x, Value gates, Value block,
                           Value scaled) {
  b.generic({{b.rows(x, block, blockRows), {0, 1}},
             {b.rows(gates, block, blockRows), {0, 1}},
             {b.row(gates, b.add(block, blockRows - 1)), {1}}},
            {b.rows(scaled, block, blockRows), {0, 1}}, 2,
            [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
              return arith::MulFOp::create(b, toF32(b, x[0]),
                                           expOfDifference(b, x[2], x[1]));
            });
}

void tile::sumBlocksBefore(TileBuilder &b, Value p, Value scaled, Value gates,
                           Value block, Value sum) {
  b.fill(sum, 0);
  b.forEach(b.index(0), block, blockRows, [&](Value j) {
    // From the reference of the block before; the first finds zeros.
    Value before = arith::MaxSIOp::create(b, b.add(j, -1), b.index(0));
    b.generic(
        {{b.row(gates, b.add(j, blockRows - 1)), {1}},
         {b.row(gates, before), {1}}},
        {sum, {0, 1}}, 2, [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
          return arith::MulFOp::create(b, x[2], expOfDifference(b, x[0], x[1]));
        });
    b.multiply(b.block(p, block, j, blockRows, blockRows),
               b.rows(scaled, j, blockRows), sum);
  });
}

void tile::addFromBlockEnd(TileBuilder &b, Value sum, Value gatesA,
                           Value gatesB, Value block, Value out,
                           bool subtract) {
  b.generic({{sum, {0, 1}},
             {b.rows(gatesA, block, blockRows), {0, 1}},
             {b.row(gatesB, b.add(block, -1)), {1}}},
            {b.rows(out, block, blockRows), {0, 1}}, 2,
            [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
              Value term = arith::MulFOp::create(
                  b, x[0], expOfDifference(b, x[1], x[2]));
              if (subtract)
                return arith::SubFOp::create(b, x[3], term);
              return arith::AddFOp::create(b, x[3], term);
            });
}

LogicalResult tile::expand(stream::ApplyOp op) {
  if (failed(checkRows(op, sizesOf(op.getX()).first)))
    return failure();
  ApplyExpansion(op).run();
  return success();
}
