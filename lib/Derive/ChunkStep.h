//===- ChunkStep.h - One chunk of the carries of a step ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_DERIVE_CHUNKSTEP_H
#define SEQMIX_LIB_DERIVE_CHUNKSTEP_H

#include "Chunk.h"

namespace seqmix {

/// One chunk of carries: each in its turn, so that what it gives at each token
/// is known to those after it.
class ChunkStep {
public:
  /// `carry` has a value a state; null for states that nothing asked for needs.
  ChunkStep(TileBuilder &tiles, seq::RecurrenceOp op, const StepForm &form,
            llvm::ArrayRef<mlir::Value> carry)
      : tiles(tiles), op(op), form(form), carry(carry) {
    tiles.setRowAxis(op.getSequenceAttr());
  }

  /// Gives the carries after the chunk, by state, and with `outputs` binds what
  /// the outputs need.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> absorb(bool outputs);

  /// The chunk of a state, after `absorb`.
  Chunk &chunkOf(unsigned state) { return *chunks.find(state)->second; }
  ChunkMaximum &maximumOf(unsigned state) {
    return *maxima.find(state)->second;
  }

private:
  bool isThere(const CarryForm &own) const {
    return static_cast<bool>(carry[own.state]);
  }
  void collectNeeded(mlir::Value value, const CarryForm *own,
                     llvm::DenseSet<mlir::Value> &visited);
  void collectNeeded(bool outputs);
  bool isReady(mlir::Value value);
  bool bindReads(const CarryForm &own, bool &bound);

  TileBuilder &tiles;
  seq::RecurrenceOp op;
  const StepForm &form;
  llvm::ArrayRef<mlir::Value> carry;
  llvm::DenseSet<mlir::Value> needed;
  llvm::DenseMap<unsigned, std::unique_ptr<Chunk>> chunks;
  llvm::DenseMap<unsigned, std::unique_ptr<ChunkMaximum>> maxima;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_CHUNKSTEP_H
