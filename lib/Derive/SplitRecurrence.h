//===- SplitRecurrence.h - Parts of a recurrence ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Three loops in place of one. Each part of the sequence finds what it makes of
// a carry that holds nothing, and its map of the carry; a stream over the parts
// then gives each its carry to begin with; and with that, each part runs as the
// whole would. What the first loop needs of a carry may be known only with
// another one at hand (a gate computed from what was read, or a scale under a
// running maximum): carries have levels, and the first two loops come once a
// level.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_DERIVE_SPLITRECURRENCE_H
#define SEQMIX_LIB_DERIVE_SPLITRECURRENCE_H

#include "Parts.h"
#include "Transition.h"

namespace seqmix {

class SplitRecurrence {
public:
  SplitRecurrence(mlir::OpBuilder &b, seq::OperatorOp op,
                  seq::RecurrenceOp recurrence, const StepForm &form,
                  const Schedule &schedule);

  /// Whether every carry has a map that composes; if not, a diagnostic says
  /// which op prevents it.
  mlir::LogicalResult check();
  /// One line for people.
  std::string describe() const;
  /// Builds the loops in an entry.
  mlir::LogicalResult build(kernel::EntryOp entry);

private:
  /// A carry of the step between loops.
  struct Carry {
    Carry(seq::RecurrenceOp op, const CarryForm &form)
        : form(&form), transition(op, form) {}

    const CarryForm *form;
    Transition transition;
    /// How many carries that need each other come before it, and which of them
    /// its own map needs, themselves or through others.
    unsigned level = 0;
    llvm::DenseSet<unsigned> needs; // states
    /// What each part makes of nothing, the tiles of its map, and what it
    /// begins with.
    PartArray rest;
    llvm::SmallVector<PartArray> map;
    PartArray before;
  };

  void findNeeds(Carry &carry);
  void makeArrays(kernel::EntryOp entry);
  mlir::LogicalResult buildParts(kernel::EntryOp entry, unsigned level);
  mlir::LogicalResult buildLink(kernel::EntryOp entry, unsigned level);
  mlir::LogicalResult buildOutputs(kernel::EntryOp entry);

  const seq::Packing *packing() const {
    return schedule.packing ? &*schedule.packing : nullptr;
  }
  llvm::SmallVector<LoopAxis> loopAxes();
  void addOperands(LoopBuilder &loop, llvm::ArrayRef<mlir::Value> values);
  bool isOutput(unsigned result);
  llvm::SmallVector<Carry *> carriesOf(unsigned level);
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  range(LoopBuilder::Region &region);

  mlir::OpBuilder &b;
  seq::OperatorOp op;
  seq::RecurrenceOp recurrence;
  const StepForm &form;
  const Schedule &schedule;
  std::vector<Carry> carries;
  unsigned levels = 1;
  Parts parts;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_SPLITRECURRENCE_H
