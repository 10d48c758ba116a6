//===- Isa.h - The instruction sets of one object
//--------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_ISA_H
#define SEQMIX_TARGET_CPU_ISA_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace seqmix::cpu {

/// One instruction set that an object holds code for. `level` orders them: the
/// entry takes the highest that the processor reports. A set with matrix tiles
/// is one more line in Isa.cpp and one more question in Dispatch.cpp.
struct Isa {
  /// The word in `isa=` and in the names of tasks: `v3`.
  llvm::StringRef name;
  /// LLVM's name, and the manifest's: `x86-64-v3`.
  llvm::StringRef cpu;
  int level;
  /// f32 elements of a vector register.
  int lanes;
};

/// All of them, lowest level first.
llvm::ArrayRef<Isa> allIsas();

/// The sets that `isa=` asks for: one by name, or `all`. Fails on other words.
mlir::FailureOr<llvm::SmallVector<Isa>> parseIsas(llvm::StringRef word);

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_ISA_H
