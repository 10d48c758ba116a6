//===- DumpIR.h - The IR after each pass, in files -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_DRIVER_DUMPIR_H
#define SEQMIX_LIB_DRIVER_DUMPIR_H

#include "mlir/Pass/PassInstrumentation.h"
#include "llvm/ADT/StringRef.h"

#include <memory>
#include <string>

namespace mlir {
class Operation;
} // namespace mlir

namespace seqmix {

/// A folder of numbered files: `00-parse.mlir`, `01-<pass>.mlir`, …
class IRDumper {
public:
  explicit IRDumper(std::string folder) : folder(std::move(folder)) {}

  /// Makes the folder if it is not there. On failure there is an error.
  void makeFolder();

  /// Writes the module that the operation lies in, under the next number.
  /// `isValid` is false after a pass failed: the text is then the generic form.
  void dump(llvm::StringRef name, mlir::Operation *op, bool isValid = true);

  /// What a `dump` could not do, or empty.
  llvm::StringRef getError() const { return error; }

  /// Dumps after each pass of a pass manager.
  std::unique_ptr<mlir::PassInstrumentation> makeInstrumentation();

private:
  std::string folder;
  unsigned number = 0;
  std::string error;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DRIVER_DUMPIR_H
