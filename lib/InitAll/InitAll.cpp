//===- InitAll.cpp - Registration of all dialects and passes --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/InitAll.h"

#include "dialects/Kernel/Kernel.h"
#include "dialects/Stream/Stream.h"
#include "mlir/IR/DialectRegistry.h"

#ifdef SEQMIX_HAS_SEQ
#include "dialects/Seq/Seq.h"
#endif
#ifdef SEQMIX_HAS_DERIVE
#include "seqmix/Derive/Passes.h"
#endif
#ifdef SEQMIX_HAS_TILE
#include "seqmix/Tile/Passes.h"
#endif
#ifdef SEQMIX_HAS_TARGET
#include "seqmix/Target/Target.h"
#endif
#ifdef SEQMIX_HAS_PIPELINE
#include "seqmix/Pipeline/Pipeline.h"
#endif

void seqmix::registerAllDialects(mlir::DialectRegistry &registry) {
  registry.insert<kernel::KernelDialect, stream::StreamDialect>();
#ifdef SEQMIX_HAS_SEQ
  registry.insert<seq::SeqDialect>();
#endif
#ifdef SEQMIX_HAS_TARGET
  registerTargetDialects(registry);
#endif
}

void seqmix::registerAllPasses() {
#ifdef SEQMIX_HAS_DERIVE
  registerDerivePasses();
#endif
#ifdef SEQMIX_HAS_TILE
  registerTilePasses();
#endif
#ifdef SEQMIX_HAS_TARGET
  registerTargetPasses();
#endif
#ifdef SEQMIX_HAS_PIPELINE
  registerPipelines();
#endif
}
