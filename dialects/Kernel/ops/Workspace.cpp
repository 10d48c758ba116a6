//===- Workspace.cpp - Verifier of kernel.workspace -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"

using namespace mlir;
using namespace seqmix::kernel;

WorkspaceOp WorkspaceOp::find(EntryOp entry) {
  auto ops = entry.getBody().getOps<WorkspaceOp>();
  return ops.empty() ? WorkspaceOp() : *ops.begin();
}

LogicalResult WorkspaceOp::verify() {
  // workspace_c1
  if (find(cast<EntryOp>((*this)->getParentOp())) != *this)
    return emitOpError("expected one workspace in an entry, found another");
  auto type = cast<MemRefType>(getResult().getType());
  if (type.hasStaticShape() || type.getMemorySpace() ||
      !type.getLayout().isIdentity())
    return emitOpError("expected a result of type memref<?xi8>, found ")
           << type;
  return success();
}
