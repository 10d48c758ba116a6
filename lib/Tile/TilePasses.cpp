//===- TilePasses.cpp - The passes of Tile, in order ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Tile/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void seqmix::addTilePasses(OpPassManager &pm, int64_t nearBytes) {
  OpPassManager &entry = pm.nest<kernel::EntryOp>();
  entry.addPass(createLowerStream());
  entry.addPass(createExpandTileOps());
  entry.addPass(createPlaceScratch(PlaceScratchOptions{nearBytes}));
  entry.addPass(createCanonicalizerPass());
  entry.addPass(createCSEPass());
}
