//===- Interpret.h - From a program and files to files ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TOOLS_SEQMIX_INTERP_INTERPRET_H
#define SEQMIX_TOOLS_SEQMIX_INTERP_INTERPRET_H

#include "mlir/IR/BuiltinOps.h"

#include <map>
#include <string>
#include <vector>

namespace seqmix::interp {

/// What the command line says.
struct Request {
  /// The operator or entry, if there are several.
  std::string name;
  /// Interpret an entry, deriving it from the operator if there is one.
  bool atStream = false;
  /// Options of the pass that derives it.
  std::string derivation;
  /// Sequences are packed.
  bool packed = false;
  /// Parameters, as NAME=VALUE, and the element type of all that are types.
  std::vector<std::string> params;
  std::string element;
  /// Files by operand and by result.
  std::map<std::string, std::string> inputs, outputs;
};

/// Prints diagnostics and fails, or writes all results asked for.
mlir::LogicalResult interpret(mlir::ModuleOp module, const Request &request);

} // namespace seqmix::interp

#endif // SEQMIX_TOOLS_SEQMIX_INTERP_INTERPRET_H
