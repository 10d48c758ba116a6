//===- ExpandTileOps.cpp - Tile ops as loops of linalg --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Tile/Passes.h"

#include "dialects/Stream/Stream.h"
#include "lib/Tile/Expand/TileBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/TypeSwitch.h"

namespace seqmix {
#define GEN_PASS_DEF_EXPANDTILEOPS
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

struct ExpandTileOpsPass : seqmix::impl::ExpandTileOpsBase<ExpandTileOpsPass> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<DestinationStyleOpInterface> ops;
    getOperation()->walk([&](DestinationStyleOpInterface op) {
      if (isa<stream::StreamDialect>(op->getDialect()) &&
          op.hasPureBufferSemantics() &&
          !llvm::is_contained(keep, op->getName().getStringRef()))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      LogicalResult result =
          llvm::TypeSwitch<Operation *, LogicalResult>(op)
              .Case<stream::PadOp, stream::CumsumOp, stream::CummaxOp,
                    stream::ScoresOp, stream::ApplyOp, stream::SolveOp>(
                  [](auto tileOp) { return tile::expand(tileOp); })
              .Default([](Operation *other) {
                return other->emitOpError("has no expansion");
              });
      if (failed(result))
        return signalPassFailure();
      op->erase();
    }
  }
};

} // namespace
