//===- ContractMma.cpp - Products on tensor cores
//----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mma.sync m16n8k16, f32 accumulators. With g = lane / 4 and t = lane % 4 a
// lane holds (PTX ISA, "Matrix fragments for mma.m16n8k16"):
//   A, register r: row g + 8 (r & 1), columns 2t + 8 (r >> 1) and the next
//   B, register r: rows 2t + 8 r and the next, column g
//   C, element  e: row g + 8 (e >> 1), column 2t + (e & 1)
// The element of the lower index is in the lower half of a register.
//
// f32 tiles may hold values outside the range of f16 (ratios of gates reach
// e^40). Where an operand of an f16 product is f32, both are rounded to tf32,
// which has the mantissa of f16 and the range of f32: m16n8k8, with one element
// a register:
//   A, register r: row g + 8 (r & 1), column t + 4 (r >> 1)
//   B, register r: row t + 4 r, column g

#include "lib/Target/CUDA/Lowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seqmix::cuda;

static constexpr int64_t kM = 16, kN = 8;

namespace {
/// Instructions that a warp does side by side: rows × columns of them.
struct WarpShape {
  int64_t rows, columns;
};

/// Loops over the warp tiles of one product.
class MmaLowering {
public:
  MmaLowering(BlockBuilder &b, const Contraction &c, Type product)
      : b(b), c(c), product(product), m(c.count(c.m)), n(c.count(c.n)),
        k(c.count(c.k)), batch(c.count(c.batch)) {
    bool wide = getElementTypeOrSelf(c.op->getOperand(0)).isF32() ||
                getElementTypeOrSelf(c.op->getOperand(1)).isF32();
    if (product.isF16() && wide)
      this->product = b.getTF32Type();
    depth = this->product.isTF32() ? 8 : 16;
    chooseShape();
  }
  void run();

private:
  void chooseShape();
  void lowerWarpTile();
  SmallVector<Value> multiply(Value start, bool tail,
                              ArrayRef<Value> accumulators);
  Value loadElement(unsigned operand, ArrayRef<unsigned> dims, Value line,
                    Value position, bool tail);
  Value loadRegister(unsigned operand, ArrayRef<unsigned> dims, Value line,
                     Value start, int64_t half, bool tail);
  Value pack(Value low, Value high);
  Value row(Value value) { return clampRows ? b.min(value, m - 1) : value; }
  Value column(Value value) {
    return clampColumns ? b.min(value, n - 1) : value;
  }

  BlockBuilder &b;
  const Contraction &c;
  Type product;
  int64_t m, n, k, batch;
  /// Elements of K that one instruction takes.
  int64_t depth;
  WarpShape shape;
  int64_t rowTiles, columnTiles;
  bool clampRows, clampColumns;
  /// lane / 4 and lane % 4, the corner of the warp's tile, and coordinates with
  /// the batch set.
  Value group, quad, firstRow, firstColumn;
  SmallVector<Value> base;
};
} // namespace

/// The largest tile that still gives every warp one.
void MmaLowering::chooseShape() {
  static constexpr WarpShape kShapes[] = {{4, 4}, {2, 4}, {2, 2}, {1, 2}};
  int64_t rows = llvm::divideCeil(m, kM), columns = llvm::divideCeil(n, kN);
  shape = {1, 1};
  for (WarpShape candidate : kShapes) {
    if (candidate.rows > rows || candidate.columns > columns)
      continue;
    int64_t tiles = llvm::divideCeil(rows, candidate.rows) *
                    llvm::divideCeil(columns, candidate.columns) * batch;
    if (tiles >= b.numWarps()) {
      shape = candidate;
      break;
    }
  }
  rowTiles = llvm::divideCeil(rows, shape.rows);
  columnTiles = llvm::divideCeil(columns, shape.columns);
  clampRows = rowTiles * shape.rows * kM > m;
  clampColumns = columnTiles * shape.columns * kN > n;
}

void MmaLowering::run() {
  group = b.div(b.getLane(), 4);
  quad = b.rem(b.getLane(), 4);
  b.forEachWarp(batch * rowTiles * columnTiles, [&](Value tile) {
    SmallVector<Value> place =
        b.delinearize(tile, {batch, rowTiles, columnTiles});
    base.assign(c.sizes.size(), Value());
    c.place(b, c.batch, place[0], base);
    firstRow = b.mul(place[1], shape.rows * kM);
    firstColumn = b.mul(place[2], shape.columns * kN);
    lowerWarpTile();
  });
}

//===----------------------------------------------------------------------===//
// Fragments
//===----------------------------------------------------------------------===//

/// Two floats of the product's type as one register.
Value MmaLowering::pack(Value low, Value high) {
  Type vector = VectorType::get(2, product);
  Value result;
  if (low.getType().isF32()) {
    // The instruction's first operand becomes the upper half.
    StringRef name =
        product.isBF16() ? "llvm.nvvm.ff2bf16x2.rn" : "llvm.nvvm.ff2f16x2.rn";
    result = LLVM::CallIntrinsicOp::create(b, vector, b.getStringAttr(name),
                                           ValueRange{high, low})
                 .getResult(0);
  } else {
    result = LLVM::PoisonOp::create(b, vector);
    result = LLVM::InsertElementOp::create(b, result, low, b.i32(0));
    result = LLVM::InsertElementOp::create(b, result, high, b.i32(1));
  }
  if (product.isBF16())
    result = LLVM::BitcastOp::create(b, b.getI32Type(), result);
  return result;
}

/// One element of a row of A or a column of B, as f32 or in the product's type;
/// past the end of K it is 0.
Value MmaLowering::loadElement(unsigned operand, ArrayRef<unsigned> dims,
                               Value line, Value position, bool tail) {
  SmallVector<Value> coordinates(base);
  c.place(b, dims, line, coordinates);
  c.place(b, c.k, tail ? b.min(position, k - 1) : position, coordinates);
  Value value = c.load(b, operand, coordinates);
  if (value.getType() != product)
    value = convertFloat(b, value, b.getF32Type());
  if (!tail)
    return value;
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(value.getType()));
  return arith::SelectOp::create(b, b.less(position, k), value, zero);
}

/// A register of a row of A or a column of B: what the lane holds of the lower
/// (0) or upper (1) half of the step along K that starts at `start`.
Value MmaLowering::loadRegister(unsigned operand, ArrayRef<unsigned> dims,
                                Value line, Value start, int64_t half,
                                bool tail) {
  Value first = b.add(start, half * depth / 2);
  if (product.isTF32()) {
    Value value = loadElement(operand, dims, line, b.add(first, quad), tail);
    return LLVM::CallIntrinsicOp::create(
               b, b.getI32Type(), b.getStringAttr("llvm.nvvm.f2tf32.rna"),
               ValueRange{value})
        .getResult(0);
  }
  Value position = b.add(first, b.mul(quad, 2));
  Value low = loadElement(operand, dims, line, position, tail);
  Value high = loadElement(operand, dims, line, b.add(position, 1), tail);
  return pack(low, high);
}

//===----------------------------------------------------------------------===//
// One warp's tile
//===----------------------------------------------------------------------===//

/// One step along K: `depth` elements from `start`.
SmallVector<Value> MmaLowering::multiply(Value start, bool tail,
                                         ArrayRef<Value> accumulators) {
  SmallVector<SmallVector<Value>> x(shape.rows), y(shape.columns);
  for (int64_t i = 0; i < shape.rows; ++i)
    for (int64_t r = 0; r < 4; ++r) {
      Value line = b.add(b.add(firstRow, group), i * kM + 8 * (r & 1));
      x[i].push_back(loadRegister(0, c.m, row(line), start, r >> 1, tail));
    }
  for (int64_t j = 0; j < shape.columns; ++j)
    for (int64_t r = 0; r < 2; ++r) {
      Value line = b.add(b.add(firstColumn, group), j * kN);
      y[j].push_back(loadRegister(1, c.n, column(line), start, r, tail));
    }

  Type f32 = b.getF32Type();
  Type resultType =
      LLVM::LLVMStructType::getLiteral(b.getContext(), {f32, f32, f32, f32});
  NVVM::MMATypes type = product.isTF32()   ? NVVM::MMATypes::tf32
                        : product.isBF16() ? NVVM::MMATypes::bf16
                                           : NVVM::MMATypes::f16;
  SmallVector<Value> next(accumulators);
  for (int64_t i = 0; i < shape.rows; ++i)
    for (int64_t j = 0; j < shape.columns; ++j) {
      MutableArrayRef<Value> sums =
          MutableArrayRef<Value>(next).slice(4 * (i * shape.columns + j), 4);
      Value result = NVVM::MmaOp::create(
          b, resultType, x[i], y[j], ValueRange(sums),
          ArrayRef<int64_t>{kM, kN, depth}, std::nullopt, std::nullopt,
          std::array<NVVM::MMATypes, 2>{type, type},
          std::array<NVVM::MMALayout, 2>{NVVM::MMALayout::row,
                                         NVVM::MMALayout::col});
      for (int64_t e = 0; e < 4; ++e)
        sums[e] = LLVM::ExtractValueOp::create(b, result, e);
    }
  return next;
}

void MmaLowering::lowerWarpTile() {
  SmallVector<Value> coordinates(base), rows, columns, accumulators;
  for (int64_t i = 0; i < shape.rows; ++i)
    for (int64_t j = 0; j < shape.columns; ++j)
      for (int64_t e = 0; e < 4; ++e) {
        rows.push_back(b.add(b.add(firstRow, group), i * kM + 8 * (e >> 1)));
        columns.push_back(
            b.add(b.add(firstColumn, b.mul(quad, 2)), j * kN + (e & 1)));
        c.place(b, c.m, row(rows.back()), coordinates);
        c.place(b, c.n, column(columns.back()), coordinates);
        accumulators.push_back(c.load(b, 2, coordinates));
      }

  accumulators =
      b.loop(k / depth, accumulators, [&](Value step, ValueRange carried) {
        return multiply(b.mul(step, depth), /*tail=*/false,
                        SmallVector<Value>(carried));
      });
  if (k % depth)
    accumulators =
        multiply(b.i32(k / depth * depth), /*tail=*/true, accumulators);

  for (auto [row, column, value] : llvm::zip(rows, columns, accumulators)) {
    Value inside;
    if (clampRows)
      inside = b.both(inside, b.less(row, m));
    if (clampColumns)
      inside = b.both(inside, b.less(column, n));
    b.when(inside, [&, row = row, column = column, value = value] {
      c.place(b, c.m, row, coordinates);
      c.place(b, c.n, column, coordinates);
      c.store(b, value, coordinates);
    });
  }
}

void seqmix::cuda::lowerContractMma(BlockBuilder &b,
                                    const Contraction &contraction,
                                    Type product) {
  MmaLowering(b, contraction, product).run();
}
