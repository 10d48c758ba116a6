//===- Target.h - What a target is to the rest of the compiler
//-------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A target is one folder of lib/Target: a CMakeLists.txt makes it known, and a
// function `std::unique_ptr<Target> create<Folder>Target()` in namespace seqmix
// makes it. Nothing else names it: the registry is a generated list.

#ifndef SEQMIX_TARGET_TARGET_H
#define SEQMIX_TARGET_TARGET_H

#include "mlir/Support/LLVM.h"
#include "seqmix/Target/Artifact.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mlir {
class DialectRegistry;
class ModuleOp;
class OpPassManager;
} // namespace mlir

namespace seqmix {

namespace kernel {
class EntryOp;
} // namespace kernel

/// What a user chooses about code generation.
struct TargetOptions {
  /// One of the target's `archs()`; empty means its default.
  std::string arch;
  /// Also make what needs an outside tool: the `.so`, the cubin.
  bool link = true;
  /// One of the target's `sanitizers()`, or empty.
  std::string sanitizer;
  /// A constant for the artifact to hold, text ended by a null byte, that tells
  /// its manifest from another compilation's: symbol and text; or empty.
  std::string contractSymbol, contract;
};

class Target {
public:
  virtual ~Target() = default;

  /// The word after `--target`: `cpu`, `cuda`.
  virtual llvm::StringRef name() const = 0;

  /// One sentence for `--help`.
  virtual llvm::StringRef description() const = 0;

  /// What `--arch` may say; the first is the default.
  virtual llvm::SmallVector<llvm::StringRef> archs() const = 0;

  /// What `--sanitize` may say: tools that the compiled code can be
  /// instrumented for. By default none.
  virtual llvm::SmallVector<llvm::StringRef> sanitizers() const { return {}; }

  /// The manifest's `arch` for an `--arch`: `x86-64-v3,x86-64-v4`.
  virtual std::string archOf(const TargetOptions &options) const = 0;

  /// Bytes of near scratch that a task should stay below; Tile puts the rest
  /// into far scratch.
  virtual int64_t nearBytes(const TargetOptions &options) const = 0;

  /// How attention is best tiled.
  struct AttentionTiles {
    int64_t queries = 64; ///< queries a tile
    int64_t keys = 64;    ///< keys a tile
    int64_t group = 1;    ///< tiles of queries that share a load of keys
  };
  virtual AttentionTiles attentionTiles() const { return {}; }

  /// Whether tiles are worked on row by row, so that a reduction is better done
  /// together with what it reduces.
  virtual bool worksByRows() const { return false; }

  /// Whether products take their factors in `product_type` rather than f32, so
  /// that tiles which only products read are better kept in it.
  virtual bool takesNarrowFactors() const { return false; }

  /// Registers the target's passes and pipelines.
  virtual void registerPasses() const = 0;

  /// Adds the dialects, interfaces and translations that the lowering and
  /// `emit` need and that are not of the compiler's own.
  virtual void registerDialects(mlir::DialectRegistry &registry) const = 0;

  /// Sets `launch` of a tiled entry, which the manifest is written from:
  /// `workspace` is an expression and, for a device, `launches` is an array of
  /// dictionaries as in docs/ABI.md (`kernel`, `grid`, `block`, `shared`). An
  /// expression is an integer attribute, a string (the name of a size, or
  /// "workers"), or a dictionary of one entry such as `{mul = [4096, "B"]}`.
  /// Called on the tile program, before `addLowering` consumes it.
  virtual mlir::LogicalResult describe(kernel::EntryOp entry,
                                       const TargetOptions &options) const = 0;

  /// Adds the passes from the tile program to what `emit` takes. The module may
  /// hold several entries; they end up in one artifact.
  virtual void addLowering(mlir::OpPassManager &pm,
                           const TargetOptions &options) const = 0;

  /// Turns the lowered module into files. Emits a located error on failure.
  virtual mlir::FailureOr<std::vector<Artifact>>
  emit(mlir::ModuleOp module, const TargetOptions &options) const = 0;
};

/// All targets, in the order of their folders.
llvm::ArrayRef<std::unique_ptr<Target>> getTargets();

/// The target of that name, or null.
const Target *getTarget(llvm::StringRef name);

/// Registers every target's passes.
void registerTargetPasses();

/// Registers every target's dialects, interfaces and translations.
void registerTargetDialects(mlir::DialectRegistry &registry);

} // namespace seqmix

#endif // SEQMIX_TARGET_TARGET_H
