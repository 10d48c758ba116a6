//===- Isa.cpp - The instruction sets of one object -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/Isa.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

using namespace seqmix::cpu;

static constexpr llvm::StringRef kPairs[] = {"+avx512bf16"};
static constexpr llvm::StringRef kTiles[] = {"+avx512bf16", "+amx-tile",
                                             "+amx-bf16"};

static constexpr Isa isas[] = {
    {"v3", "x86-64-v3", {}, 1, 8, MatrixUnit::None, true},
    {"v4", "x86-64-v4", {}, 2, 16, MatrixUnit::None, true},
    {"bf16", "x86-64-v4", kPairs, 3, 16, MatrixUnit::Pairs, false},
    {"amx", "x86-64-v4", kTiles, 4, 16, MatrixUnit::Tiles, true},
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

/// Whether this processor has what a set of a level needs beyond that below.
static bool isHostAtLeast(int level) {
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  auto has = [&](llvm::ArrayRef<llvm::StringRef> names) {
    return llvm::all_of(
        names, [&](llvm::StringRef name) { return features.lookup(name); });
  };
  switch (level) {
  case 1:
    return has({"avx2", "fma", "f16c", "bmi2", "lzcnt", "movbe"});
  case 2:
    return has({"avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"});
  case 3:
    return has({"avx512bf16"});
  default:
    return has({"amx-tile", "amx-bf16"});
  }
}

mlir::FailureOr<llvm::SmallVector<Isa>>
seqmix::cpu::parseIsas(llvm::StringRef word) {
  llvm::SmallVector<Isa> found;
  if (word == "native") {
    for (const Isa &isa : isas)
      if (isHostAtLeast(isa.level))
        found.assign({isa});
      else
        break;
    if (found.empty())
      found.push_back(isas[0]);
    return found;
  }
  for (const Isa &isa : isas)
    if (((word.empty() || word == "all") && isa.isInAll) || word == isa.name ||
        (word == isa.cpu && isa.features.empty()))
      found.push_back(isa);
  if (found.empty())
    return mlir::failure();
  return found;
}
