//===- PlaceWorkspace.cpp - A place for what loops leave for others -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Tile/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace seqmix {
#define GEN_PASS_DEF_PLACEWORKSPACE
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

constexpr int64_t alignment = 64;

struct PlaceWorkspacePass
    : seqmix::impl::PlaceWorkspaceBase<PlaceWorkspacePass> {
  /// The bytes of a buffer, a multiple of the alignment.
  Value getBytes(OpBuilder &b, memref::AllocOp alloc) {
    MemRefType type = alloc.getType();
    Location loc = alloc.getLoc();
    int64_t fixed = type.getElementTypeBitWidth() / 8;
    for (int64_t extent : type.getShape())
      if (!ShapedType::isDynamic(extent))
        fixed *= extent;
    Value bytes = arith::ConstantIndexOp::create(b, loc, fixed);
    for (Value extent : alloc.getDynamicSizes())
      bytes = arith::MulIOp::create(b, loc, bytes, extent);
    Value unit = arith::ConstantIndexOp::create(b, loc, alignment);
    bytes = arith::CeilDivUIOp::create(b, loc, bytes, unit);
    return arith::MulIOp::create(b, loc, bytes, unit);
  }

  void runOnOperation() override {
    SmallVector<memref::AllocOp> allocs(
        getOperation().getBody().getOps<memref::AllocOp>());
    if (allocs.empty())
      return;
    for (memref::AllocOp alloc : allocs)
      if (!alloc.getType().getLayout().isIdentity() ||
          !alloc.getType().getElementType().isF32()) {
        alloc.emitOpError("expected a buffer of f32 without a layout to be "
                          "shared by tasks, found ")
            << alloc.getType();
        return signalPassFailure();
      }
    // Behind the last: there the sizes of all are known. Nothing between the
    // buffers uses them, as loops come after.
    OpBuilder b(allocs.back());
    Location loc = allocs.back().getLoc();
    SmallVector<Value> offsets;
    Value total = arith::ConstantIndexOp::create(b, loc, 0);
    for (memref::AllocOp alloc : allocs) {
      offsets.push_back(total);
      total = arith::AddIOp::create(b, loc, total, getBytes(b, alloc));
    }
    auto bytes = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
    Value shared = kernel::WorkspaceOp::create(b, loc, bytes, total);
    for (auto [alloc, offset] : llvm::zip(allocs, offsets)) {
      Value view =
          memref::ViewOp::create(b, alloc.getLoc(), alloc.getType(), shared,
                                 offset, alloc.getDynamicSizes());
      alloc.getResult().replaceAllUsesWith(view);
      alloc.erase();
    }
  }
};

} // namespace
