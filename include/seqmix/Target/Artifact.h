//===- Artifact.h - What a target writes
//-----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_ARTIFACT_H
#define SEQMIX_TARGET_ARTIFACT_H

#include <string>

namespace seqmix {

/// One file of a compiled operator, still in memory. The writer names it
/// `<operator>.<suffix>`; the manifest has its name under `key`.
struct Artifact {
  /// The manifest's key: `object`, `library`, `ptx` or `cubin`.
  std::string key;
  /// The file's suffix without the dot: `o`, `so`, `ptx` or `cubin`.
  std::string suffix;
  std::string bytes;
};

} // namespace seqmix

#endif // SEQMIX_TARGET_ARTIFACT_H
