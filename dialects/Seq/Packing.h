//===- Packing.h - Which axes packed sequences change -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Packed, an operator takes many sequences of different lengths one after the
// other along its sequence axis, in a batch of 1, and one more operand that
// says where each begins. Arrays without the sequence axis that have the batch
// axis have the number of sequences in its place. Each sequence means what the
// operator means on it alone.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_DIALECTS_SEQ_PACKING_H
#define SEQMIX_DIALECTS_SEQ_PACKING_H

#include "dialects/Seq/Seq.h"

namespace seqmix::seq {

struct Packing {
  /// The operand with the positions: it has one element more than sequences.
  static constexpr llvm::StringLiteral offsets = "cu_seqlens";

  /// The axis that is 1.
  mlir::StringAttr batch;
  /// The axis in its place: N, or another name where the operator has an N.
  mlir::StringAttr count;
  /// The size that all packed tokens add up to, and another sequence that is
  /// as long (the keys of attention), if that is a size of its own.
  mlir::StringAttr total, other;

  /// Whether sequences are packed along an axis of the operator.
  bool isPacked(OperatorOp op, mlir::StringAttr axis) const;
  bool isPacked(OperatorOp op, ArrayType type) const;
  /// The axes of an array when packed.
  llvm::SmallVector<mlir::StringAttr> getAxes(OperatorOp op,
                                              ArrayType type) const;
  /// The operator's run-time sizes when packed: its own but `other`, which is
  /// `total`, and the number of sequences.
  mlir::ArrayAttr getSizes(OperatorOp op) const;
  /// The operator's rules `S = T` when packed.
  mlir::DictionaryAttr getEquals(OperatorOp op) const;
};

/// The axes that packing changes, or a diagnostic that says why the operator
/// cannot be packed.
mlir::FailureOr<Packing> getPacking(OperatorOp op);

} // namespace seqmix::seq

#endif // SEQMIX_DIALECTS_SEQ_PACKING_H
