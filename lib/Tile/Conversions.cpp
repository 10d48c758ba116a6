//===- Conversions.cpp - What loads and stores already do -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Tile/Conversions.h"

#include "dialects/Stream/Stream.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace seqmix;

/// Whether an op is elementwise `y = convert(x)` and nothing else.
template <typename ConvertOp> static bool isConversion(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || generic.getNumDpsInputs() != 1 ||
      generic.getNumDpsInits() != 1 || generic->getNumResults() != 1 ||
      generic.getNumParallelLoops() != generic.getNumLoops() ||
      !llvm::all_of(generic.getIndexingMapsArray(),
                    [](AffineMap map) { return map.isIdentity(); }))
    return false;
  Block &body = *generic.getBlock();
  if (!llvm::hasNItems(body, 2))
    return false;
  auto convert = dyn_cast<ConvertOp>(body.front());
  return convert && convert->getOperand(0) == body.getArgument(0) &&
         body.getTerminator()->getOperand(0) == convert->getResult(0);
}

bool tile::isWidening(Operation *op) { return isConversion<arith::ExtFOp>(op); }

Type tile::getWidenedElement(Value tile) {
  Type wide;
  for (Operation *user : tile.getUsers()) {
    Type found;
    if (isa<tensor::ExtractSliceOp>(user))
      found = getWidenedElement(user->getResult(0));
    else if (isWidening(user))
      found =
          cast<RankedTensorType>(user->getResult(0).getType()).getElementType();
    if (!found || (wide && wide != found))
      return {};
    wide = found;
  }
  return wide;
}

void tile::foldWidenings(Value tile, SameAs &same) {
  for (Operation *user : tile.getUsers()) {
    if (isa<tensor::ExtractSliceOp>(user))
      foldWidenings(user->getResult(0), same);
    else if (isWidening(user))
      same[user->getResult(0)] = tile;
  }
}

void tile::foldZeroPads(Value tile, ArrayAttr axes, SameAs &same) {
  for (Operation *user : tile.getUsers()) {
    bool follow = isa<tensor::ExtractSliceOp>(user);
    if (auto pad = dyn_cast<stream::PadOp>(user))
      if (pad.getSource() == tile && pad.getValue().isZero() &&
          llvm::is_contained(axes, pad.getAxisAttr()) &&
          pad.getSource().getType() == pad.getOut().getType()) {
        same[pad->getResult(0)] = tile;
        follow = true;
      }
    // A widened value is one only where the widening was folded.
    follow |=
        user->getNumResults() == 1 && same.lookup(user->getResult(0)) == tile;
    if (follow)
      foldZeroPads(user->getResult(0), axes, same);
  }
}

Value tile::skipNarrowing(Value yielded) {
  Operation *op = yielded.getDefiningOp();
  if (op && yielded.hasOneUse() && isConversion<arith::TruncFOp>(op))
    return op->getOperand(0);
  return yielded;
}
