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

/// Whether this processor has a set and is better served by it than by the one
/// below. Intel's cores multiply f32 twice as often as pairs of bf16.
static bool suitsHost(const Isa &isa) {
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  auto has = [&](llvm::ArrayRef<llvm::StringRef> names) {
    return llvm::all_of(
        names, [&](llvm::StringRef name) { return features.lookup(name); });
  };
  bool isV3 = has({"avx2", "fma", "f16c", "bmi2", "lzcnt", "movbe"});
  bool isV4 =
      isV3 && has({"avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"});
  bool hasPairs = isV4 && has({"avx512bf16"});
  switch (isa.unit) {
  case MatrixUnit::None:
    return isa.lanes == 16 ? isV4 : isV3;
  case MatrixUnit::Pairs:
    return hasPairs && llvm::sys::getHostCPUName().starts_with("znver");
  case MatrixUnit::Tiles:
    return hasPairs && has({"amx-tile", "amx-bf16"});
  }
  llvm_unreachable("all units are known");
}

mlir::FailureOr<llvm::SmallVector<Isa>>
seqmix::cpu::parseIsas(llvm::StringRef word) {
  llvm::SmallVector<Isa> found;
  if (word == "native") {
    found.push_back(isas[0]);
    for (const Isa &isa : isas)
      if (suitsHost(isa))
        found[0] = isa;
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
