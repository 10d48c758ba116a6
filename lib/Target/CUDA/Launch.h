//===- Launch.h - How an entry is launched
//-----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CUDA_LAUNCH_H
#define SEQMIX_TARGET_CUDA_LAUNCH_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Support/LLVM.h"
#include <string>

namespace seqmix {
namespace kernel {
class EntryOp;
class ParallelOp;
} // namespace kernel

namespace cuda {

/// Threads of a block: eight warps.
constexpr int64_t kThreads = 256;

/// Blocks of a launch whose tasks have far scratch: each block does several
/// tasks in turn, so that the workspace has a bound. More than run at a time.
constexpr int64_t kMaxBlocks = 1024;

/// Bytes of dynamic shared memory that a block can have.
int64_t getSharedLimit(llvm::StringRef arch);

/// Bytes of scratch of one task; a task's far scratch starts on 64 bytes.
int64_t getNearBytes(kernel::ParallelOp parallel);
int64_t getFarBytes(kernel::ParallelOp parallel);

/// The symbol of an entry's i-th kernel: the entry's, then with _1, _2, ….
std::string getKernelName(kernel::EntryOp entry, unsigned i);

/// What the manifest says of an entry's launches: `launches` and `workspace` of
/// docs/ABI.md, from the arithmetic that computes the grids.
mlir::FailureOr<mlir::DictionaryAttr> describeLaunch(kernel::EntryOp entry,
                                                     llvm::StringRef arch);

} // namespace cuda
} // namespace seqmix

#endif // SEQMIX_TARGET_CUDA_LAUNCH_H
