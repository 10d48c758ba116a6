//===- NpyFuzzer.cpp - Any bytes as a .npy file ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The first byte says which elements are expected, the others are the file.
// What is read is written again, and must be read again as the same.
//
//===----------------------------------------------------------------------===//

#include "lib/Runtime/Layout.h"
#include "lib/Runtime/Npy.h"
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace seqmix::runtime;

namespace {

/// A file in memory, with a path.
class MemoryFile {
public:
  MemoryFile(const void *bytes, size_t size)
      : handle(::memfd_create("npy", MFD_CLOEXEC)) {
    if (handle < 0 || ::write(handle, bytes, size) != ssize_t(size))
      std::abort();
  }
  MemoryFile(const MemoryFile &) = delete;
  ~MemoryFile() { ::close(handle); }

  std::string path() const { return "/proc/self/fd/" + std::to_string(handle); }

private:
  int handle;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  const seqmix_dtype dtypes[] = {SEQMIX_F32, SEQMIX_BF16, SEQMIX_F16,
                                 SEQMIX_I32};
  seqmix_dtype dtype = dtypes[data[0] % 4];
  NpyHeader header;
  std::string_view text(reinterpret_cast<const char *>(data) + 1, size - 1);
  (void)parseNpyDictionary(text, header);

  MemoryFile file(data + 1, size - 1);
  std::vector<int64_t> shape;
  HostBuffer elements;
  if (Error error = readNpy(file.path(), dtype, shape, elements)) {
    if (error.getMessage().empty())
      std::abort();
    return 0;
  }
  Layout layout = Layout::contiguous(shape);
  MemoryFile copy(nullptr, 0);
  if (writeNpy(copy.path(), dtype, layout, elements.get()))
    std::abort();
  std::vector<int64_t> again;
  HostBuffer same;
  if (readNpy(copy.path(), dtype, again, same) || again != shape)
    std::abort();
  size_t bytes = dtype == SEQMIX_F32 || dtype == SEQMIX_I32 ? 4 : 2;
  for (int64_t extent : shape)
    bytes *= extent;
  if (bytes && std::memcmp(elements.get(), same.get(), bytes) != 0)
    std::abort();
  return 0;
}
