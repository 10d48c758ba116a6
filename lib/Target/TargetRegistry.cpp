//===- TargetRegistry.cpp - The list of targets
//----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Target/Target.h"

using namespace seqmix;

namespace seqmix {
#define SEQMIX_TARGET(folder) std::unique_ptr<Target> create##folder##Target();
#include "seqmix/Targets.def"
#undef SEQMIX_TARGET
} // namespace seqmix

llvm::ArrayRef<std::unique_ptr<Target>> seqmix::getTargets() {
  static const std::vector<std::unique_ptr<Target>> targets = [] {
    std::vector<std::unique_ptr<Target>> list;
#define SEQMIX_TARGET(folder) list.push_back(create##folder##Target());
#include "seqmix/Targets.def"
#undef SEQMIX_TARGET
    return list;
  }();
  return targets;
}

const Target *seqmix::getTarget(llvm::StringRef name) {
  for (const std::unique_ptr<Target> &target : getTargets())
    if (target->name() == name)
      return target.get();
  return nullptr;
}

void seqmix::registerTargetPasses() {
  for (const std::unique_ptr<Target> &target : getTargets())
    target->registerPasses();
}

void seqmix::registerTargetDialects(mlir::DialectRegistry &registry) {
  for (const std::unique_ptr<Target> &target : getTargets())
    target->registerDialects(registry);
}
