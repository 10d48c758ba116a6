//===- Call.cpp - Verifier of kernel.call ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"

using namespace mlir;
using namespace seqmix::kernel;

/// Whether an array may be passed for a block argument of an entry.
static bool fits(MemRefType want, MemRefType got) {
  if (want.getRank() != got.getRank() ||
      want.getElementType() != got.getElementType())
    return false;
  return llvm::all_of(llvm::zip(want.getShape(), got.getShape()),
                      [](auto pair) {
                        auto [entry, call] = pair;
                        return ShapedType::isDynamic(entry) || entry == call;
                      });
}

LogicalResult CallOp::verifySymbolUses(SymbolTableCollection &tables) {
  // call_c1
  auto entry = tables.lookupNearestSymbolFrom<EntryOp>(*this, getCalleeAttr());
  if (!entry)
    return emitOpError("expected the name of a kernel.entry, found ")
           << getCalleeAttr();
  // call_c2
  size_t numSizes = entry.getSizes().size();
  size_t numArrays = entry.getArrays().size();
  if (getSizes().size() != numSizes || getArrays().size() != numArrays)
    return emitOpError("expected ")
           << numSizes << " sizes and " << numArrays << " arrays, found "
           << getSizes().size() << " and " << getArrays().size();
  for (auto [index, array] : llvm::enumerate(getArrays())) {
    Type want = entry.getArray(index).getType();
    if (!fits(cast<MemRefType>(want), cast<MemRefType>(array.getType())))
      return emitOpError("expected array ")
             << index << " to fit " << want << ", found " << array.getType();
  }
  return success();
}
