//===- ArgumentStruct.h - The argument struct of docs/ABI.md
//---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_ARGUMENTSTRUCT_H
#define SEQMIX_TARGET_CPU_ARGUMENTSTRUCT_H

#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/Builders.h"

namespace seqmix::cpu {

/// A memref of a type over memory at `pointer`; sizes and strides are i64.
mlir::Value makeMemRef(mlir::OpBuilder &b, mlir::Location loc,
                       mlir::MemRefType type, mlir::Value pointer,
                       llvm::ArrayRef<mlir::Value> sizes,
                       llvm::ArrayRef<mlir::Value> strides);

/// The fields of an entry's argument struct, read at once where it is made;
/// what is not used goes away. Every field is one slot of eight bytes.
class ArgumentStruct {
public:
  ArgumentStruct(kernel::EntryOp entry, mlir::OpBuilder &builder,
                 mlir::Location loc, mlir::Value pointer);

  unsigned numSizes() const { return numberOfSizes; }
  unsigned numArrays() const { return firstSlot.size(); }
  unsigned rank(unsigned array) const { return ranks[array]; }

  /// i64 values.
  mlir::Value size(unsigned index) { return slots[index]; }
  mlir::Value stride(unsigned array, unsigned axis) {
    return slots[firstSlot[array] + 1 + axis];
  }
  mlir::Value workspaceBytes() { return slots[tail + 1]; }
  mlir::Value workers() { return slots[tail + 4]; }
  /// The size of an array's axis: a run-time size or a parameter.
  mlir::Value dim(unsigned array, unsigned axis);

  /// Pointers.
  mlir::Value data(unsigned array) { return slots[firstSlot[array]]; }
  mlir::Value workspace() { return slots[tail]; }
  mlir::Value run() { return slots[tail + 2]; }
  mlir::Value runContext() { return slots[tail + 3]; }

  /// The entry's block arguments as values: sizes as index, arrays as memrefs.
  llvm::SmallVector<mlir::Value> blockArguments();

  /// A memref over memory at `pointer`, row-major.
  mlir::Value scratch(mlir::MemRefType type, mlir::Value pointer);
  /// The workspace that tasks share, of so many bytes (an index).
  mlir::Value shared(mlir::MemRefType type, mlir::Value bytes);

private:
  void load(mlir::Value pointer, bool isPointer);

  kernel::EntryOp entry;
  mlir::OpBuilder &b;
  mlir::Location loc;
  unsigned numberOfSizes;
  llvm::SmallVector<mlir::Value> slots;
  llvm::SmallVector<unsigned> firstSlot;
  llvm::SmallVector<unsigned> ranks;
  /// The slot of `workspace`.
  unsigned tail;
};

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_ARGUMENTSTRUCT_H
