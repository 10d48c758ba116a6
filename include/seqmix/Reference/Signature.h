//===- Signature.h - Arrays, sizes and rules of a program -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an operator and an entry have in common: named sizes, parameters, rules
// and arrays.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_REFERENCE_SIGNATURE_H
#define SEQMIX_REFERENCE_SIGNATURE_H

#include "dialects/Seq/Packing.h"
#include "seqmix/Reference/Interpreter.h"

namespace seqmix::reference {

struct ArrayDeclaration {
  std::string name;
  std::vector<std::string> axes;
  /// The type that stores an element, parameters resolved.
  mlir::Type element;
};

struct Signature {
  mlir::Operation *op;
  std::vector<std::string> sizes;
  /// Integer parameters.
  Sizes params;
  /// `divides["HK"]` is "H"; `equals["S"]` is "T".
  std::map<std::string, std::string> divides, equals;
  std::vector<ArrayDeclaration> operands, results;
};

Signature getSignature(seq::OperatorOp op);
Signature getSignature(kernel::EntryOp op);
/// That of the operator when its sequences are packed.
Signature getSignature(seq::OperatorOp op, const seq::Packing &packing);

mlir::FailureOr<Sizes> inferSizes(const Signature &signature,
                                  llvm::ArrayRef<Array> operands,
                                  const Sizes &known);

/// The integer or type that a parameter stands for, itself or through another.
mlir::Attribute resolveParameter(mlir::DictionaryAttr params,
                                 llvm::StringRef name);

/// An array of a declaration, its elements NaN.
Array makeArray(const ArrayDeclaration &declaration, const Sizes &sizes);

} // namespace seqmix::reference

#endif // SEQMIX_REFERENCE_SIGNATURE_H
