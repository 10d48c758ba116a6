//===- Parallel.cpp - Verifier of kernel.parallel -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"

using namespace mlir;
using namespace seqmix::kernel;

/// Whether a type is `memref<Nxi8, #kernel.memory<kind>>`.
static bool isScratch(Type type, MemoryKind kind) {
  auto memref = dyn_cast<MemRefType>(type);
  if (!memref || memref.getRank() != 1 || !memref.hasStaticShape() ||
      !memref.getElementType().isInteger(8) || !memref.getLayout().isIdentity())
    return false;
  auto memory = dyn_cast_or_null<MemoryKindAttr>(memref.getMemorySpace());
  return memory && memory.getValue() == kind;
}

void ParallelOp::getAsmBlockArgumentNames(Region &region,
                                          OpAsmSetValueNameFn setName) {
  auto scratch = region.getArguments().drop_front(
      std::min<size_t>(getGrid().size(), region.getNumArguments()));
  static constexpr StringLiteral names[] = {"near", "far"};
  for (auto [argument, name] : llvm::zip(scratch, names))
    setName(argument, name);
}

LogicalResult ParallelOp::verify() {
  // parallel_c1
  unsigned rank = getGrid().size();
  Region &body = getBody();
  if (body.getNumArguments() != rank + 2)
    return emitOpError("expected ") << rank + 2 << " block arguments (" << rank
                                    << " indices, near and far scratch), found "
                                    << body.getNumArguments();
  for (BlockArgument index : getIndices())
    if (!index.getType().isIndex())
      return emitOpError("expected block argument ")
             << index.getArgNumber() << " to be index, found "
             << index.getType();
  if (!isScratch(getNear().getType(), MemoryKind::Near))
    return emitOpError("expected near scratch of type memref<Nxi8, "
                       "#kernel.memory<near>>, found ")
           << getNear().getType();
  if (!isScratch(getFar().getType(), MemoryKind::Far))
    return emitOpError("expected far scratch of type memref<Nxi8, "
                       "#kernel.memory<far>>, found ")
           << getFar().getType();
  return success();
}
