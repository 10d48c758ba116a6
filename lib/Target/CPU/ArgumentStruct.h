//===- ArgumentStruct.h - The argument struct of docs/ABI.md
//---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_ARGUMENTSTRUCT_H
#define SEQMIX_TARGET_CPU_ARGUMENTSTRUCT_H

#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/Builders.h"

namespace seqmix::cpu {

/// The fields of an entry's argument struct, read as they are asked for. Every
/// field is one slot of eight bytes.
class ArgumentStruct {
public:
  ArgumentStruct(kernel::EntryOp entry, mlir::OpBuilder &builder,
                 mlir::Location loc, mlir::Value pointer);

  unsigned numSizes() const { return numberOfSizes; }
  unsigned numArrays() const { return firstSlot.size(); }
  unsigned rank(unsigned array) const { return ranks[array]; }

  /// i64 values.
  mlir::Value size(unsigned index);
  mlir::Value stride(unsigned array, unsigned axis);
  mlir::Value workspaceBytes() { return load(tail + 1, false); }
  mlir::Value workers() { return load(tail + 4, false); }
  /// The size of an array's axis: a run-time size or a parameter.
  mlir::Value dim(unsigned array, unsigned axis);

  /// Pointers.
  mlir::Value data(unsigned array) { return load(firstSlot[array], true); }
  mlir::Value workspace() { return load(tail, true); }
  mlir::Value run() { return load(tail + 2, true); }
  mlir::Value runContext() { return load(tail + 3, true); }

  /// The entry's block arguments as values: sizes as index, arrays as memrefs.
  llvm::SmallVector<mlir::Value> blockArguments();

  /// A memref over memory at `pointer`, row-major.
  mlir::Value scratch(mlir::MemRefType type, mlir::Value pointer);

private:
  mlir::Value load(unsigned slot, bool isPointer);
  mlir::Value memref(mlir::MemRefType type, mlir::Value pointer,
                     llvm::ArrayRef<mlir::Value> sizes,
                     llvm::ArrayRef<mlir::Value> strides);

  kernel::EntryOp entry;
  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::Value pointer;
  unsigned numberOfSizes;
  llvm::SmallVector<unsigned> firstSlot;
  llvm::SmallVector<unsigned> ranks;
  /// The slot of `workspace`.
  unsigned tail;
};

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_ARGUMENTSTRUCT_H
