//===- TileBuilder.cpp - Short words for code on memref tiles -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Tile/Expand/TileBuilder.h"

#include "lib/Tile/BodyLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::tile;

//===----------------------------------------------------------------------===//
// Indices, buffers, views
//===----------------------------------------------------------------------===//

Value TileBuilder::index(int64_t value) {
  return arith::ConstantIndexOp::create(*this, value);
}

Value TileBuilder::add(Value x, int64_t y) {
  return arith::AddIOp::create(*this, x, index(y));
}

Value TileBuilder::allocate(ArrayRef<int64_t> shape, Type element) {
  return allocateTile(*this, getLoc(), shape, element);
}

/// A subview with offsets and static sizes on all dimensions; `shape` may leave
/// out dimensions of size 1.
static Value makeView(TileBuilder &b, Value tile,
                      ArrayRef<OpFoldResult> offsets, ArrayRef<int64_t> sizes,
                      ArrayRef<int64_t> shape) {
  SmallVector<OpFoldResult> sizeAttrs;
  for (int64_t size : sizes)
    sizeAttrs.push_back(b.getIndexAttr(size));
  SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
  MemRefType type = memref::SubViewOp::inferRankReducedResultType(
      shape, cast<MemRefType>(tile.getType()), offsets, sizeAttrs, strides);
  return memref::SubViewOp::create(b, type, tile, offsets, sizeAttrs, strides);
}

Value TileBuilder::rows(Value tile, OpFoldResult first, int64_t count) {
  auto type = cast<MemRefType>(tile.getType());
  if (count == type.getDimSize(0))
    return tile;
  SmallVector<OpFoldResult> offsets(type.getRank(), getIndexAttr(0));
  offsets[0] = first;
  SmallVector<int64_t> sizes(type.getShape());
  sizes[0] = count;
  return makeView(*this, tile, offsets, sizes, sizes);
}

Value TileBuilder::row(Value tile, OpFoldResult which) {
  auto type = cast<MemRefType>(tile.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), getIndexAttr(0));
  offsets[0] = which;
  SmallVector<int64_t> sizes(type.getShape());
  sizes[0] = 1;
  return makeView(*this, tile, offsets, sizes, ArrayRef(sizes).drop_front());
}

Value TileBuilder::block(Value tile, OpFoldResult row, OpFoldResult column,
                         int64_t numRows, int64_t numColumns) {
  auto type = cast<MemRefType>(tile.getType());
  if (type.getDimSize(0) == numRows && type.getDimSize(1) == numColumns)
    return tile;
  return makeView(*this, tile, {row, column}, {numRows, numColumns},
                  {numRows, numColumns});
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

scf::ForOp TileBuilder::forEach(Value low, Value high, int64_t step,
                                function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(*this, low, high, index(step));
  InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
  return loop;
}

void TileBuilder::ifElse(Value condition, function_ref<void()> then,
                         function_ref<void()> otherwise) {
  auto ifOp = scf::IfOp::create(*this, condition, /*withElseRegion=*/true);
  InsertionGuard guard(*this);
  setInsertionPointToStart(ifOp.thenBlock());
  then();
  setInsertionPointToStart(ifOp.elseBlock());
  otherwise();
}

//===----------------------------------------------------------------------===//
// Work on tiles
//===----------------------------------------------------------------------===//

void TileBuilder::fill(Value tile, double value) {
  Type element = cast<MemRefType>(tile.getType()).getElementType();
  linalg::FillOp::create(*this, real(*this, value, element), tile);
}

void TileBuilder::copy(Value from, Value to) {
  linalg::CopyOp::create(*this, from, to);
}

static AffineMap mapOf(unsigned numLoops, ArrayRef<unsigned> loops,
                       MLIRContext *context) {
  SmallVector<AffineExpr> exprs;
  for (unsigned loop : loops)
    exprs.push_back(getAffineDimExpr(loop, context));
  return AffineMap::get(numLoops, 0, exprs, context);
}

void TileBuilder::generic(ArrayRef<Operand> inputs, Operand out,
                          unsigned numLoops, Body body) {
  generic(inputs, ArrayRef(out), numLoops,
          [&](ImplicitLocOpBuilder &b, ValueRange arguments) {
            return SmallVector<Value>{body(b, arguments)};
          });
}

void TileBuilder::generic(ArrayRef<Operand> inputs, ArrayRef<Operand> outs,
                          unsigned numLoops, BodyOfMany body) {
  SmallVector<Value> values, destinations;
  SmallVector<AffineMap> maps;
  for (const Operand &input : inputs) {
    values.push_back(input.memref);
    maps.push_back(mapOf(numLoops, input.loops, getContext()));
  }
  SmallVector<utils::IteratorType> iterators(numLoops,
                                             utils::IteratorType::reduction);
  for (const Operand &out : outs) {
    destinations.push_back(out.memref);
    maps.push_back(mapOf(numLoops, out.loops, getContext()));
    for (unsigned loop : out.loops)
      iterators[loop] = utils::IteratorType::parallel;
  }
  linalg::GenericOp::create(
      *this, values, destinations, maps, iterators,
      [&](OpBuilder &nested, Location loc, ValueRange arguments) {
        ImplicitLocOpBuilder b(loc, nested);
        linalg::YieldOp::create(b, body(b, arguments));
      });
}

void TileBuilder::contract(Value x, ArrayRef<unsigned> xLoops, Value y,
                           ArrayRef<unsigned> yLoops, Value out,
                           ArrayRef<unsigned> outLoops, bool lower) {
  SmallVector<AffineMap> maps;
  for (ArrayRef<unsigned> loops : {xLoops, yLoops, outLoops})
    maps.push_back(mapOf(3, loops, getContext()));
  auto product = linalg::ContractOp::create(*this, ValueRange{x, y}, out,
                                            getAffineMapArrayAttr(maps));
  if (lower)
    product->setAttr("kernel.lower",
                     getDenseI64ArrayAttr({outLoops[0], outLoops[1]}));
}

void TileBuilder::contractRows(Value x, Value y, Value out, bool lower) {
  contract(x, {0, 2}, y, {1, 2}, out, {0, 1}, lower);
}

void TileBuilder::multiply(Value p, Value x, Value out) {
  contract(p, {0, 2}, x, {2, 1}, out, {0, 1});
}

Value TileBuilder::isInReach(Value last) {
  Value reach = allocate({}, getF32Type());
  fill(reach, 0);
  Operand gate = {last, {}};
  if (cast<MemRefType>(last.getType()).getRank() == 1)
    gate.loops = {0};
  generic({gate}, {reach, {}}, gate.loops.size(),
          [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
            Value magnitude = math::AbsFOp::create(b, toF32(b, x[0]));
            return arith::MaximumFOp::create(b, x[1], magnitude);
          });
  Value width = memref::LoadOp::create(*this, reach, ValueRange());
  return arith::CmpFOp::create(*this, arith::CmpFPredicate::OLT, width,
                               real(*this, factorReach, getF32Type()));
}

Value TileBuilder::isNarrow(Value first, Value last) {
  Value span = allocate({}, getF32Type());
  fill(span, 0);
  generic({{first, {0}}, {last, {0}}}, {span, {}}, 1,
          [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
            Value wide = arith::SubFOp::create(b, x[0], x[1]);
            Value width = arith::TruncFOp::create(b, b.getF32Type(), wide);
            return arith::MaximumFOp::create(b, x[2], width);
          });
  Value width = memref::LoadOp::create(*this, span, ValueRange());
  return arith::CmpFOp::create(*this, arith::CmpFPredicate::OLT, width,
                               real(*this, factorSpan, getF32Type()));
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

Value tile::real(ImplicitLocOpBuilder &b, double value, Type type) {
  return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
}

Value tile::toF32(ImplicitLocOpBuilder &b, Value value) {
  unsigned width = value.getType().getIntOrFloatBitWidth();
  if (width < 32)
    return arith::ExtFOp::create(b, b.getF32Type(), value);
  if (width > 32)
    return arith::TruncFOp::create(b, b.getF32Type(), value);
  return value;
}

Value tile::expOf(ImplicitLocOpBuilder &b, Value exponent) {
  return math::ExpOp::create(b, toF32(b, exponent));
}

Value tile::expUpTo(ImplicitLocOpBuilder &b, Value exponent, double limit) {
  return math::ExpOp::create(
      b, arith::MinimumFOp::create(b, toF32(b, exponent),
                                   real(b, limit, b.getF32Type())));
}

Value tile::expOfDifference(ImplicitLocOpBuilder &b, Value x, Value y) {
  return expOf(b, arith::SubFOp::create(b, x, y));
}

Value tile::isBelow(ImplicitLocOpBuilder &b, unsigned t, unsigned s,
                    bool diagonal, int64_t group) {
  Value row = linalg::IndexOp::create(b, t);
  if (group > 1) {
    Value mask = arith::ConstantIndexOp::create(b, -group);
    row = arith::AndIOp::create(b, row, mask);
  }
  return arith::CmpIOp::create(
      b, diagonal ? arith::CmpIPredicate::ule : arith::CmpIPredicate::ult,
      linalg::IndexOp::create(b, s), row);
}

std::pair<int64_t, int64_t> tile::sizesOf(Value tile) {
  auto type = cast<MemRefType>(tile.getType());
  return {type.getDimSize(0), type.getDimSize(1)};
}

LogicalResult tile::checkRows(Operation *op, int64_t rows) {
  if (rows < blockRows || rows % blockRows == 0)
    return success();
  return op->emitOpError("expected a tile of a multiple of ")
         << blockRows << " rows, or fewer rows, found " << rows;
}
