//===- NormaliserRegistry.cpp - Normalisers by name
//------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Derive/Normaliser.h"

#define SEQMIX_NORMALISER(Name)                                                \
  std::unique_ptr<seqmix::Normaliser> create##Name##Normaliser();
#include "seqmix/Normalisers.def"
#undef SEQMIX_NORMALISER

using namespace seqmix;

template <typename Fn> static void forEachNormaliser(Fn fn) {
#define SEQMIX_NORMALISER(Name) fn(create##Name##Normaliser());
#include "seqmix/Normalisers.def"
#undef SEQMIX_NORMALISER
}

std::unique_ptr<Normaliser> seqmix::createNormaliser(llvm::StringRef name) {
  std::unique_ptr<Normaliser> found;
  forEachNormaliser([&](std::unique_ptr<Normaliser> normaliser) {
    if (normaliser->getName() == name)
      found = std::move(normaliser);
  });
  return found;
}

llvm::SmallVector<std::string> seqmix::getNormaliserNames() {
  llvm::SmallVector<std::string> names;
  forEachNormaliser([&](std::unique_ptr<Normaliser> normaliser) {
    names.push_back(normaliser->getName().str());
  });
  return names;
}
