//===- Distribute.cpp - A task's tile operations over its threads
//------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"
#include "lib/Target/CUDA/Lowering.h"
#include "lib/Target/CUDA/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace seqmix::cuda {
#define GEN_PASS_DEF_DISTRIBUTE
#include "lib/Target/CUDA/Passes.h.inc"
} // namespace seqmix::cuda

using namespace mlir;
using namespace seqmix;
using namespace seqmix::cuda;

namespace {
/// Rewrites the operations of one function.
///
/// Barriers. All threads write a tile together, so a barrier follows each
/// operation on tiles: what it wrote can then be read, and what it read can be
/// overwritten. Scalar loads are the other readers: a barrier stands between
/// one and the next operation on tiles. Branches and loops start with no such
/// load pending and end with none, which covers the way back to a loop's start.
class Distributor {
public:
  Distributor(const ThreadIds &ids, Type product)
      : ids(ids), product(product) {}

  LogicalResult run(Block &block);

private:
  LogicalResult visit(Operation *op);
  LogicalResult lower(BlockBuilder &b, Operation *op);
  void settle(Operation *before);

  const ThreadIds &ids;
  Type product;
  /// A scalar was loaded since the last barrier.
  bool pending = false;
};
} // namespace

/// A barrier before the operation if threads may still be loading scalars.
void Distributor::settle(Operation *before) {
  if (pending)
    BlockBuilder(before, ids).barrier();
  pending = false;
}

LogicalResult Distributor::lower(BlockBuilder &b, Operation *op) {
  if (auto load = dyn_cast<kernel::LoadOp>(op)) {
    lowerLoad(b, load);
    return success();
  }
  if (auto store = dyn_cast<kernel::StoreOp>(op)) {
    lowerStore(b, store);
    return success();
  }
  if (auto store = dyn_cast<memref::StoreOp>(op)) {
    b.when(b.less(b.getThread(), 1), [&] { b.clone(*store); });
    return success();
  }
  if (auto contract = dyn_cast<linalg::ContractOp>(op))
    return lowerContract(b, contract, product);
  return lowerGeneric(b, cast<linalg::LinalgOp>(op));
}

LogicalResult Distributor::visit(Operation *op) {
  if (isa<kernel::LoadOp, kernel::StoreOp, memref::StoreOp, linalg::LinalgOp>(
          op)) {
    settle(op);
    BlockBuilder b(op, ids);
    if (failed(lower(b, op)))
      return failure();
    b.barrier();
    op->erase();
    return success();
  }
  // Blocks on a multiprocessor hide latency for each other.
  if (isa<kernel::PrefetchOp>(op)) {
    op->erase();
    return success();
  }
  if (isa<memref::LoadOp>(op)) {
    pending = true;
    return success();
  }
  if (isa<scf::ForOp, scf::IfOp>(op)) {
    settle(op);
    for (Region &region : op->getRegions())
      for (Block &block : region) {
        if (failed(run(block)))
          return failure();
        settle(block.getTerminator());
      }
    return success();
  }
  bool isScalar =
      op->getNumRegions() == 0 &&
      (isMemoryEffectFree(op) || op->hasTrait<OpTrait::IsTerminator>());
  if (!isScalar)
    return op->emitOpError("is not part of a tile program: expected linalg on "
                           "memrefs, kernel.load and kernel.store, scf.for, "
                           "scf.if and scalar operations");
  return success();
}

LogicalResult Distributor::run(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block))
    if (failed(visit(&op)))
      return failure();
  return success();
}

namespace {
struct Distribute : seqmix::cuda::impl::DistributeBase<Distribute> {
  void runOnOperation() override {
    for (auto func : getOperation().getOps<gpu::GPUFuncOp>()) {
      auto size = func.getKnownBlockSizeAttr();
      auto product = func->getAttrOfType<TypeAttr>("kernel.product_type");
      if (!size || !product) {
        func.emitOpError(
            "expected known_block_size and kernel.product_type, as "
            "seqmix-cuda-map-blocks writes them");
        return signalPassFailure();
      }
      Block &body = func.getBody().front();
      OpBuilder b(&body, body.begin());
      ThreadIds ids =
          createThreadIds(b, func.getLoc(), size.asArrayRef().front());
      if (failed(Distributor(ids, product.getValue()).run(body)))
        return signalPassFailure();
      func->removeAttr("kernel.product_type");
    }
  }
};
} // namespace
