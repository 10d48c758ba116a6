//===- Manifest.h - The JSON manifest of an operator -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_EMIT_MANIFEST_H
#define SEQMIX_EMIT_MANIFEST_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <utility>

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace seqmix {

/// What a manifest says that no entry knows.
struct ManifestFacts {
  /// SHA-256 of the spec's text, in hexadecimal.
  std::string digest;
  std::string target;
  std::string arch;
  /// What the artifact holds to be told from other compilations', or empty.
  std::string contract;
  /// Key and file name: `{"object", "op.o"}`, `{"header", "op.h"}`.
  llvm::SmallVector<std::pair<std::string, std::string>> files;
};

/// Writes the manifest of the one operator whose entries the module holds, as
/// docs/ABI.md states it. Each entry has `launch`, written by the target.
mlir::LogicalResult emitManifest(mlir::ModuleOp module,
                                 const ManifestFacts &facts,
                                 llvm::raw_ostream &os);

/// The digest of a spec's text.
std::string getDigest(llvm::StringRef text);

/// The version of this compiler: "0.1.0".
llvm::StringRef getVersion();

} // namespace seqmix

#endif // SEQMIX_EMIT_MANIFEST_H
