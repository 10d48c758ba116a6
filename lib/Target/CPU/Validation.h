//===- Validation.h - What an entry checks before it runs
//------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_VALIDATION_H
#define SEQMIX_TARGET_CPU_VALIDATION_H

#include "lib/Target/CPU/ArgumentStruct.h"

namespace seqmix::cpu {

/// Builds the checks of docs/ABI.md, in its order, without a branch.
class Validation {
public:
  Validation(kernel::EntryOp entry, ArgumentStruct &arguments,
             mlir::OpBuilder &builder, mlir::Location loc)
      : entry(entry), arguments(arguments), b(builder), loc(loc) {}

  /// i1: a size is negative or breaks a rule.
  mlir::Value badSize();

  /// i64: bytes of workspace, for `shared` bytes (i64) and `slice` bytes a
  /// worker.
  mlir::Value workspaceBytes(mlir::Value shared, int64_t slice,
                             mlir::Value workers);

  /// i32: 0, or the code of the first check that fails.
  mlir::Value code(mlir::Value shared, int64_t slice);

private:
  struct Range {
    mlir::Value begin, end, nonEmpty;
  };

  mlir::Value constant(int64_t value);
  mlir::Value boolean(bool value);
  mlir::Value compare(llvm::StringRef predicate, mlir::Value x, mlir::Value y);
  mlir::Value either(mlir::Value x, mlir::Value y);
  mlir::Value both(mlir::Value x, mlir::Value y);
  mlir::Value address(mlir::Value pointer);
  mlir::Value sizeOf(mlir::StringAttr name);
  /// The bytes from an array's first element to past its last.
  Range range(unsigned array);
  mlir::Value nullData(llvm::ArrayRef<Range> ranges);
  mlir::Value badStride();
  mlir::Value badWorkspace(mlir::Value shared, int64_t slice);
  mlir::Value overlap(llvm::ArrayRef<Range> ranges);
  mlir::Value isSameBuffer(unsigned result, unsigned other);

  kernel::EntryOp entry;
  ArgumentStruct &arguments;
  mlir::OpBuilder &b;
  mlir::Location loc;
};

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_VALIDATION_H
