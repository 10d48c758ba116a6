//===- FuseReductions.cpp - Reductions done with what they reduce ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Tile/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace seqmix {
#define GEN_PASS_DEF_FUSEREDUCTIONS
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

//===----------------------------------------------------------------------===//
// Decision
//===----------------------------------------------------------------------===//

/// The elementwise op whose result an operand of a reduction is, if both run
/// over the same points and nothing else reads that result before.
static linalg::GenericOp getProducer(linalg::GenericOp reduction,
                                     OpOperand &operand) {
  auto producer = operand.get().getDefiningOp<linalg::GenericOp>();
  if (!producer || producer->getBlock() != reduction->getBlock() ||
      producer->getNumResults() != 1 ||
      producer.getNumParallelLoops() != producer.getNumLoops() ||
      producer.getNumLoops() != reduction.getNumLoops() ||
      !producer.getIndexingMapMatchingResult(producer->getResult(0))
           .isIdentity() ||
      !reduction.getMatchingIndexingMap(&operand).isPermutation())
    return {};
  bool isFirst = llvm::all_of(producer->getUses(), [&](OpOperand &use) {
    Operation *user =
        reduction->getBlock()->findAncestorOpInBlock(*use.getOwner());
    return &use == &operand ||
           (user && user != reduction && reduction->isBeforeInBlock(user));
  });
  return isFirst ? producer : linalg::GenericOp();
}

//===----------------------------------------------------------------------===//
// Rewrite
//===----------------------------------------------------------------------===//

/// One op with both results, in place of the reduction, whose loops come into
/// the producer's order.
static void fuse(linalg::GenericOp producer, linalg::GenericOp reduction,
                 OpOperand &operand) {
  SmallVector<unsigned> order;
  for (AffineExpr loop :
       reduction.getMatchingIndexingMap(&operand).getResults())
    order.push_back(cast<AffineDimExpr>(loop).getPosition());
  IRRewriter rewriter(reduction.getContext());
  rewriter.setInsertionPoint(reduction);
  reduction = *linalg::interchangeGenericOp(rewriter, reduction, order);
  SmallVector<Value> inputs(producer.getInputs());
  SmallVector<AffineMap> maps = producer.getIndexingMapsArray();
  AffineMap elementMap = maps.pop_back_val();
  for (OpOperand *input : reduction.getDpsInputOperands()) {
    if (input == &operand)
      continue;
    inputs.push_back(input->get());
    maps.push_back(reduction.getMatchingIndexingMap(input));
  }
  maps.push_back(elementMap);
  SmallVector<Value> outputs(producer.getOutputs());
  for (OpOperand &init : reduction.getDpsInitsMutable()) {
    outputs.push_back(init.get());
    maps.push_back(reduction.getMatchingIndexingMap(&init));
  }
  SmallVector<Type> types(producer->getResultTypes());
  llvm::append_range(types, reduction->getResultTypes());

  OpBuilder builder(reduction);
  auto fused = linalg::GenericOp::create(
      builder, reduction.getLoc(), types, inputs, outputs, maps,
      reduction.getIteratorTypesArray(),
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        auto next = arguments.begin();
        IRMapping mapping;
        Block &first = *producer.getBlock(), &second = *reduction.getBlock();
        for (unsigned i = 0; i < producer.getNumDpsInputs(); ++i)
          mapping.map(first.getArgument(i), *next++);
        unsigned read = operand.getOperandNumber();
        for (unsigned i = 0; i < reduction.getNumDpsInputs(); ++i)
          if (i != read)
            mapping.map(second.getArgument(i), *next++);
        mapping.map(first.getArguments().back(), *next++);
        for (unsigned i = reduction.getNumDpsInputs();
             i < second.getNumArguments(); ++i)
          mapping.map(second.getArgument(i), *next++);
        for (Operation &op : first.without_terminator())
          b.clone(op, mapping);
        SmallVector<Value> yields{
            mapping.lookupOrDefault(first.getTerminator()->getOperand(0))};
        mapping.map(second.getArgument(read), yields[0]);
        for (Operation &op : second.without_terminator())
          b.clone(op, mapping);
        for (Value value : second.getTerminator()->getOperands())
          yields.push_back(mapping.lookupOrDefault(value));
        linalg::YieldOp::create(b, loc, yields);
      });
  reduction->replaceAllUsesWith(fused->getResults().drop_front());
  producer->getResult(0).replaceAllUsesWith(fused->getResult(0));
  reduction.erase();
  producer.erase();
}

namespace {

struct FuseReductionsPass
    : seqmix::impl::FuseReductionsBase<FuseReductionsPass> {
  void runOnOperation() override {
    SmallVector<linalg::GenericOp> reductions;
    getOperation().walk([&](linalg::GenericOp op) {
      if (op.hasPureTensorSemantics() && op.getNumReductionLoops() > 0)
        reductions.push_back(op);
    });
    for (linalg::GenericOp reduction : reductions)
      for (OpOperand *operand : reduction.getDpsInputOperands())
        if (linalg::GenericOp producer = getProducer(reduction, *operand)) {
          fuse(producer, reduction, *operand);
          break;
        }
  }
};

} // namespace
