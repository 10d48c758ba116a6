//===- Derive.h - The derivations and what they may be told -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DERIVE_DERIVE_H
#define SEQMIX_DERIVE_DERIVE_H

#include "dialects/Kernel/Kernel.h"
#include "dialects/Seq/Packing.h"
#include "dialects/Seq/Seq.h"
#include "seqmix/Derive/StepForm.h"

namespace seqmix {

/// How the forms are derived: tile sizes, which are no part of the meaning, and
/// whether sequences are packed.
struct Schedule {
  int64_t chunk = 64;       ///< tokens a chunk of a recurrence
  int64_t valueTile = 0;    ///< value channels a task takes; 0: all
  int64_t laneState = 2048; ///< state elements a task of a scan takes
  int64_t queryTile = 64;   ///< queries a tile of attention
  int64_t queryGroup = 1;   ///< tiles of queries a task takes
  int64_t keyTile = 64;     ///< keys a tile of attention
  int64_t split = 1;        ///< parts of a sequence at most, each on its own
  /// The axes that packing changes, if sequences are packed.
  std::optional<seq::Packing> packing;
};

/// Each derivation builds one kernel.entry at the builder's insertion point
/// from an operator whose parameters are set, or fails with a diagnostic.

/// The chunkwise-parallel form of a recurrence that is affine in its state.
mlir::FailureOr<kernel::EntryOp>
deriveChunkwise(mlir::OpBuilder &b, seq::OperatorOp op,
                seq::RecurrenceOp recurrence, const StepForm &form,
                const Schedule &schedule, llvm::StringRef symbol);

/// The step applied token by token: any recurrence. With `single` the entry
/// takes one token only.
mlir::FailureOr<kernel::EntryOp>
deriveSequential(mlir::OpBuilder &b, seq::OperatorOp op,
                 seq::RecurrenceOp recurrence, const Schedule &schedule,
                 llvm::StringRef symbol, bool single,
                 llvm::ArrayRef<std::string> report);

/// Attention as a stream over key tiles.
mlir::FailureOr<kernel::EntryOp> deriveAttention(mlir::OpBuilder &b,
                                                 seq::OperatorOp op,
                                                 seq::AttentionOp attention,
                                                 const Schedule &schedule,
                                                 llvm::StringRef symbol);

} // namespace seqmix

#endif // SEQMIX_DERIVE_DERIVE_H
