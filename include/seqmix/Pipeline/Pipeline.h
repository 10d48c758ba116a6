//===- Pipeline.h - The stages and their passes ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_PIPELINE_PIPELINE_H
#define SEQMIX_PIPELINE_PIPELINE_H

#include "seqmix/Target/Target.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace seqmix {

/// The stages of the compiler, in order.
enum class Stage { Seq, Derive, Tile, Target, Emit };

/// "seq", "derive", "tile", "target", "emit".
llvm::StringRef getStageName(Stage stage);
std::optional<Stage> parseStage(llvm::StringRef name);

/// What the passes of all stages need to know.
struct PipelineOptions {
  /// Parameters to set, each "NAME=VALUE".
  std::vector<std::string> params;
  /// `auto`, `chunkwise`, `step` or `sequential`.
  std::string form = "auto";
  /// Tokens a chunk; none leaves it to the compiler.
  std::optional<int64_t> chunk;
  /// Tiles of attention; none leaves them to the target.
  std::optional<Target::AttentionTiles> tiles;
  /// Sequences lie packed, one after the other.
  bool packed = false;
  /// Parts that a sequence is split into, at most.
  int64_t split = 1;
  /// Not null.
  const Target *target = nullptr;
  TargetOptions targetOptions;
};

/// Adds the passes of one stage. Emit has none: it writes.
void addStage(mlir::OpPassManager &pm, Stage stage,
              const PipelineOptions &options);

/// "32x128" or "32x128x16": queries and keys a tile, and tiles of queries that
/// share a load of keys. The passes check what the numbers may be.
std::optional<Target::AttentionTiles> parseTiles(llvm::StringRef text);

/// Registers `seqmix-pipeline` and the passes between stages.
void registerPipelines();

} // namespace seqmix

#endif // SEQMIX_PIPELINE_PIPELINE_H
