//===- Arguments.cpp - The argument struct as slots -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Arguments.h"

using namespace seqmix::runtime;

static_assert(sizeof(void *) == 8 && sizeof(ParallelFor) == 8,
              "every field of the argument struct is eight bytes wide");

static uint64_t getAddress(const void *pointer) {
  return reinterpret_cast<uintptr_t>(pointer);
}

Arguments::Arguments(const Invocation &invocation) {
  for (const std::string &name : invocation.manifest.sizes)
    slots.push_back(
        static_cast<uint64_t>(invocation.sizes.lookup(name).value_or(0)));
  for (const BoundArray &array : invocation.arrays) {
    arraySlots.push_back(slots.size());
    slots.resize(slots.size() + 1 + array.layout.strides.size());
    setArray(arraySlots.size() - 1, getAddress(array.data), array.layout);
  }
  workspaceSlot = slots.size();
  // workspace, workspace_bytes, run, run_context, workers.
  slots.resize(workspaceSlot + 5);
}

void Arguments::setArray(size_t index, uint64_t address, const Layout &layout) {
  size_t slot = arraySlots[index];
  slots[slot++] = address;
  for (int64_t stride : layout.strides)
    slots[slot++] = static_cast<uint64_t>(stride);
}

void Arguments::setWorkspace(uint64_t address, int64_t bytes) {
  slots[workspaceSlot] = address;
  slots[workspaceSlot + 1] = static_cast<uint64_t>(bytes);
}

void Arguments::setParallelFor(ParallelFor run, void *context,
                               int64_t workers) {
  slots[workspaceSlot + 2] = reinterpret_cast<uintptr_t>(run);
  slots[workspaceSlot + 3] = getAddress(context);
  slots[workspaceSlot + 4] = static_cast<uint64_t>(workers);
}

std::vector<uint64_t *> Arguments::getKernelParameters() {
  std::vector<uint64_t *> parameters;
  for (size_t i = 0; i < workspaceSlot + 2; ++i)
    parameters.push_back(&slots[i]);
  return parameters;
}
