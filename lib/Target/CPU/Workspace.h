//===- Workspace.h - How large a worker's scratch is
//-----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_WORKSPACE_H
#define SEQMIX_TARGET_CPU_WORKSPACE_H

#include "dialects/Kernel/Kernel.h"

namespace seqmix::cpu {

/// Bytes of workspace a worker needs: near and far scratch of the largest task,
/// each a multiple of 64.
int64_t getWorkspaceSlice(kernel::EntryOp entry);

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_WORKSPACE_H
