//===- ShortTypes.h - The short form of array types -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `[B, T, K] x E`: the form in which ops of the dialect write array types.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_DIALECTS_SEQ_OPS_SHORTTYPES_H
#define SEQMIX_DIALECTS_SEQ_OPS_SHORTTYPES_H

#include "dialects/Seq/Seq.h"

namespace seqmix::seq {

/// `[axis, …] (x element)?`; the element type is f32 where it is left out, and
/// a bare name that is no builtin type is a type parameter.
mlir::ParseResult parseShortType(mlir::AsmParser &parser, mlir::Type &type);
void printShortType(mlir::AsmPrinter &printer, mlir::Type type);

/// A bare name; `what` says in the error what it should name.
mlir::ParseResult parseName(mlir::AsmParser &parser, llvm::StringRef &name,
                            llvm::StringRef what);

// Hooks of the declarative assembly format.
inline mlir::ParseResult parseShortType(mlir::OpAsmParser &parser,
                                        mlir::Type &type) {
  return parseShortType(static_cast<mlir::AsmParser &>(parser), type);
}
inline void printShortType(mlir::OpAsmPrinter &printer, mlir::Operation *,
                           mlir::Type type) {
  printShortType(printer, type);
}
mlir::ParseResult parseShortTypes(mlir::AsmParser &parser,
                                  llvm::SmallVectorImpl<mlir::Type> &types);
void printShortTypes(mlir::OpAsmPrinter &printer, mlir::Operation *,
                     mlir::TypeRange types);

/// Positions have one type, `[] x index`, which is therefore not written.
mlir::ParseResult parsePositionTypes(
    mlir::OpAsmParser &parser,
    llvm::ArrayRef<mlir::OpAsmParser::UnresolvedOperand> positions,
    llvm::SmallVectorImpl<mlir::Type> &types);
void printPositionTypes(mlir::OpAsmPrinter &printer, mlir::Operation *,
                        mlir::OperandRange positions, mlir::TypeRange types);

} // namespace seqmix::seq

#endif // SEQMIX_DIALECTS_SEQ_OPS_SHORTTYPES_H
