//===- Segments.cpp - One of many sequences in a row ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Tile/Segments.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::tile;

Value SegmentBuilder::constant(int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

Value SegmentBuilder::offsetAt(Value number, Value low) {
  Value found = memref::LoadOp::create(builder, loc, offsets, number);
  Value offset =
      arith::IndexCastOp::create(builder, loc, builder.getIndexType(), found);
  offset = arith::MaxSIOp::create(builder, loc, offset, low);
  return arith::MinSIOp::create(builder, loc, offset, total);
}

Segment SegmentBuilder::get(Value number) {
  Value first = offsetAt(number, constant(0));
  // Without sequences there is one offset alone.
  Value last = memref::DimOp::create(builder, loc, offsets, 0);
  last = arith::SubIOp::create(builder, loc, last, constant(1));
  Value next = arith::AddIOp::create(builder, loc, number, constant(1));
  next = arith::MinSIOp::create(builder, loc, next, last);
  Value end = offsetAt(next, first);
  return {first, arith::SubIOp::create(builder, loc, end, first)};
}

Value SegmentBuilder::firstSlot(Value number, int64_t tile) {
  Value first = offsetAt(number, constant(0));
  first = arith::DivUIOp::create(builder, loc, first, constant(tile));
  return arith::AddIOp::create(builder, loc, first, number);
}

/// Bisection: the last sequence whose first slot is not past this one. A loop
/// of as many steps as a number of sequences has bits; steps that have nothing
/// left to do read nothing.
std::pair<Value, Value> SegmentBuilder::find(Value slot, Value count,
                                             int64_t tile) {
  constexpr int64_t bits = 32;
  auto loop = scf::ForOp::create(builder, loc, constant(0), constant(bits),
                                 constant(1), ValueRange{constant(0), count});
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    Value low = loop.getRegionIterArg(0), high = loop.getRegionIterArg(1);
    Value middle = arith::AddIOp::create(builder, loc, low, high);
    middle = arith::DivUIOp::create(builder, loc, middle, constant(2));
    Value isOpen = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::ult, low, middle);
    Type index = builder.getIndexType();
    auto ifOpen = scf::IfOp::create(builder, loc, TypeRange{index, index},
                                    isOpen, /*withElseRegion=*/true);
    scf::YieldOp::create(builder, loc, ifOpen.getResults());
    builder.setInsertionPointToStart(ifOpen.thenBlock());
    Value isPast = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::ugt, firstSlot(middle, tile), slot);
    Value newLow = arith::SelectOp::create(builder, loc, isPast, low, middle);
    Value newHigh = arith::SelectOp::create(builder, loc, isPast, middle, high);
    scf::YieldOp::create(builder, loc, ValueRange{newLow, newHigh});
    builder.setInsertionPointToStart(ifOpen.elseBlock());
    scf::YieldOp::create(builder, loc, ValueRange{low, high});
  }
  Value number = loop.getResult(0);
  Value place =
      arith::SubIOp::create(builder, loc, slot, firstSlot(number, tile));
  return {number, place};
}

Value seqmix::tile::makeView(OpBuilder &builder, Location loc, Value array,
                             const Segment &segment,
                             ArrayRef<bool> isSegmented) {
  if (!llvm::is_contained(isSegmented, true))
    return array;
  auto type = cast<MemRefType>(array.getType());
  SmallVector<OpFoldResult> offsets, sizes,
      strides(type.getRank(), builder.getIndexAttr(1));
  for (auto [dim, segmented] : llvm::enumerate(isSegmented)) {
    offsets.push_back(segmented ? OpFoldResult(segment.first)
                                : builder.getIndexAttr(0));
    if (segmented)
      sizes.push_back(segment.length);
    else if (type.isDynamicDim(dim))
      sizes.push_back(
          memref::DimOp::create(builder, loc, array, dim).getResult());
    else
      sizes.push_back(builder.getIndexAttr(type.getDimSize(dim)));
  }
  return memref::SubViewOp::create(builder, loc, array, offsets, sizes,
                                   strides);
}
