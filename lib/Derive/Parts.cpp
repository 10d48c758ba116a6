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

Parts::Parts(OpBuilder &b, seq::OperatorOp op, kernel::EntryOp entry,
             StringAttr sequence, int64_t tile, int64_t most)
    : b(&b), op(op), entry(entry) {
  Location loc = op.getLoc();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  std::string name = "PARTS";
  while (op.getParams().get(name) || op.isRuntimeSize(name))
    name += '_';
  axis = b.getStringAttr(name);

  Value whole = constant(tile), one = constant(1);
  Value total = arith::MaxUIOp::create(b, loc, sizeOf(sequence), one);
  Value wish = arith::DivUIOp::create(b, loc, total, constant(leastLength));
  wish = arith::MinUIOp::create(b, loc, wish, constant(most));
  wish = arith::MaxUIOp::create(b, loc, wish, one);
  length = arith::CeilDivUIOp::create(b, loc, total, wish);
  length = arith::CeilDivUIOp::create(b, loc, length, whole);
  length = arith::MulIOp::create(b, loc, length, whole);
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
  Value first = arith::MulIOp::create(*b, loc, part, length);
  return {first, arith::AddIOp::create(*b, loc, first, length)};
}
