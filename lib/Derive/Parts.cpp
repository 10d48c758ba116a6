//===- Parts.cpp - Parts of a sequence, and what they leave in memory -----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Parts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace seqmix;

Value Parts::sizeOf(StringAttr size) {
  if (std::optional<int64_t> n = op.getIntParam(size))
    return arith::ConstantIndexOp::create(*b, op.getLoc(), *n);
  return entry.getSize(size.getValue());
}

Value Parts::constant(int64_t value) {
  return arith::ConstantIndexOp::create(*b, op.getLoc(), value);
}

Value Parts::countFor(Value total, Value most) {
  Location loc = op.getLoc();
  Value count = arith::DivUIOp::create(*b, loc, total, constant(leastLength));
  count = arith::MinUIOp::create(*b, loc, count, most);
  return arith::MaxUIOp::create(*b, loc, count, constant(1));
}

Value Parts::lengthFor(Value total, Value wish) {
  Location loc = op.getLoc();
  Value length = arith::CeilDivUIOp::create(*b, loc, total, wish);
  length = arith::CeilDivUIOp::create(*b, loc, length, constant(tile));
  return arith::MulIOp::create(*b, loc, length, constant(tile));
}

Parts::Parts(OpBuilder &b, seq::OperatorOp op, kernel::EntryOp entry,
             StringAttr sequence, int64_t tile, int64_t most,
             const seq::Packing *packing)
    : b(&b), op(op), entry(entry), sequence(sequence), tile(tile) {
  Location loc = op.getLoc();
  std::string name = "PARTS";
  while (op.getParams().get(name) || op.isRuntimeSize(name) ||
         (packing && packing->count == name))
    name += '_';
  axis = b.getStringAttr(name);
  Value total = arith::MaxUIOp::create(b, loc, sizeOf(sequence), constant(1));
  count = countFor(total, constant(most));
  if (packing)
    return;
  length = lengthFor(total, count);
  count = arith::CeilDivUIOp::create(b, loc, total, length);
}

PartArray Parts::makeArray(ArrayRef<StringAttr> runtimeAxes,
                           ArrayRef<StringAttr> axes, ArrayRef<int64_t> sizes) {
  PartArray result{{}, {axis}};
  SmallVector<Value> dynamic = {count};
  for (StringAttr runtime : runtimeAxes) {
    result.axes.push_back(runtime);
    dynamic.push_back(sizeOf(runtime));
  }
  SmallVector<int64_t> shape(dynamic.size(), ShapedType::kDynamic);
  llvm::append_range(result.axes, axes);
  llvm::append_range(shape, sizes);
  result.array = memref::AllocOp::create(
      *b, op.getLoc(), MemRefType::get(shape, b->getF32Type()), dynamic);
  return result;
}

std::pair<Value, Value> Parts::range() {
  Location loc = op.getLoc();
  Value part = stream::PositionOp::create(*b, loc, b->getIndexType(), axis);
  Value own = length;
  if (!own) {
    Value total =
        stream::ExtentOp::create(*b, loc, b->getIndexType(), sequence);
    own = lengthFor(total, countFor(total, count));
  }
  Value first = arith::MulIOp::create(*b, loc, part, own);
  return {first, arith::AddIOp::create(*b, loc, first, own)};
}
