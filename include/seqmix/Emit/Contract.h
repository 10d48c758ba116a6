//===- Contract.h - The entries of one operator ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The header and the manifest are written from kernel.entry alone. A contract
// is the entries of one operator after it is certain that they can share one
// argument struct.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_EMIT_CONTRACT_H
#define SEQMIX_EMIT_CONTRACT_H

#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/IR/Types.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <utility>

namespace seqmix {

/// One array of the argument struct.
struct ContractArray {
  llvm::StringRef name;
  llvm::SmallVector<llvm::StringRef> axes;
  /// `f32`, `bf16`, `f16` or `i32`.
  llvm::StringRef elem;
  bool isResult = false;
  /// For a result: the operand whose buffer it may be, or empty.
  llvm::StringRef mayAlias;
  /// One entry, e.g. `{unit = "K"}`, or null.
  mlir::DictionaryAttr domain;
  /// The operand that what is drawn from the domain multiplies, or empty.
  llvm::StringRef drawnOf;
};

/// A rule about sizes: lhs divides rhs, or lhs is rhs.
struct ContractRule {
  llvm::StringRef lhs;
  llvm::StringRef rhs;
};

struct Contract {
  llvm::StringRef operatorName;
  llvm::SmallVector<llvm::StringRef> sizes;
  llvm::SmallVector<ContractRule> divides;
  llvm::SmallVector<ContractRule> equals;
  /// Integer parameters, and the element type (empty if nothing states it).
  llvm::SmallVector<std::pair<llvm::StringRef, int64_t>> params;
  llvm::StringRef elem;
  llvm::SmallVector<ContractArray> arrays;
  llvm::SmallVector<kernel::EntryOp> entries;

  /// Whether the entries are kernels of a device instead of functions.
  bool isDevice() const;
};

/// Reads the contract of the one operator whose entries the module holds. Emits
/// an error if there is none, if there are several operators, or if entries of
/// one operator differ in what they share.
mlir::FailureOr<Contract> readContract(mlir::ModuleOp module);

/// A module with the entries of `module`, without bodies: what Emit needs once
/// Target has consumed them.
mlir::OwningOpRef<mlir::ModuleOp> copyContract(mlir::ModuleOp module);

/// The name of an element type of the ABI, or empty if it has none.
llvm::StringRef getElementName(mlir::Type type);

} // namespace seqmix

#endif // SEQMIX_EMIT_CONTRACT_H
