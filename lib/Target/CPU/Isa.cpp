//===- Isa.cpp - The instruction sets of one object
//------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/Isa.h"

using namespace seqmix::cpu;

static constexpr Isa isas[] = {
    {"v3", "x86-64-v3", 1, 8},
    {"v4", "x86-64-v4", 2, 16},
};

llvm::ArrayRef<Isa> seqmix::cpu::allIsas() { return isas; }

mlir::FailureOr<llvm::SmallVector<Isa>>
seqmix::cpu::parseIsas(llvm::StringRef word) {
  llvm::SmallVector<Isa> found;
  for (const Isa &isa : isas)
    if (word.empty() || word == "all" || word == isa.name || word == isa.cpu)
      found.push_back(isa);
  if (found.empty())
    return mlir::failure();
  return found;
}
