//===- Expression.h - Formulas of sizes in attributes ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An expression of docs/ABI.md as an attribute: an integer, a string (the name
// of a size), or a dictionary of one entry such as `{mul = [4096, "B"]}`.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_EMIT_EXPRESSION_H
#define SEQMIX_LIB_EMIT_EXPRESSION_H

#include "mlir/IR/Attributes.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/JSON.h"

#include <string>

namespace seqmix {

/// Checks that the attribute is an expression whose names `isName` knows.
/// If it is not, says why in `why`.
bool isExpression(mlir::Attribute attr,
                  llvm::function_ref<bool(llvm::StringRef)> isName,
                  std::string &why);

/// The manifest's form of an expression.
llvm::json::Value toJSON(mlir::Attribute expression);

/// An expression for people to read: `ceildiv(T, 64) * B`.
std::string toText(mlir::Attribute expression);

} // namespace seqmix

#endif // SEQMIX_LIB_EMIT_EXPRESSION_H
