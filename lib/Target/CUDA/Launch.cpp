//===- Launch.cpp - How an entry is launched
//---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The manifest says grids as expressions over the names of sizes, so that the
// caller needs no code of ours to launch.

#include "lib/Target/CUDA/Launch.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/SizeExpression.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seqmix;

int64_t cuda::getSharedLimit(StringRef arch) {
  return arch == "sm_90" ? 227 * 1024 : 163 * 1024;
}

int64_t cuda::getNearBytes(kernel::ParallelOp parallel) {
  return cast<MemRefType>(parallel.getNear().getType()).getNumElements();
}

int64_t cuda::getFarBytes(kernel::ParallelOp parallel) {
  return llvm::alignTo(
      cast<MemRefType>(parallel.getFar().getType()).getNumElements(), 64);
}

std::string cuda::getKernelName(kernel::EntryOp entry, unsigned i) {
  std::string name = entry.getSymName().str();
  return i ? name + "_" + std::to_string(i) : name;
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

FailureOr<DictionaryAttr> cuda::describeLaunch(kernel::EntryOp entry,
                                               StringRef arch) {
  Builder b(entry.getContext());
  SmallVector<Attribute> launches, workspaces;
  Attribute one = b.getI64IntegerAttr(1);
  for (auto parallel : entry.getBody().getOps<kernel::ParallelOp>()) {
    SmallVector<Attribute> factors;
    for (Value size : parallel.getGrid()) {
      FailureOr<Attribute> factor = kernel::getExpression(entry, size);
      if (failed(factor))
        return failure();
      factors.push_back(*factor);
    }
    int64_t near = getNearBytes(parallel);
    if (near > getSharedLimit(arch))
      return parallel.emitOpError("needs ")
             << near << " bytes of near scratch, but a block of " << arch
             << " has at most " << getSharedLimit(arch)
             << " bytes of shared memory: use smaller tiles or far scratch";
    Attribute grid = kernel::makeProduct(b.getContext(), factors);
    int64_t far = getFarBytes(parallel);
    if (far) {
      grid = kernel::makeCall("min", {grid, b.getI64IntegerAttr(kMaxBlocks)});
      workspaces.push_back(kernel::makeProduct(
          b.getContext(), {b.getI64IntegerAttr(far), grid}));
    }
    launches.push_back(b.getDictionaryAttr(
        {b.getNamedAttr("kernel",
                        b.getStringAttr(getKernelName(entry, launches.size()))),
         b.getNamedAttr("grid", b.getArrayAttr({grid, one, one})),
         b.getNamedAttr("block", b.getArrayAttr({b.getI64IntegerAttr(kThreads),
                                                 one, one})),
         b.getNamedAttr("shared", b.getI64IntegerAttr(near))}));
  }
  // Kernels of one entry run one after the other and share the workspace.
  Attribute workspace = b.getI64IntegerAttr(0);
  if (!workspaces.empty())
    workspace = workspaces.size() == 1 ? workspaces.front()
                                       : kernel::makeCall("max", workspaces);
  if (auto shared = kernel::WorkspaceOp::find(entry)) {
    FailureOr<Attribute> bytes =
        kernel::getExpression(entry, shared.getBytes());
    if (failed(bytes))
      return failure();
    workspace = workspaces.empty()
                    ? *bytes
                    : kernel::makeCall("add", {*bytes, workspace});
  }
  return b.getDictionaryAttr(
      {b.getNamedAttr("workspace", workspace),
       b.getNamedAttr("launches", b.getArrayAttr(launches))});
}
