//===- ChunkMaximum.cpp - One chunk of a running maximum ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// m_t = max(m_{t−1} + a_t, b_t) for all tokens of a chunk. What the step then
// does with m is a function of a token like any other: a carry that is scaled
// by e^{a_t + m_{t−1} − m_t} has that as its log gate.
//
//===----------------------------------------------------------------------===//

#include "Chunk.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace seqmix;

Tile ChunkMaximum::running(Tile addend, Tile floor, bool exclusive) {
  Value out = tiles.empty({row}, b.getF32Type());
  auto cummax = stream::CummaxOp::create(b, tiles.location(),
                                         TypeRange(out.getType()), addend.value,
                                         floor.value, carry, out, exclusive);
  return {cummax.getResult()[0], {row}};
}

bool ChunkMaximum::absorb() {
  tiles.setLocation(op.getYield().getStates()[form.state].getLoc());
  Tile floor;
  addend = tiles.constant(0.0);
  for (const Addend &part : form.addends) {
    Tile tile = tiles.lift(part.value);
    if (!tile)
      return false;
    addend = part.negative ? tiles.sub(addend, tile) : tiles.add(addend, tile);
  }
  for (Value part : form.floors) {
    Tile tile = tiles.lift(part);
    if (!tile)
      return false;
    floor =
        !floor ? tile
               : tiles.map({floor, tile},
                           [](OpBuilder &n, Location l, ValueRange v) -> Value {
                             return arith::MaximumFOp::create(n, l, v[0], v[1]);
                           });
  }
  // Past the end nothing is added and nothing compared with.
  addend = padded(addend);
  floor = padded(floor, -std::numeric_limits<double>::infinity());
  after = running(addend, floor, /*exclusive=*/false);
  tiles.bind(op.getYield().getStates()[form.state], after);
  tiles.bind(op.getStateArgs()[form.state],
             running(addend, floor, /*exclusive=*/true));
  return true;
}

Value ChunkMaximum::next() {
  return carriedTile(tiles, tiles.slice(after, row, tiles.sizeOf(row) - 1), {});
}

Tile ChunkMaximum::sum() {
  return tiles.reduce(addend, row, tiles.constant(0.0).value,
                      [](OpBuilder &n, Location l, ValueRange v) -> Value {
                        return arith::AddFOp::create(n, l, v[1], v[0]);
                      });
}
