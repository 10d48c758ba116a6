//===- Move.cpp - Moving tiles with all threads
//------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"
#include "lib/Target/CUDA/Lowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::cuda;

Value cuda::convertFloat(ImplicitLocOpBuilder &b, Value value, Type type) {
  if (value.getType() == type)
    return value;
  unsigned from = value.getType().getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (from < to)
    return arith::ExtFOp::create(b, type, value);
  if (from > to)
    return arith::TruncFOp::create(b, type, value);
  // bf16 and f16: through f32, which holds both.
  return arith::TruncFOp::create(
      b, type, arith::ExtFOp::create(b, b.getF32Type(), value));
}

namespace {
/// Where an element of a tile lies in its array.
struct Position {
  SmallVector<Value> tile, array;
  /// Null if it always lies inside.
  Value inside;
};
} // namespace

/// True if the tile cannot reach past the array along an axis.
static bool isInside(MemRefType array, int64_t axis, Value offset,
                     int64_t size) {
  APInt constant;
  return !array.isDynamicDim(axis) &&
         matchPattern(offset, m_ConstantInt(&constant)) &&
         constant.getSExtValue() + size <= array.getDimSize(axis);
}

static Position locate(BlockBuilder &b, Value linear, MemRefType tile,
                       TypedValue<BaseMemRefType> array, ValueRange offsets,
                       ArrayRef<int64_t> dims) {
  Position position;
  position.array.assign(offsets.begin(), offsets.end());
  SmallVector<Value> coordinates = b.delinearize(linear, tile.getShape());
  for (auto [d, axis] : llvm::enumerate(dims)) {
    Value index = b.index(coordinates[d]);
    position.tile.push_back(index);
    position.array[axis] = b.createOrFold<arith::AddIOp>(offsets[axis], index);
    if (isInside(cast<MemRefType>(array.getType()), axis, offsets[axis],
                 tile.getDimSize(d)))
      continue;
    Value size = b.createOrFold<memref::DimOp>(array, axis);
    Value inside = arith::CmpIOp::create(b, arith::CmpIPredicate::slt,
                                         position.array[axis], size);
    position.inside = b.both(position.inside, inside);
  }
  return position;
}

void cuda::lowerLoad(BlockBuilder &b, kernel::LoadOp op) {
  auto tile = cast<MemRefType>(op.getTile().getType());
  Type element = tile.getElementType();
  b.forEachThread(tile.getNumElements(), [&](Value linear) {
    Position position =
        locate(b, linear, tile, op.getArray(), op.getOffsets(), op.getDims());
    auto load = [&]() -> Value {
      Value value = memref::LoadOp::create(b, op.getArray(), position.array);
      return isa<FloatType>(element) ? convertFloat(b, value, element) : value;
    };
    Value value;
    if (position.inside) {
      auto branch = scf::IfOp::create(b, TypeRange{element}, position.inside,
                                      /*withElseRegion=*/true);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      scf::YieldOp::create(b, load());
      b.setInsertionPointToStart(branch.elseBlock());
      Value zero = arith::ConstantOp::create(b, b.getZeroAttr(element));
      scf::YieldOp::create(b, zero);
      value = branch.getResult(0);
    } else {
      value = load();
    }
    memref::StoreOp::create(b, value, op.getTile(), position.tile);
  });
}

void cuda::lowerStore(BlockBuilder &b, kernel::StoreOp op) {
  auto tile = cast<MemRefType>(op.getTile().getType());
  Type element = cast<MemRefType>(op.getArray().getType()).getElementType();
  b.forEachThread(tile.getNumElements(), [&](Value linear) {
    Position position =
        locate(b, linear, tile, op.getArray(), op.getOffsets(), op.getDims());
    b.when(position.inside, [&] {
      Value value = memref::LoadOp::create(b, op.getTile(), position.tile);
      if (isa<FloatType>(element))
        value = convertFloat(b, value, element);
      memref::StoreOp::create(b, value, op.getArray(), position.array);
    });
  });
}
