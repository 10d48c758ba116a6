//===- ContractFma.cpp - Products of f32 accuracy
//----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread computes a block of rows × columns of the result in registers. Its
// rows are `rowStep` apart and its columns `columnStep`, so that neighbouring
// threads hold neighbouring elements.

#include "lib/Target/CUDA/Lowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seqmix::cuda;

namespace {
struct Shape {
  int64_t rows, columns;
};

/// Loops over the blocks of one product.
class FmaLowering {
public:
  FmaLowering(BlockBuilder &b, const Contraction &c)
      : b(b), c(c), m(c.count(c.m)), n(c.count(c.n)), k(c.count(c.k)),
        batch(c.count(c.batch)) {
    chooseShape();
  }
  void run();

private:
  void chooseShape();
  void lowerBlock();
  SmallVector<Value> multiply(Value step, ArrayRef<Value> accumulators);
  Value row(int64_t i);
  Value column(int64_t j);

  BlockBuilder &b;
  const Contraction &c;
  int64_t m, n, k, batch;
  Shape shape;
  int64_t rowStep, columnStep;
  /// The block's rows and columns, and coordinates with the batch set.
  SmallVector<Value> rows, columns, base;
};
} // namespace

//===----------------------------------------------------------------------===//
// Decisions
//===----------------------------------------------------------------------===//

/// The largest block that still gives every thread one.
void FmaLowering::chooseShape() {
  static constexpr Shape kShapes[] = {{4, 8}, {4, 4}, {2, 4}, {2, 2}, {1, 2}};
  shape = {1, 1};
  for (Shape candidate : kShapes) {
    if (candidate.rows > m || candidate.columns > n)
      continue;
    int64_t blocks = llvm::divideCeil(m, candidate.rows) *
                     llvm::divideCeil(n, candidate.columns) * batch;
    if (blocks >= b.numThreads()) {
      shape = candidate;
      break;
    }
  }
  rowStep = llvm::divideCeil(m, shape.rows);
  columnStep = llvm::divideCeil(n, shape.columns);
}

void FmaLowering::run() {
  // Where B's rows are not contiguous along the columns, a warp as 4 × 8 blocks
  // touches fewer of them than one as 1 × 32.
  bool square =
      !c.isInnermost(1, c.n) && rowStep % 4 == 0 && columnStep % 8 == 0;
  b.forEachThread(batch * rowStep * columnStep, [&](Value linear) {
    SmallVector<Value> place;
    Value row, column;
    if (square) {
      place = b.delinearize(linear, {batch, rowStep / 4, columnStep / 8, 4, 8});
      row = b.add(b.mul(place[1], 4), place[3]);
      column = b.add(b.mul(place[2], 8), place[4]);
    } else {
      place = b.delinearize(linear, {batch, rowStep, columnStep});
      row = place[1];
      column = place[2];
    }
    base.assign(c.sizes.size(), Value());
    c.place(b, c.batch, place[0], base);

    rows.clear();
    columns.clear();
    for (int64_t i = 0; i < shape.rows; ++i)
      rows.push_back(b.add(row, i * rowStep));
    for (int64_t j = 0; j < shape.columns; ++j)
      columns.push_back(b.add(column, j * columnStep));
    lowerBlock();
  });
}

//===----------------------------------------------------------------------===//
// One block
//===----------------------------------------------------------------------===//

/// Whether the i-th row (or column) of some block lies past the end. It is then
/// computed from the last one and not stored.
static bool reaches(int64_t i, int64_t step, int64_t limit) {
  return (i + 1) * step > limit;
}

Value FmaLowering::row(int64_t i) {
  return reaches(i, rowStep, m) ? b.min(rows[i], m - 1) : rows[i];
}

Value FmaLowering::column(int64_t j) {
  return reaches(j, columnStep, n) ? b.min(columns[j], n - 1) : columns[j];
}

SmallVector<Value> FmaLowering::multiply(Value step,
                                         ArrayRef<Value> accumulators) {
  Type f32 = b.getF32Type();
  SmallVector<Value> x, y, coordinates(base);
  c.place(b, c.k, step, coordinates);
  for (int64_t i = 0; i < shape.rows; ++i) {
    c.place(b, c.m, row(i), coordinates);
    x.push_back(convertFloat(b, c.load(b, 0, coordinates), f32));
  }
  for (int64_t j = 0; j < shape.columns; ++j) {
    c.place(b, c.n, column(j), coordinates);
    y.push_back(convertFloat(b, c.load(b, 1, coordinates), f32));
  }
  SmallVector<Value> next(accumulators);
  for (int64_t i = 0; i < shape.rows; ++i)
    for (int64_t j = 0; j < shape.columns; ++j) {
      Value &sum = next[i * shape.columns + j];
      sum = math::FmaOp::create(b, x[i], y[j], sum);
    }
  return next;
}

void FmaLowering::lowerBlock() {
  SmallVector<Value> coordinates(base);
  SmallVector<Value> accumulators;
  for (int64_t i = 0; i < shape.rows; ++i) {
    c.place(b, c.m, row(i), coordinates);
    for (int64_t j = 0; j < shape.columns; ++j) {
      c.place(b, c.n, column(j), coordinates);
      accumulators.push_back(c.load(b, 2, coordinates));
    }
  }

  constexpr int64_t kUnroll = 4;
  accumulators =
      b.loop(k / kUnroll, accumulators, [&](Value round, ValueRange carried) {
        SmallVector<Value> sums(carried);
        for (int64_t i = 0; i < kUnroll; ++i)
          sums = multiply(b.add(b.mul(round, kUnroll), i), sums);
        return sums;
      });
  for (int64_t i = k / kUnroll * kUnroll; i < k; ++i)
    accumulators = multiply(b.i32(i), accumulators);

  for (int64_t i = 0; i < shape.rows; ++i)
    for (int64_t j = 0; j < shape.columns; ++j) {
      Value inside;
      if (reaches(i, rowStep, m))
        inside = b.both(inside, b.less(rows[i], m));
      if (reaches(j, columnStep, n))
        inside = b.both(inside, b.less(columns[j], n));
      b.when(inside, [&] {
        c.place(b, c.m, rows[i], coordinates);
        c.place(b, c.n, columns[j], coordinates);
        c.store(b, accumulators[i * shape.columns + j], coordinates);
      });
    }
}

void seqmix::cuda::lowerContractFma(BlockBuilder &b,
                                    const Contraction &contraction) {
  FmaLowering(b, contraction).run();
}
