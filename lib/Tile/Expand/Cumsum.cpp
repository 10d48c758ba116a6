//===- Cumsum.cpp - stream.cumsum as a loop over rows ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Tile/Expand/TileBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::tile;

/// What stands for a gate of −∞: e^−128 is 0 in f32.
static constexpr double gateFloor = -128.0;

static Value toF64(ImplicitLocOpBuilder &b, Value value) {
  if (value.getType().isF64())
    return value;
  return arith::ExtFOp::create(b, b.getF64Type(), value);
}

static Value clampGate(ImplicitLocOpBuilder &b, Value gate) {
  return arith::MaximumFOp::create(b, toF64(b, gate),
                                   real(b, gateFloor, b.getF64Type()));
}

/// out[0] = max(g[0], floor), out[t] = out[t − 1] + max(g[t], floor);
/// exclusive: out[0] = 0, out[t] = out[t − 1] + max(g[t − 1], floor).
LogicalResult tile::expand(stream::CumsumOp op) {
  TileBuilder b(op);
  Value source = op.getSource(), out = op.getOut();
  auto type = cast<MemRefType>(out.getType());
  unsigned numLoops = type.getRank() - 1;
  SmallVector<unsigned> loops(llvm::to_vector(llvm::seq<unsigned>(numLoops)));
  bool exclusive = op.getExclusive();

  Value first = b.row(out, b.getIndexAttr(0));
  if (exclusive)
    b.fill(first, 0);
  else
    b.generic({{b.row(source, b.getIndexAttr(0)), loops}}, {first, loops},
              numLoops, [](ImplicitLocOpBuilder &b, ValueRange x) {
                return clampGate(b, x[0]);
              });
  b.forEach(b.index(1), b.index(type.getDimSize(0)), 1, [&](Value t) {
    Value before = b.add(t, -1);
    Value gate = b.row(source, exclusive ? before : t);
    b.generic({{b.row(out, before), loops}, {gate, loops}},
              {b.row(out, t), loops}, numLoops,
              [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                return arith::AddFOp::create(b, x[0], clampGate(b, x[1]));
              });
  });
  return success();
}
