//===- SeqDialect.cpp - Registration of the seq dialect -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/Seq.h"
#include "dialects/Seq/ops/ApplyBufferization.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace seqmix::seq;

#include "dialects/Seq/SeqDialect.cpp.inc"
#include "dialects/Seq/SeqInterfaces.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Seq/SeqTypes.cpp.inc"

void SeqDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/Seq/SeqTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/Seq/SeqOps.cpp.inc"
      >();
  attachApplyBufferization(getContext());
}
