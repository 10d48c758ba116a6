//===- KernelOps.td - Table of contents of the kernel dialect's ops --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_KERNEL_KERNELOPS_TD
#define SEQMIX_DIALECTS_KERNEL_KERNELOPS_TD

include "dialects/Kernel/ops/Entry.td"
include "dialects/Kernel/ops/Call.td"
include "dialects/Kernel/ops/Parallel.td"
include "dialects/Kernel/ops/Move.td"

#endif // SEQMIX_DIALECTS_KERNEL_KERNELOPS_TD
