//===- Isa.h - The instruction sets of one object ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_ISA_H
#define SEQMIX_TARGET_CPU_ISA_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace seqmix::cpu {

/// What multiplies matrices of bf16.
enum class MatrixUnit {
  /// Nothing: they are widened, and multiplied as f32.
  None,
  /// Vectors of dot products of pairs, AVX-512's VDPBF16PS.
  Pairs,
  /// Tiles of 16 × 16, AMX's TDPBF16PS.
  Tiles,
};

/// `pairs`, `tiles` or, for None, nothing.
llvm::StringRef nameOf(MatrixUnit unit);
mlir::FailureOr<MatrixUnit> parseMatrixUnit(llvm::StringRef word);

/// One instruction set that an object holds code for. `level` orders them: an
/// entry takes the highest that the processor reports.
struct Isa {
  /// The word in `isa=` and in the names of tasks: `v3`.
  llvm::StringRef name;
  /// LLVM's name, and the manifest's: `x86-64-v3`.
  llvm::StringRef cpu;
  /// What the code uses beside it, in LLVM's words.
  llvm::ArrayRef<llvm::StringRef> features;
  int level;
  /// f32 elements of a vector register.
  int lanes;
  MatrixUnit unit;
  /// Whether `all` means it too: each set of an object adds to the time that
  /// its compilation takes.
  bool isInAll;
};

/// All of them, lowest level first.
llvm::ArrayRef<Isa> allIsas();

/// The sets that `isa=` asks for: one by name, `all`, or `native` for the
/// highest of this processor. Fails on other words.
mlir::FailureOr<llvm::SmallVector<Isa>> parseIsas(llvm::StringRef word);

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_ISA_H
