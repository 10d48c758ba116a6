//===- FixSizes.cpp - Sizes that an entry requires are numbers ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Tile/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/PatternMatch.h"

namespace seqmix {
#define GEN_PASS_DEF_FIXSIZES
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

struct FixSizesPass : seqmix::impl::FixSizesBase<FixSizesPass> {
  void runOnOperation() override {
    kernel::EntryOp entry = getOperation();
    OpBuilder builder = OpBuilder::atBlockBegin(&entry.getBody().front());
    for (NamedAttribute size : entry.getRequire()) {
      auto value = dyn_cast<IntegerAttr>(size.getValue());
      Value argument = entry.getSize(size.getName());
      if (!value || !argument || argument.use_empty())
        continue;
      argument.replaceAllUsesWith(arith::ConstantIndexOp::create(
          builder, entry.getLoc(), value.getInt()));
    }
    SmallVector<scf::ForOp> loops;
    entry.walk([&](scf::ForOp loop) { loops.push_back(loop); });
    IRRewriter rewriter(&getContext());
    for (scf::ForOp loop : loops)
      (void)loop.promoteIfSingleIteration(rewriter);
  }
};

} // namespace
