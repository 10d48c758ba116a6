//===- Conversions.h - What loads and stores already do ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// kernel.load widens and pads with zero, kernel.store narrows. Here is found
// which ops of a loop's body say only that, so that they need no code.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_TILE_CONVERSIONS_H
#define SEQMIX_TILE_CONVERSIONS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

namespace seqmix::tile {

/// A value that is another one, in the sense of memory: where the other is
/// stored it may be read.
using SameAs = llvm::DenseMap<mlir::Value, mlir::Value>;

/// Whether an op widens each element of a tile and does nothing else.
bool isWidening(mlir::Operation *op);

/// The one type to which all users of a tile, or of slices of it, widen it;
/// null if some user does not.
mlir::Type getWidenedElement(mlir::Value tile);

/// Records the widened values of a tile that is loaded wide.
void foldWidenings(mlir::Value tile, SameAs &same);

/// Records pads with zero, along axes of its array, of a loaded tile, its
/// slices and widened values.
void foldZeroPads(mlir::Value tile, mlir::ArrayAttr axes, SameAs &same);

/// The value that a yielded one narrows, if nothing else reads that; else the
/// yielded value itself.
mlir::Value skipNarrowing(mlir::Value yielded);

} // namespace seqmix::tile

#endif // SEQMIX_TILE_CONVERSIONS_H
