//===- PrintPTX.cpp - PTX on standard output, for tests
//----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CUDA/Emit.h"
#include "lib/Target/CUDA/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace seqmix::cuda {
#define GEN_PASS_DEF_PRINTPTX
#include "lib/Target/CUDA/Passes.h.inc"
} // namespace seqmix::cuda

using namespace mlir;
using namespace seqmix;

namespace {
struct PrintPTX : seqmix::cuda::impl::PrintPTXBase<PrintPTX> {
  using PrintPTXBase::PrintPTXBase;

  void runOnOperation() override {
    FailureOr<std::string> ptx = cuda::emitPTX(getOperation(), arch);
    if (failed(ptx))
      return signalPassFailure();
    llvm::outs() << *ptx;
    if (!assemble)
      return;
    std::optional<std::string> ptxas = cuda::findPtxas();
    if (!ptxas) {
      getOperation().emitError("expected ptxas on PATH or in CUDA_PATH");
      return signalPassFailure();
    }
    if (failed(cuda::assemble(getOperation().getLoc(), *ptxas, *ptx, arch)))
      return signalPassFailure();
  }
};
} // namespace
