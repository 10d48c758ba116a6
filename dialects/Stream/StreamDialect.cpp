//===- StreamDialect.cpp - Registration of the stream dialect -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Stream/Stream.h"

#include "mlir/IR/Builders.h"

using namespace seqmix::stream;

#include "dialects/Stream/StreamDialect.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/Stream/StreamOps.cpp.inc"

void StreamDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Stream/StreamOps.cpp.inc"
      >();
}
