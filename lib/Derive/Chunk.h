//===- Chunk.h - One chunk of a recurrence --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a step that is affine in its state (StepForm.h) to a loop over chunks
// of C tokens, in the notation of docs/Algebra.md. With G the inclusive and G⁻
// the exclusive cumulative log gate of the key side, H and H⁻ those of the
// value side, S₀ the state before the chunk and W_r the rows that write r adds:
//
//   a read before the token's own decay and writes, with vectors c:
//     Y = e^H⁻ ∘ ((e^G⁻∘c) S₀) + Σ_r ⟨c, κ_r⟩_{G⁻,G} ⊛ W_r      strictly lower
//   after its decay, before its writes: G and H for G⁻ and H⁻
//   after both: the same, with the diagonal
//
// One write may depend on reads, w = f + Σ_j d_j y_j: with N = −Σ_j d_j⟨c_j, κ⟩
// its rows are W = (I + N)⁻¹ (f + Σ_j d_j (the rest of y_j)). Several that are
// sub-steps of a token are one such system, their rows taken in turn.
//
//   S_C = e^{G_C} ∘ S₀ ∘ e^{H_C} + Σ_r (e^{G_C−G} ∘ κ_r)ᵀ (e^{H_C−H} ∘ W_r)
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_DERIVE_CHUNK_H
#define SEQMIX_LIB_DERIVE_CHUNK_H

#include "RecurrenceLoop.h"

namespace seqmix {

/// One chunk being absorbed.
class Chunk {
public:
  Chunk(LoopBuilder::Region &region, seq::RecurrenceOp op, const StepForm &form)
      : tiles(region.tiles), op(op), form(form), b(region.tiles.builder()),
        row(op.getSequenceAttr()),
        column(b.getStringAttr(row.getValue() + "'")),
        state{region.carry[0], {}} {
    state.axes = stateAxes(tiles, op.getStateArgs()[0]);
    tiles.setRowAxis(row);
  }

  /// Binds every read; false with a diagnostic on failure.
  bool absorb();
  /// The state after the chunk.
  mlir::Value next();

private:
  /// When in its token a read happens, as the cumulative gates say it.
  enum class When { Before, Decayed, After };

  Tile product(llvm::ArrayRef<mlir::Value> factors);
  Tile padded(Tile tile);
  Tile paddedValue(mlir::Value value);
  Tile logGate(const DecayFactor &decay);
  bool makeGates();
  bool makeKeys();
  Tile cumulative(Tile gate, bool exclusive);
  When whenOf(const Read &read);
  Tile readVector(const Read &read, When when);
  Tile valueDecayOf(const Read &read, When when);
  Tile gateOf(Tile inclusive, Tile exclusive, When when) {
    return when == When::Before ? exclusive : inclusive;
  }
  Tile scores(Tile x, Tile y, When when);
  Tile fromState(Tile vector, When when);
  Tile applyTo(Tile scores, Tile rows, When when, Tile sum);
  Tile readWithout(const Read &read, Tile vector, When when,
                   llvm::ArrayRef<unsigned> skip, Tile coefficient = {});
  struct Equation {
    Tile right, vector;
    When when;
  };
  bool equationOf(unsigned write, llvm::ArrayRef<unsigned> unknown,
                  Equation &equation);
  bool solve(unsigned write);
  mlir::Value interleave(llvm::ArrayRef<Tile> parts);
  bool solveSubsteps();
  bool collect(mlir::Value value, Tile coefficient, Tile &constant,
               llvm::SmallVectorImpl<std::pair<const Read *, Tile>> &reads);

  TileBuilder &tiles;
  seq::RecurrenceOp op;
  const StepForm &form;
  mlir::OpBuilder &b;
  /// The rows of a chunk, and their name as columns: one that no spec can have.
  mlir::StringAttr row, column;
  Tile state;
  /// Cumulative log gates, f64, over rows, or rows and the axis: G and H, and
  /// G⁻ and H⁻ before the token. Null if there are none.
  Tile keyGate, keyGateBefore, valueGate, valueGateBefore;
  /// For each write: its key and its rows as the final state has them.
  llvm::SmallVector<Tile> keys, rows;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_CHUNK_H
