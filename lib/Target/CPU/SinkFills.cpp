//===- SinkFills.cpp - Zeros go where a product adds to them --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/Passes.h"
#include "lib/Target/CPU/Product.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace seqmix::cpu {
#define GEN_PASS_DEF_SINKFILLS
#include "lib/Target/CPU/Passes.h.inc"
} // namespace seqmix::cpu

using namespace mlir;
using namespace seqmix::cpu;

/// Whether an op, or one inside it, may touch a tile.
static bool mayTouch(Operation *op, Value tile) {
  return op
      ->walk([&](Operation *nested) {
        // What a function touches is not known here.
        bool isCall = isa<CallOpInterface>(nested);
        bool uses = !isa<ViewLikeOpInterface>(nested) &&
                    llvm::any_of(nested->getOperands(), [&](Value operand) {
                      return isa<MemRefType>(operand.getType()) &&
                             tileOf(operand) == tile;
                    });
        return isCall || uses ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// The fill with zeros of what a product adds to, if nothing between the two
/// touches that tile.
static linalg::FillOp findFill(linalg::LinalgOp product) {
  Value out = product.getDpsInits()[0], tile = tileOf(out);
  for (Operation *op = product->getPrevNode(); op; op = op->getPrevNode()) {
    if (!mayTouch(op, tile))
      continue;
    auto fill = dyn_cast<linalg::FillOp>(op);
    return fill && isZeroFill(fill, out) ? fill : linalg::FillOp();
  }
  return {};
}

namespace {

struct SinkFills : public seqmix::cpu::impl::SinkFillsBase<SinkFills> {
  void runOnOperation() override {
    getOperation()->walk([](linalg::LinalgOp op) {
      if (succeeded(matchProduct(op)))
        if (linalg::FillOp fill = findFill(op))
          fill->moveBefore(op);
    });
  }
};

} // namespace
