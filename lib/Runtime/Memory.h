//===- Memory.h - Host memory that may fail ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_MEMORY_H
#define SEQMIX_LIB_RUNTIME_MEMORY_H

#include <cstdint>
#include <cstdlib>
#include <memory>

namespace seqmix::runtime {

struct FreeDeleter {
  void operator()(void *pointer) const { std::free(pointer); }
};

/// Memory from allocateBytes.
using HostBuffer = std::unique_ptr<void, FreeDeleter>;

/// `bytes` bytes aligned to 64, or null if there are not so many. Never null
/// for 0 bytes. Sizes come from files, so this must not throw.
inline HostBuffer allocateBytes(int64_t bytes) {
  constexpr uint64_t alignment = 64;
  uint64_t rounded =
      (static_cast<uint64_t>(bytes) + alignment - 1) / alignment * alignment;
  return HostBuffer(
      std::aligned_alloc(alignment, rounded ? rounded : alignment));
}

/// Memory that is kept as long as the same number of bytes is asked for.
class KeptBuffer {
public:
  /// `bytes` bytes with whatever the last user left there, or null if there are
  /// not so many.
  void *get(int64_t bytes) {
    if (!buffer || bytes != kept) {
      buffer.reset();
      buffer = allocateBytes(bytes);
      kept = bytes;
    }
    return buffer.get();
  }

private:
  HostBuffer buffer;
  int64_t kept = 0;
};

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_MEMORY_H
