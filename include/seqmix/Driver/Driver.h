//===- Driver.h - From a spec to files -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DRIVER_DRIVER_H
#define SEQMIX_DRIVER_DRIVER_H

#include "seqmix/Driver/Options.h"
#include "seqmix/Emit/ArtifactWriter.h"
#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <vector>

namespace seqmix {

/// What became of one operator of a spec.
struct CompiledOperator {
  std::string name;
  /// `<op>.o`, `<op>.so` or `<op>.ptx`, `<op>.cubin`; `<op>.h`, `<op>.json`.
  /// Empty if the compilation stopped before Emit.
  std::vector<OutputFile> files;
  /// The IR after the last stage, if that is not Emit.
  std::string ir;
  /// For each entry its form, and why it has that form.
  std::string explanation;
};

/// Compiles every operator of a spec. Diagnostics go to `errors`, located in
/// the spec by the buffer's name; on failure there is at least one. Writes no
/// file but those that `options.dumpDir` asks for. Safe to call again, from one
/// thread at a time.
llvm::FailureOr<std::vector<CompiledOperator>>
compile(std::unique_ptr<llvm::MemoryBuffer> spec, const CompileOptions &options,
        llvm::raw_ostream &errors);

/// Compiles a spec and writes all files of all operators into the folder, or
/// none.
llvm::FailureOr<std::vector<CompiledOperator>>
compileTo(llvm::StringRef folder, std::unique_ptr<llvm::MemoryBuffer> spec,
          const CompileOptions &options, llvm::raw_ostream &errors);

/// Reads a spec: a file, or standard input for "-".
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readSpec(llvm::StringRef path);

} // namespace seqmix

#endif // SEQMIX_DRIVER_DRIVER_H
