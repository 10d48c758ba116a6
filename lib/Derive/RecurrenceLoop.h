//===- RecurrenceLoop.h - What the forms of a recurrence share
//-------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_DERIVE_RECURRENCELOOP_H
#define SEQMIX_LIB_DERIVE_RECURRENCELOOP_H

#include "LoopBuilder.h"
#include "seqmix/Derive/Derive.h"

namespace seqmix {

/// The parallel axes of a recurrence's loop: its run-time axes as points, but
/// for `lanes` in tiles; and, if the schedule splits it and nothing sums over
/// it, the value axis in tiles.
llvm::SmallVector<LoopAxis> parallelAxesOf(seq::OperatorOp op,
                                           seq::RecurrenceOp recurrence,
                                           const Schedule &schedule,
                                           mlir::StringAttr lanes = {});

/// Fails with a diagnostic for a result that the recurrence does not determine.
mlir::LogicalResult checkResults(seq::OperatorOp op,
                                 seq::RecurrenceOp recurrence);

/// Adds the operator's operands and results to the loop, if `checkResults`.
mlir::LogicalResult addArrays(LoopBuilder &loop, seq::OperatorOp op,
                              seq::RecurrenceOp recurrence);

/// Makes the arguments of the step stand for its operands.
void aliasInputs(TileBuilder &tiles, seq::RecurrenceOp recurrence);

/// The carry before the first tile: the initial states; or one of them.
mlir::FailureOr<mlir::Value> initialState(LoopBuilder::Region &region,
                                          seq::RecurrenceOp recurrence,
                                          unsigned state);
mlir::FailureOr<llvm::SmallVector<mlir::Value>>
initialCarry(LoopBuilder::Region &region, seq::RecurrenceOp recurrence);

/// Result tiles of the outputs of the step (the region has its step values
/// bound or liftable), appended to `values`.
mlir::LogicalResult appendOutputs(LoopBuilder &loop,
                                  LoopBuilder::Region &region,
                                  seq::OperatorOp op,
                                  seq::RecurrenceOp recurrence,
                                  llvm::SmallVectorImpl<mlir::Value> &values);

/// Result tiles of the final states.
mlir::FailureOr<llvm::SmallVector<mlir::Value>>
finalResults(LoopBuilder &loop, LoopBuilder::Region &region, seq::OperatorOp op,
             seq::RecurrenceOp recurrence);

/// The tile of a state as a tensor with these axes, also where it is a scalar.
mlir::Value carriedTile(TileBuilder &tiles, Tile tile, const Axes &axes);

/// The axes of a state's tile: those of its array that are not points of the
/// loop.
Axes stateAxes(TileBuilder &tiles, seq::RecurrenceOp recurrence,
               unsigned state);

/// The run-time axis along which a recurrence is a scan of independent
/// channels that lie side by side in memory; null if there is none.
mlir::StringAttr laneAxisOf(seq::OperatorOp op, seq::RecurrenceOp recurrence);

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_RECURRENCELOOP_H
