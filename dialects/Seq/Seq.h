//===- Seq.h - The seq dialect --------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one header to include for the types and ops of the seq dialect.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_DIALECTS_SEQ_SEQ_H
#define SEQMIX_DIALECTS_SEQ_SEQ_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include <optional>

#include "dialects/Seq/SeqDialect.h.inc"
#include "dialects/Seq/SeqInterfaces.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Seq/SeqTypes.h.inc"

#define GET_OP_CLASSES
#include "dialects/Seq/SeqOps.h.inc"

#endif // SEQMIX_DIALECTS_SEQ_SEQ_H
