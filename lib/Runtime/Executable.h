//===- Executable.h - Loaded code of a module -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_EXECUTABLE_H
#define SEQMIX_LIB_RUNTIME_EXECUTABLE_H

#include "Error.h"
#include "Layout.h"
#include "Manifest.h"
#include "Memory.h"
#include "Sizes.h"

#include <memory>
#include <vector>

namespace seqmix::runtime {

/// An operand or result as an entry gets it.
struct BoundArray {
  const ArraySpec *spec = nullptr;
  void *data = nullptr;
  Layout layout;
};

/// One checked call: operands, then results, in the order of the manifest.
struct Invocation {
  const Manifest &manifest;
  const Entry &entry;
  const Sizes &sizes;
  std::vector<BoundArray> arrays;
  int threads = 0;
  int repeat = 1;
  /// Null, or space for `repeat` durations.
  double *milliseconds = nullptr;
  /// Null, or where an entry on the CPU leaves its workspace for the next run.
  KeptBuffer *workspace = nullptr;
};

/// What the compiler made for one target, loaded.
class Executable {
public:
  virtual ~Executable() = default;

  /// Runs an entry `repeat` times. May be called from several threads at once.
  virtual Error run(const Invocation &invocation) const = 0;
};

/// Loads the shared library beside the manifest. `manifest` must outlive the
/// executable. UNSUPPORTED, FILE.
Error loadCPU(const Manifest &manifest, std::unique_ptr<Executable> &result);

/// Loads the cubin or PTX beside the manifest on device 0. `driver` is the file
/// name of the CUDA driver's library. UNSUPPORTED, FILE, CUDA.
Error loadCUDA(const Manifest &manifest, const char *driver,
               std::unique_ptr<Executable> &result);

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_EXECUTABLE_H
