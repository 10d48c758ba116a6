//===- AssignMemory.cpp - Address spaces of memrefs
//--------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"
#include "lib/Target/CUDA/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace seqmix::cuda {
#define GEN_PASS_DEF_ASSIGNMEMORY
#include "lib/Target/CUDA/Passes.h.inc"
} // namespace seqmix::cuda

using namespace mlir;
using namespace seqmix;

/// The address space of NVPTX for a memory space of a tile program.
static Attribute getAddressSpace(MemRefType type) {
  Builder b(type.getContext());
  Attribute space = type.getMemorySpace();
  if (!space)
    return b.getI64IntegerAttr(1);
  if (auto memory = dyn_cast<kernel::MemoryKindAttr>(space))
    return b.getI64IntegerAttr(
        memory.getValue() == kernel::MemoryKind::Near ? 3 : 1);
  return space;
}

namespace {
struct AssignMemory : seqmix::cuda::impl::AssignMemoryBase<AssignMemory> {
  void runOnOperation() override {
    AttrTypeReplacer replacer;
    replacer.addReplacement([](MemRefType type) -> std::optional<Type> {
      return MemRefType::Builder(type).setMemorySpace(getAddressSpace(type));
    });
    replacer.recursivelyReplaceElementsIn(getOperation(),
                                          /*replaceAttrs=*/true,
                                          /*replaceLocs=*/false,
                                          /*replaceTypes=*/true);
  }
};
} // namespace
