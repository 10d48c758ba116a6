//===- Transition.h - What tokens do to a carry -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tokens change a carry by a map, which docs/Algebra.md gives the form
//
//   affine:   S ↦ M (e^G ∘ S ∘ e^H) + N       maximum:  m ↦ max(m + a, c)
//
// N and c are what they make of a carry that holds nothing. The rest, of which
// only what a step needs is there, is what this file is about: M where writes
// depend on the state, which then has the decays of the key side in it.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_DERIVE_TRANSITION_H
#define SEQMIX_LIB_DERIVE_TRANSITION_H

#include "ChunkStep.h"

namespace seqmix {

class Transition {
public:
  Transition(seq::RecurrenceOp op, const CarryForm &form);

  /// What keeps the map from having this form: a decay; null if nothing does.
  mlir::Value findObstacle() const;

  /// The axes of each tile that says what the map is.
  llvm::ArrayRef<Axes> tiles() const { return shapes; }
  /// The size of an axis of these or of the state.
  int64_t sizeOf(mlir::StringAttr axis) const;
  /// Names the axes that only these tiles have to a loop.
  void addAxes(LoopBuilder &loop) const;

  /// A carry that holds nothing.
  mlir::Value nothing(TileBuilder &tiles) const;
  /// The map of no tokens.
  llvm::SmallVector<mlir::Value> identity(TileBuilder &tiles) const;
  /// The map of the tokens before a chunk and the chunk; a failure has a
  /// diagnostic.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>>
  absorb(TileBuilder &tiles, ChunkStep &step, mlir::ValueRange map) const;
  /// What a carry is after tokens that make `rest` of one that holds nothing.
  /// A product may round its factors to `product`.
  mlir::Value apply(TileBuilder &tiles, mlir::ValueRange map, mlir::Value carry,
                    mlir::Value rest, mlir::Type product) const;

private:
  Tile multiply(TileBuilder &tiles, Tile matrix, Tile state, Tile rest,
                mlir::Type product) const;

  mutable seq::RecurrenceOp op; // op handles are not const-correct
  const CarryForm &form;
  /// The key axis as that of the state before: a name that no spec can have.
  mlir::StringAttr image;
  /// Which tiles there are, in this order.
  bool hasMatrix = false, hasKeyDecay = false, hasValueDecay = false;
  bool hasSum = false;
  llvm::SmallVector<Axes> shapes;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_TRANSITION_H
