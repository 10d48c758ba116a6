//===- Cummax.cpp - stream.cummax as a loop over rows ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Tile/Expand/TileBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::tile;

/// out[0] = max(init + a[0], b[0]), out[t] = max(out[t − 1] + a[t], b[t]);
/// exclusive: out[0] = init, out[t] = max(out[t − 1] + a[t − 1], b[t − 1]).
LogicalResult tile::expand(stream::CummaxOp op) {
  TileBuilder b(op);
  Value out = op.getOut();
  auto type = cast<MemRefType>(out.getType());
  bool exclusive = op.getExclusive();
  auto step = [&](Value before, OpFoldResult from, Value to) {
    b.generic({{before, {}},
               {b.row(op.getA(), from), {}},
               {b.row(op.getB(), from), {}}},
              {to, {}}, 0, [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                return arith::MaximumFOp::create(
                    b, arith::AddFOp::create(b, x[0], x[1]), x[2]);
              });
  };
  Value first = b.row(out, b.getIndexAttr(0));
  if (exclusive)
    b.copy(op.getInit(), first);
  else
    step(op.getInit(), b.getIndexAttr(0), first);
  b.forEach(b.index(1), b.index(type.getDimSize(0)), 1, [&](Value t) {
    Value before = b.add(t, -1);
    step(b.row(out, before), exclusive ? before : t, b.row(out, t));
  });
  return success();
}
