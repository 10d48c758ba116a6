//===- ApplyBufferization.h - seq.apply from tensors to buffers -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_OPS_APPLYBUFFERIZATION_H
#define SEQMIX_DIALECTS_SEQ_OPS_APPLYBUFFERIZATION_H

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace seqmix::seq {

/// Gives seq.apply its BufferizableOpInterface. The dialect does this itself,
/// so that to register the dialect is all that One-Shot Bufferize needs.
void attachApplyBufferization(mlir::MLIRContext *context);

} // namespace seqmix::seq

#endif // SEQMIX_DIALECTS_SEQ_OPS_APPLYBUFFERIZATION_H
