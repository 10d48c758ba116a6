//===- Chunk.h - One chunk of an affine carry -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a carry that is affine in itself (StepForm.h) to what a chunk of C
// tokens does to it, in the notation of docs/Algebra.md. With G the inclusive
// and G⁻ the exclusive cumulative log gate of the key side, H and H⁻ those of
// the value side, S₀ the state before the chunk and W_r the rows that write r
// adds:
//
//   a read before the token's own decay and writes, with vectors c:
//     Y = e^H⁻ ∘ ((e^G⁻∘c) S₀) + Σ_r ⟨c, κ_r⟩_{G⁻,G} ⊛ W_r      strictly lower
//   after its decay, before its writes: G and H for G⁻ and H⁻
//   after both: the same, with the diagonal
//
// One write may depend on reads, w = f + Σ_j d_j y_j: with N = −Σ_j d_j⟨c_j, κ⟩
// its rows are W = (I + N)⁻¹ (f + Σ_j d_j (the rest of y_j)). Several are one
// such system, their rows taken in turn: sub-steps of a token see those before
// them, writes made together do not.
//
//   S_C = e^{G_C} ∘ S₀ ∘ e^{H_C} + Σ_r (e^{G_C−G} ∘ κ_r)ᵀ (e^{H_C−H} ∘ W_r)
//
// A read across, over the value axis, is the same with the sides exchanged. A
// state that is a vector has rows W_r of one number.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_DERIVE_CHUNK_H
#define SEQMIX_LIB_DERIVE_CHUNK_H

#include "RecurrenceLoop.h"

namespace seqmix {

/// What chunks of all kinds of carries build with.
class ChunkTiles {
public:
  ChunkTiles(TileBuilder &tiles, mlir::StringAttr row)
      : tiles(tiles), b(tiles.builder()), row(row) {}

protected:
  /// Rows past the end of the sequence as `value`.
  Tile padded(Tile tile, double value = 0.0);

  TileBuilder &tiles;
  mlir::OpBuilder &b;
  /// The rows of a chunk.
  mlir::StringAttr row;
};

/// One chunk of an affine carry.
class Chunk : ChunkTiles {
public:
  Chunk(TileBuilder &tiles, seq::RecurrenceOp op, const CarryForm &form,
        mlir::Value carry)
      : ChunkTiles(tiles, op.getSequenceAttr()), form(form),
        column(b.getStringAttr(row.getValue() + "'")),
        state{carry, stateAxes(tiles, op, form.state)} {
    key.axis = keyAcross.axis = form.keyAxis;
    value.axis = valueAcross.axis = form.valueAxis;
  }
  /// What the chunk does to the state from the left, as a matrix from `image`
  /// to the key axis: `carry` is that of the tokens before. Decays of the value
  /// axis are no part of it, nor is what is written without the state.
  Chunk(TileBuilder &tiles, seq::RecurrenceOp op, const CarryForm &form,
        mlir::Value carry, mlir::StringAttr image)
      : ChunkTiles(tiles, op.getSequenceAttr()), form(form),
        column(b.getStringAttr(row.getValue() + "'")),
        state{carry, {form.keyAxis, image}}, linear(true) {
    key.axis = form.keyAxis;
    value.axis = image;
  }

  /// Finds the rows of all writes; false with a diagnostic on failure.
  bool absorb();
  /// Binds a read of the state.
  bool bind(const Read &read);
  /// The state after the chunk.
  mlir::Value next();
  /// The decay of the whole chunk on the key side and on the value side, null
  /// where there is none.
  Tile keyDecay() { return lastDecay(key); }
  Tile valueDecay() { return lastDecay(value); }

private:
  /// When in its token a read happens, as the cumulative gates say it.
  enum class When { Before, Decayed, After };

  /// One of the two axes of the state: its cumulative log gates, f64, over
  /// rows, or rows and the axis, with and without the token's own (null if
  /// there are none); and for each write its factor along the axis.
  struct Side {
    mlir::StringAttr axis;
    Tile gate, gateBefore;
    llvm::SmallVector<Tile> factors;
  };
  /// The side that a read sums over, and the other one.
  struct Sides {
    const Side &over, &along;
  };

  Axes rowsOf(mlir::StringAttr axis) {
    return axis ? Axes{row, axis} : Axes{row};
  }
  Tile product(llvm::ArrayRef<mlir::Value> factors);
  Tile paddedValue(mlir::Value value);
  Tile logGate(const DecayFactor &decay);
  Tile lastGate(const Side &side);
  Tile lastDecay(const Side &side);
  bool makeGates();
  bool makeKeys();
  void close(Tile gate, Side &side);
  Tile cumulative(Tile gate, bool exclusive);
  When whenOf(const Read &read);
  Sides sidesOf(const Read &read) {
    return read.across ? Sides{valueAcross, keyAcross} : Sides{key, value};
  }
  bool isOn(const DecayFactor &decay, const Side &side) {
    return side.axis && llvm::cast<seq::ArrayType>(decay.factor.getType())
                            .hasAxis(side.axis);
  }
  Tile readVector(const Read &read, When when, Tile coefficient = {});
  Tile decayAlong(const Read &read, When when);
  Tile gateOf(const Side &side, When when) {
    return when == When::Before ? side.gateBefore : side.gate;
  }
  Tile scores(Sides sides, Tile x, Tile y, When when, bool negative = false);
  Tile fromState(Sides sides, Tile vector, When when);
  Tile applyTo(Sides sides, Tile scores, Tile rows, When when, Tile sum);
  Tile readWithout(const Read &read, Tile vector, When when,
                   llvm::ArrayRef<unsigned> skip, Tile coefficient = {});
  struct Equation {
    Tile right, vector;
    When when;
  };
  bool equationOf(unsigned write, llvm::ArrayRef<unsigned> unknown,
                  Equation &equation);
  bool solve(unsigned write);
  mlir::Value interleave(llvm::ArrayRef<Tile> parts, int64_t stride);
  bool solveSystem(llvm::ArrayRef<unsigned> order);
  bool collect(mlir::Value value, Tile coefficient, Tile &constant,
               llvm::SmallVectorImpl<std::pair<const Read *, Tile>> &reads);

  const CarryForm &form;
  /// The rows of a chunk as columns: a name that no spec can have.
  mlir::StringAttr column;
  Tile state;
  /// Whether it is the map of the state alone.
  bool linear = false;
  /// The factors have each write as the final state has it: keys, and rows.
  /// Gates without an axis are of the key side; for reads across, where there
  /// are some, of the value side.
  Side key, value, keyAcross, valueAcross;
};

/// One chunk of a running maximum.
class ChunkMaximum : ChunkTiles {
public:
  ChunkMaximum(TileBuilder &tiles, seq::RecurrenceOp op, const CarryForm &form,
               mlir::Value carry)
      : ChunkTiles(tiles, op.getSequenceAttr()), op(op), form(form),
        carry(carry) {}

  /// Binds the number before each token, and after it.
  bool absorb();
  /// The number after the chunk.
  mlir::Value next();
  /// All that is added in the chunk to what was there before.
  Tile sum();

private:
  Tile running(Tile addend, Tile floor, bool exclusive);

  seq::RecurrenceOp op;
  const CarryForm &form;
  mlir::Value carry;
  /// What each token adds, and the number after it.
  Tile addend, after;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_CHUNK_H
