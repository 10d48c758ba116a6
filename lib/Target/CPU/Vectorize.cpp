//===- Vectorize.cpp - Loops over vectors for everything on tiles
//----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"
#include "lib/Target/CPU/Passes.h"
#include "lib/Target/CPU/Product.h"
#include "lib/Target/CPU/Vectors.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace seqmix::cpu {
#define GEN_PASS_DEF_VECTORIZE
#include "lib/Target/CPU/Passes.h.inc"
} // namespace seqmix::cpu

using namespace mlir;
using namespace seqmix;
using namespace seqmix::cpu;

/// `kernel.lanes` of the closest op that has it.
static int64_t getLanes(Operation *op, int64_t otherwise) {
  for (; op; op = op->getParentOp())
    if (auto lanes = op->getAttrOfType<IntegerAttr>("kernel.lanes"))
      return lanes.getInt();
  return otherwise;
}

/// `kernel.matrix` of the closest op that has it.
static StringRef getMatrixUnit(Operation *op, StringRef otherwise) {
  for (; op; op = op->getParentOp())
    if (auto unit = op->getAttrOfType<StringAttr>("kernel.matrix"))
      return unit;
  return otherwise;
}

namespace {

struct Vectorize : public seqmix::cpu::impl::VectorizeBase<Vectorize> {
  using VectorizeBase::VectorizeBase;

  void runOnOperation() override {
    if (lanes != 8 && lanes != 16) {
      getOperation()->emitError("expected `lanes` to be 8 or 16, found ")
          << int64_t(lanes);
      return signalPassFailure();
    }
    FailureOr<MatrixUnit> unit =
        parseMatrixUnit(getMatrixUnit(getOperation(), matrix));
    if (failed(unit)) {
      getOperation()->emitError(
          "expected `matrix` to be pairs, tiles or nothing");
      return signalPassFailure();
    }
    SmallVector<Operation *> work;
    getOperation()->walk([&](Operation *op) {
      auto fill = dyn_cast<linalg::FillOp>(op);
      if (isa<linalg::LinalgOp, kernel::LoadOp, kernel::StoreOp,
              kernel::PrefetchOp>(op) &&
          !(fill && isFillOfProduct(fill)))
        work.push_back(op);
    });
    PackedFactors packed;
    DenseSet<Operation *> done;
    for (Operation *op : work) {
      if (done.contains(op))
        continue;
      int64_t width = getLanes(op, lanes);
      if (auto load = dyn_cast<kernel::LoadOp>(op)) {
        vectorizeLoad(load, width);
      } else if (auto store = dyn_cast<kernel::StoreOp>(op)) {
        vectorizeStore(store, width);
      } else if (auto prefetch = dyn_cast<kernel::PrefetchOp>(op)) {
        lowerPrefetch(prefetch, width);
      } else {
        auto linalgOp = cast<linalg::LinalgOp>(op);
        auto other = dyn_cast_or_null<linalg::LinalgOp>(op->getNextNode());
        if (op->hasAttr("kernel.beside") && other &&
            succeeded(vectorizeBeside(linalgOp, other, width, *unit, packed))) {
          done.insert(other);
          continue;
        }
        if (failed(vectorizePairs(linalgOp, width, *unit, packed)) &&
            failed(vectorizeProduct(linalgOp, width, packed)) &&
            failed(vectorizeGeneric(linalgOp, width)))
          return signalPassFailure();
      }
    }
  }
};

} // namespace
