//===- Arguments.h - The argument struct as slots ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_ARGUMENTS_H
#define SEQMIX_LIB_RUNTIME_ARGUMENTS_H

#include "Executable.h"
#include "ThreadPool.h"

#include <cstdint>
#include <vector>

namespace seqmix::runtime {

/// `struct seqmix_<op>_args` as an array of 64-bit slots; docs/ABI.md gives the
/// order.
class Arguments {
public:
  /// Fills in sizes, data pointers and strides. The rest is zero.
  explicit Arguments(const Invocation &invocation);

  /// Replaces the data pointer and strides of array `index`, e.g. by those of a
  /// copy on a device.
  void setArray(size_t index, uint64_t address, const Layout &layout);
  void setWorkspace(uint64_t address, int64_t bytes);
  void setParallelFor(ParallelFor run, void *context, int64_t workers);

  /// The struct to give to an entry.
  const void *getStruct() const { return slots.data(); }

  const std::vector<uint64_t> &getSlots() const { return slots; }

  /// The slots up to workspace_bytes: the parameters of a kernel.
  std::vector<uint64_t *> getKernelParameters();

private:
  std::vector<uint64_t> slots;
  /// The slot of each array's data pointer.
  std::vector<size_t> arraySlots;
  size_t workspaceSlot = 0;
};

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_ARGUMENTS_H
