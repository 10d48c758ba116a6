//===- TileBounds.cpp - Between what the elements of a tile lie -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Tile/TileBounds.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace seqmix;

Type tile::getBoundsElement(stream::BoundsOp op) {
  Builder builder(op.getContext());
  return isa<FloatType>(op.getLow().getType()) ? Type(builder.getF32Type())
                                               : builder.getI32Type();
}

/// What leaves the least, or the greatest, as it is.
static TypedAttr neutralElement(Type type, bool forLeast) {
  if (auto real = dyn_cast<FloatType>(type))
    return FloatAttr::get(real,
                          APFloat::getInf(real.getFloatSemantics(), !forLeast));
  unsigned width = type.getIntOrFloatBitWidth();
  return IntegerAttr::get(type, forLeast ? APInt::getSignedMaxValue(width)
                                         : APInt::getSignedMinValue(width));
}

void tile::findBounds(OpBuilder &builder, Location loc, Value tile,
                      ArrayRef<Value> valid, Value low, Value high) {
  auto type = cast<MemRefType>(tile.getType());
  Type element = type.getElementType();
  Value least =
      arith::ConstantOp::create(builder, loc, neutralElement(element, true));
  Value greatest =
      arith::ConstantOp::create(builder, loc, neutralElement(element, false));
  linalg::FillOp::create(builder, loc, least, low);
  linalg::FillOp::create(builder, loc, greatest, high);
  unsigned rank = type.getRank();
  MLIRContext *context = builder.getContext();
  AffineMap whole = AffineMap::getMultiDimIdentityMap(rank, context);
  AffineMap point = AffineMap::get(rank, 0, context);
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::reduction);
  auto body = [&](OpBuilder &b, Location l, ValueRange args) {
    Value counts;
    for (unsigned dim = 0; dim < rank; ++dim) {
      if (!valid[dim])
        continue;
      Value within =
          arith::CmpIOp::create(b, l, arith::CmpIPredicate::slt,
                                linalg::IndexOp::create(b, l, dim), valid[dim]);
      counts = counts ? arith::AndIOp::create(b, l, counts, within).getResult()
                      : within;
    }
    Value x = args[0], y = args[0];
    if (counts) {
      x = arith::SelectOp::create(b, l, counts, x, least);
      y = arith::SelectOp::create(b, l, counts, y, greatest);
    }
    // Both are NaN if an element is.
    if (isa<FloatType>(element)) {
      x = arith::MinimumFOp::create(b, l, args[1], x);
      y = arith::MaximumFOp::create(b, l, args[2], y);
    } else {
      x = arith::MinSIOp::create(b, l, args[1], x);
      y = arith::MaxSIOp::create(b, l, args[2], y);
    }
    linalg::YieldOp::create(b, l, ValueRange{x, y});
  };
  linalg::GenericOp::create(builder, loc, tile, ValueRange{low, high},
                            ArrayRef<AffineMap>{whole, point, point}, loops,
                            body);
}

Value tile::readBound(OpBuilder &builder, Location loc, Value bound,
                      Type type) {
  Value found = memref::LoadOp::create(builder, loc, bound, ValueRange());
  return found.getType() == type
             ? found
             : arith::IndexCastOp::create(builder, loc, type, found);
}
