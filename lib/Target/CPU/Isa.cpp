//===- Isa.cpp - The instruction sets of one object -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/Isa.h"

using namespace seqmix::cpu;

static constexpr llvm::StringRef kPairs[] = {"+avx512bf16"};
static constexpr llvm::StringRef kTiles[] = {"+avx512bf16", "+amx-tile",
                                             "+amx-bf16"};

static constexpr Isa isas[] = {
    {"v3", "x86-64-v3", {}, 1, 8, MatrixUnit::None},
    {"v4", "x86-64-v4", {}, 2, 16, MatrixUnit::None},
    {"bf16", "x86-64-v4", kPairs, 3, 16, MatrixUnit::Pairs},
    {"amx", "x86-64-v4", kTiles, 4, 16, MatrixUnit::Tiles},
};

llvm::StringRef seqmix::cpu::nameOf(MatrixUnit unit) {
  switch (unit) {
  case MatrixUnit::None:
    return "";
  case MatrixUnit::Pairs:
    return "pairs";
  case MatrixUnit::Tiles:
    return "tiles";
  }
  llvm_unreachable("all units are named");
}

mlir::FailureOr<MatrixUnit> seqmix::cpu::parseMatrixUnit(llvm::StringRef word) {
  for (MatrixUnit unit :
       {MatrixUnit::None, MatrixUnit::Pairs, MatrixUnit::Tiles})
    if (word == nameOf(unit))
      return unit;
  return mlir::failure();
}

llvm::ArrayRef<Isa> seqmix::cpu::allIsas() { return isas; }

mlir::FailureOr<llvm::SmallVector<Isa>>
seqmix::cpu::parseIsas(llvm::StringRef word) {
  llvm::SmallVector<Isa> found;
  for (const Isa &isa : isas)
    if (word.empty() || word == "all" || word == isa.name ||
        (word == isa.cpu && isa.features.empty()))
      found.push_back(isa);
  if (found.empty())
    return mlir::failure();
  return found;
}
