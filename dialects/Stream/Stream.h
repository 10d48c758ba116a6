//===- Stream.h - The stream dialect ----------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one header to include for the stream dialect.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_DIALECTS_STREAM_STREAM_H
#define SEQMIX_DIALECTS_STREAM_STREAM_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/Stream/StreamDialect.h.inc"

#define GET_OP_CLASSES
#include "dialects/Stream/StreamOps.h.inc"

#endif // SEQMIX_DIALECTS_STREAM_STREAM_H
