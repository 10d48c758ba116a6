//===- Vectors.cpp - What the vectorisers share
//----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/Vectors.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seqmix::cpu;

Value VectorBuilder::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

Value VectorBuilder::add(Value x, Value y) {
  return b.createOrFold<arith::AddIOp>(loc, x, y);
}

Value VectorBuilder::add(Value x, int64_t y) {
  return y == 0 ? x : add(x, index(y));
}

Value VectorBuilder::mul(Value x, int64_t y) {
  return y == 1 ? x : b.createOrFold<arith::MulIOp>(loc, x, index(y));
}

Value VectorBuilder::broadcast(Value value) {
  if (isa<VectorType>(value.getType()))
    return value;
  return vector::BroadcastOp::create(b, loc, type(value.getType()), value);
}

Value VectorBuilder::zero(Type element) {
  VectorType vector = type(element);
  return arith::ConstantOp::create(b, loc, vector,
                                   cast<TypedAttr>(b.getZeroAttr(vector)));
}

Value VectorBuilder::mask(int64_t count) {
  return vector::ConstantMaskOp::create(b, loc, type(b.getI1Type()),
                                        ArrayRef<int64_t>(count));
}

Value VectorBuilder::mask(Value count) {
  return vector::CreateMaskOp::create(b, loc, type(b.getI1Type()),
                                      ValueRange{count});
}

Value VectorBuilder::load(Value memref, ValueRange at, int64_t count) {
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  if (count >= lanes)
    return vector::LoadOp::create(b, loc, type(element), memref, at);
  return vector::MaskedLoadOp::create(b, loc, type(element), memref, at,
                                      mask(count), zero(element));
}

void VectorBuilder::store(Value vector, Value memref, ValueRange at,
                          int64_t count) {
  if (count >= lanes)
    vector::StoreOp::create(b, loc, vector, memref, at);
  else
    vector::MaskedStoreOp::create(b, loc, memref, at, mask(count), vector);
}

Value VectorBuilder::gather(Value memref, Place at, int64_t count) {
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  SmallVector<Value> elements;
  for (int64_t lane = 0; lane < std::min(count, lanes); ++lane)
    elements.push_back(memref::LoadOp::create(b, loc, memref, at(lane)));
  if (count < lanes) {
    Value none = arith::ConstantOp::create(
        b, loc, element, cast<TypedAttr>(b.getZeroAttr(element)));
    elements.resize(lanes, none);
  }
  return vector::FromElementsOp::create(b, loc, type(element), elements);
}

void VectorBuilder::scatter(Value vector, Value memref, Place at,
                            int64_t count) {
  for (int64_t lane = 0; lane < std::min(count, lanes); ++lane) {
    Value element = vector::ExtractOp::create(b, loc, vector, lane);
    memref::StoreOp::create(b, loc, element, memref, at(lane));
  }
}

Value VectorBuilder::convert(Value value, Type element) {
  Type from = getElementTypeOrSelf(value.getType());
  if (from == element)
    return value;
  Type to = element;
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    to = vector.clone(element);
  if (from.getIntOrFloatBitWidth() < element.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(b, loc, to, value);
  if (from.getIntOrFloatBitWidth() > element.getIntOrFloatBitWidth())
    return arith::TruncFOp::create(b, loc, to, value);
  // bf16 and f16 are of one width.
  Type wide = b.getF32Type();
  return convert(convert(value, wide), element);
}

SmallVector<Value> VectorBuilder::loop(int64_t count, int64_t step,
                                       ValueRange init, Body body) {
  if (count <= 0)
    return init;
  if (count <= step)
    return body(index(0), init);
  return loop(index(count), step, init, body);
}

SmallVector<Value> VectorBuilder::loop(Value to, int64_t step, ValueRange init,
                                       Body body) {
  auto loop = scf::ForOp::create(b, loc, index(0), to, index(step), init);
  OpBuilder::InsertionGuard guard(b);
  // A loop without carried values comes with its terminator.
  if (init.empty()) {
    b.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar(), {});
  } else {
    b.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> next =
        body(loop.getInductionVar(), loop.getRegionIterArgs());
    scf::YieldOp::create(b, loc, next);
  }
  return loop.getResults();
}

void VectorBuilder::loop(int64_t count, int64_t step,
                         std::function<void(Value)> body) {
  loop(count, step, ValueRange(), [&](Value at, ValueRange) {
    body(at);
    return SmallVector<Value>();
  });
}

void VectorBuilder::loop(Value from, Value to, int64_t step,
                         std::function<void(Value)> body) {
  auto loop = scf::ForOp::create(b, loc, from, to, index(step));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

bool seqmix::cpu::isLastContiguous(Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  return type.getRank() > 0 &&
         succeeded(type.getStridesAndOffset(strides, offset)) &&
         strides.back() == 1;
}

/// The elements from a subview's row start to its source's row start, if the
/// two memrefs share their last dimension.
static std::optional<int64_t> getRowOffset(memref::SubViewOp subview) {
  unsigned last = subview.getSourceType().getRank() - 1;
  if (subview.getDroppedDims().test(last))
    return std::nullopt;
  std::optional<int64_t> offset =
      getConstantIntValue(subview.getMixedOffsets()[last]);
  if (!offset || getConstantIntValue(subview.getMixedStrides()[last]) != 1)
    return std::nullopt;
  return offset;
}

RowSpace seqmix::cpu::getRowSpace(Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  if (type.getRank() == 0 || !isLastContiguous(memref))
    return {1, 1};
  int64_t own = type.getShape().back();
  if (ShapedType::isDynamic(own))
    return {0, 0};

  // Up to the tile: a view of scratch bytes. `offset` is where our row starts
  // in the row of the value that the walk is at.
  int64_t offset = 0;
  memref::SubViewOp outermost;
  Value root = memref;
  while (auto subview = root.getDefiningOp<memref::SubViewOp>()) {
    std::optional<int64_t> more = getRowOffset(subview);
    if (!more)
      return {own, own};
    offset += *more;
    outermost = subview;
    root = subview.getSource();
  }
  auto view = root.getDefiningOp<memref::ViewOp>();
  if (!view || view.getType().isDynamicDim(view.getType().getRank() - 1))
    return {own, own};
  int64_t width = view.getType().getShape().back();
  int64_t readable = width - offset;

  // The tile's true width: where a subview is all that is ever seen of the
  // view, what it leaves out is padding.
  int64_t trueWidth = width;
  if (outermost && root.hasOneUse() && getRowOffset(outermost) == 0)
    trueWidth =
        outermost.getStaticSizes()[outermost.getSourceType().getRank() - 1];
  bool endsTile = offset + own == trueWidth;
  return {readable, endsTile ? readable : own};
}

Value seqmix::cpu::getStackScratch(VectorBuilder &v, Operation *user,
                                   MemRefType type, int64_t number) {
  Operation *function = user;
  while (!function->hasTrait<OpTrait::IsIsolatedFromAbove>())
    function = function->getParentOp();
  Block &entry = function->getRegion(0).front();
  StringRef numberName = "kernel.number";
  for (Operation &op : entry)
    if (auto alloca = dyn_cast<memref::AllocaOp>(op))
      if (auto own = alloca->getAttrOfType<IntegerAttr>(numberName))
        if (alloca.getType() == type && own.getInt() == number)
          return alloca;
  OpBuilder::InsertionGuard guard(v.b);
  v.b.setInsertionPointToStart(&entry);
  auto alloca =
      memref::AllocaOp::create(v.b, v.loc, type, v.b.getI64IntegerAttr(64));
  alloca->setAttr(numberName, v.b.getI64IntegerAttr(number));
  return alloca;
}

Value seqmix::cpu::getLoopScratch(VectorBuilder &v, scf::ForOp loop,
                                  MemRefType type) {
  StringRef usedName = "kernel.scratch";
  auto used = loop->getAttrOfType<IntegerAttr>(usedName);
  int64_t number = used ? used.getInt() + 1 : 1;
  loop->setAttr(usedName, v.b.getI64IntegerAttr(number));
  return getStackScratch(v, loop, type, number);
}

Value seqmix::cpu::strideOf(VectorBuilder &v, Value memref, unsigned dim) {
  auto metadata = memref::ExtractStridedMetadataOp::create(v.b, v.loc, memref);
  int64_t bytes =
      cast<MemRefType>(memref.getType()).getElementTypeBitWidth() / 8;
  return arith::IndexCastOp::create(v.b, v.loc, v.b.getI64Type(),
                                    v.mul(metadata.getStrides()[dim], bytes));
}

Value seqmix::cpu::addressOf(VectorBuilder &v, Value memref, ValueRange at) {
  auto metadata = memref::ExtractStridedMetadataOp::create(v.b, v.loc, memref);
  int64_t bytes =
      cast<MemRefType>(memref.getType()).getElementTypeBitWidth() / 8;
  Value offset = metadata.getOffset();
  for (auto [position, stride] : llvm::zip(at, metadata.getStrides()))
    offset =
        v.add(offset, v.b.createOrFold<arith::MulIOp>(v.loc, position, stride));
  Value base = memref::ExtractAlignedPointerAsIndexOp::create(
      v.b, v.loc, metadata.getBaseBuffer());
  auto toI64 = [&](Value value) -> Value {
    return arith::IndexCastOp::create(v.b, v.loc, v.b.getI64Type(), value);
  };
  Type pointer = LLVM::LLVMPointerType::get(v.b.getContext());
  Value start = LLVM::IntToPtrOp::create(v.b, v.loc, pointer, toI64(base));
  return LLVM::GEPOp::create(
      v.b, v.loc, pointer, v.b.getI8Type(), start,
      ArrayRef<LLVM::GEPArg>(toI64(v.mul(offset, bytes))));
}

void seqmix::cpu::transposeInRegisters(VectorBuilder &v,
                                       MutableArrayRef<Value> rows) {
  for (int64_t s = 1; s < v.lanes; s *= 2) {
    SmallVector<int64_t> even, odd;
    for (int64_t lane = 0; lane < v.lanes; ++lane) {
      even.push_back(lane & s ? v.lanes + lane - s : lane);
      odd.push_back(lane & s ? v.lanes + lane : lane + s);
    }
    for (int64_t row = 0; row < v.lanes; ++row) {
      if (row & s)
        continue;
      Value x = rows[row], y = rows[row + s];
      rows[row] = vector::ShuffleOp::create(v.b, v.loc, x, y, even);
      rows[row + s] = vector::ShuffleOp::create(v.b, v.loc, x, y, odd);
    }
  }
}
