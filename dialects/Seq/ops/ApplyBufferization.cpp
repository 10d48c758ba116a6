//===- ApplyBufferization.cpp - seq.apply from tensors to buffers ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/ops/ApplyBufferization.h"
#include "dialects/Seq/Seq.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"

using namespace mlir;
using namespace seqmix::seq;
using bufferization::AnalysisState;
using bufferization::BufferizationOptions;
using bufferization::BufferizationState;

namespace {

struct ApplyModel
    : bufferization::DstBufferizableOpInterfaceExternalModel<ApplyModel,
                                                             ApplyOp> {
  /// Every element of an output is written, none is read.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return !cast<ApplyOp>(op).isDpsInit(&operand);
  }

  /// A final state may stay in the buffer of its initial state.
  bool isNotConflicting(Operation *op, OpOperand *read, OpOperand *write,
                        const AnalysisState &) const {
    auto apply = cast<ApplyOp>(op);
    if (read->getOwner() != op || write->getOwner() != op ||
        read->get() != write->get() || !apply.isDpsInit(write))
      return false;
    auto callee = SymbolTable::lookupNearestSymbolFrom<OperatorOp>(
        op, apply.getCalleeAttr());
    if (!callee)
      return false;
    unsigned result = apply.getTiedOpResult(write).getResultNumber();
    std::optional<unsigned> initial = callee.getInitialState(result);
    return initial && *initial == read->getOperandNumber();
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto apply = cast<ApplyOp>(op);
    if (!apply.hasPureTensorSemantics())
      return success();
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    auto buffersOf = [&](ValueRange tensors, SmallVector<Value> &buffers) {
      for (Value tensor : tensors) {
        FailureOr<Value> buffer =
            bufferization::getBuffer(rewriter, tensor, options, state);
        if (failed(buffer))
          return failure();
        buffers.push_back(*buffer);
      }
      return success();
    };
    SmallVector<Value> inputs, outputs;
    if (failed(buffersOf(apply.getInputs(), inputs)) ||
        failed(buffersOf(apply.getOutputs(), outputs)))
      return failure();
    ApplyOp::create(rewriter, op->getLoc(), TypeRange(), apply.getCallee(),
                    inputs, outputs);
    bufferization::replaceOpWithBufferizedValues(rewriter, op, outputs);
    return success();
  }
};

} // namespace

void seqmix::seq::attachApplyBufferization(MLIRContext *context) {
  ApplyOp::attachInterface<ApplyModel>(*context);
}
