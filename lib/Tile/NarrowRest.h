//===- NarrowRest.h - Narrow tiles where a wide one is not full
//------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_TILE_NARROWREST_H
#define SEQMIX_LIB_TILE_NARROWREST_H

#include "mlir/IR/Block.h"
#include "mlir/IR/Value.h"

namespace seqmix::tile {

/// `block` is what a task does with tiles that reach `width` from `offset`
/// along `axis` of `array`, its size perhaps less. If all it does to an element
/// of that axis is of that element, does it for narrow tiles in turn, as many
/// as the array has, and gives the body of that loop; else changes nothing and
/// gives null.
mlir::Block *narrowRest(mlir::Block *block, mlir::Value array, int64_t axis,
                        mlir::Value offset, int64_t width);

} // namespace seqmix::tile

#endif // SEQMIX_LIB_TILE_NARROWREST_H
