//===- Pad.cpp - stream.pad as fills of what lies past the end ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Tile/Expand/TileBuilder.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::tile;

/// Copies the tile unless it is in place, then fills slice after slice from the
/// first that is not valid: no code runs an element for a tile without a tail.
LogicalResult tile::expand(stream::PadOp op) {
  TileBuilder b(op);
  Value out = op.getOut();
  auto type = cast<MemRefType>(out.getType());
  if (op.getSource() != out)
    b.copy(op.getSource(), out);
  int64_t dim = op.getDim();
  Value value;
  if (isa<FloatType>(type.getElementType()))
    value = real(b, op.getValue().convertToDouble(), type.getElementType());
  else
    value = arith::ConstantOp::create(
        b, b.getIntegerAttr(
               type.getElementType(),
               static_cast<int64_t>(op.getValue().convertToDouble())));
  b.forEach(op.getValid(), b.index(type.getDimSize(dim)), 1, [&](Value i) {
    SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(type.getRank(), b.getIndexAttr(1));
    SmallVector<OpFoldResult> sizes;
    for (int64_t size : type.getShape())
      sizes.push_back(b.getIndexAttr(size));
    offsets[dim] = i;
    sizes[dim] = b.getIndexAttr(1);
    Value slice = memref::SubViewOp::create(b, out, offsets, sizes, strides);
    linalg::FillOp::create(b, value, slice);
  });
  return success();
}
