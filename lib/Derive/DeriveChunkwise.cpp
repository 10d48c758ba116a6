//===- DeriveChunkwise.cpp - The chunkwise-parallel form ------------------===//
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

#include "RecurrenceLoop.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace seqmix;

/// Whether a value of the step is computed from a read of the state.
static bool dependsOnRead(Value value, const StepForm &form) {
  if (form.findRead(value))
    return true;
  Operation *o = value.getDefiningOp();
  return o && llvm::any_of(o->getOperands(), [&](Value operand) {
           return dependsOnRead(operand, form);
         });
}

/// The reads that outputs are computed from.
static void collectReads(Value value, const StepForm &form,
                         llvm::DenseSet<Value> &reads) {
  if (form.findRead(value)) {
    reads.insert(value);
    return;
  }
  if (Operation *o = value.getDefiningOp();
      o && isa<seq::RecurrenceOp>(o->getParentOp()))
    for (Value operand : o->getOperands())
      collectReads(operand, form, reads);
}

namespace {

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
  Value next();

private:
  /// When in its token a read happens, as the cumulative gates say it.
  enum class When { Before, Decayed, After };

  Tile product(ArrayRef<Value> factors);
  Tile padded(Tile tile);
  Tile paddedValue(Value value);
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
                   ArrayRef<unsigned> skip, Tile coefficient = {});
  struct Equation {
    Tile right, vector;
    When when;
  };
  bool equationOf(unsigned write, ArrayRef<unsigned> unknown,
                  Equation &equation);
  bool solve(unsigned write);
  Value interleave(ArrayRef<Tile> parts);
  bool solveSubsteps();
  bool collect(Value value, Tile coefficient, Tile &constant,
               SmallVectorImpl<std::pair<const Read *, Tile>> &reads);

  TileBuilder &tiles;
  seq::RecurrenceOp op;
  const StepForm &form;
  OpBuilder &b;
  /// The rows of a chunk, and their name as columns: one that no spec can have.
  StringAttr row, column;
  Tile state;
  /// Cumulative log gates, f64: over rows, or rows and the axis; null if none.
  Tile G, Gx, H, Hx;
  /// For each write: its key and its rows as the final state has them.
  SmallVector<Tile> keys, rows;
};

//===----------------------------------------------------------------------===//
// Gates
//===----------------------------------------------------------------------===//

Tile Chunk::product(ArrayRef<Value> factors) {
  Tile result;
  for (Value factor : factors) {
    Tile tile = tiles.lift(factor);
    if (!tile)
      return {};
    result = result ? tiles.mul(result, tile) : tile;
  }
  return result ? result : tiles.constant(1.0);
}

/// Rows past the end of the sequence as zeros.
Tile Chunk::padded(Tile tile) {
  Axes axes(tile.axes);
  if (!tile.hasAxis(row)) {
    axes.insert(axes.begin(), row);
    tile = tiles.materialize(tile, axes);
  }
  Value init = tiles.empty(axes, getElementTypeOrSelf(tile.value.getType()));
  auto pad = stream::PadOp::create(
      b, tiles.location(), TypeRange(init.getType()), tile.value, Value(), init,
      b.getI64IntegerAttr(llvm::find(axes, row) - axes.begin()), row,
      b.getF64FloatAttr(0.0));
  return {pad.getResult()[0], axes};
}

/// The tile of a value of the step with zeros past the end: what was loaded
/// has them already.
Tile Chunk::paddedValue(Value value) {
  Tile tile = tiles.lift(value);
  if (!tile || (tiles.isLoaded(value) && tile.hasAxis(row)))
    return tile;
  return padded(tile);
}

Tile Chunk::logGate(const DecayFactor &decay) {
  if (decay.logarithm)
    return tiles.lift(decay.logarithm);
  if (auto sigmoid = decay.factor.getDefiningOp<seq::SigmoidOp>()) {
    // log σ(x) = −softplus(−x), which keeps what σ(x) would underflow.
    Tile x = tiles.lift(sigmoid.getX());
    if (!x)
      return {};
    return tiles.map({x}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
      Value zero = arith::ConstantOp::create(n, l, n.getF32FloatAttr(0.0));
      Value magnitude = math::AbsFOp::create(n, l, v[0]);
      Value e =
          math::ExpOp::create(n, l, arith::NegFOp::create(n, l, magnitude));
      Value tail = math::Log1pOp::create(n, l, e);
      return arith::SubFOp::create(
          n, l, arith::MinimumFOp::create(n, l, v[0], zero), tail);
    });
  }
  Tile factor = tiles.lift(decay.factor);
  if (!factor)
    return {};
  return tiles.map({factor},
                   [](OpBuilder &n, Location l, ValueRange v) -> Value {
                     return math::LogOp::create(n, l, v[0]);
                   });
}

Tile Chunk::cumulative(Tile gate, bool exclusive) {
  Value init = tiles.empty(gate.axes, b.getF64Type());
  auto sum =
      stream::CumsumOp::create(b, tiles.location(), TypeRange(init.getType()),
                               gate.value, init, exclusive);
  return {sum.getResult()[0], gate.axes};
}

/// Sums the log gates of each side; factors without an axis go to the key side.
bool Chunk::makeGates() {
  Tile key, value;
  for (unsigned index : form.final.decays) {
    const DecayFactor &decay = form.decays[index];
    Tile gate = logGate(decay);
    if (!gate)
      return false;
    Tile &side = gate.hasAxis(form.valueAxis) ? value : key;
    side = side ? tiles.add(side, gate) : gate;
  }
  auto close = [&](Tile gate, Tile &inclusive, Tile &exclusive) {
    if (!gate)
      return;
    gate = padded(gate);
    inclusive = cumulative(gate, false);
    exclusive = cumulative(gate, true);
  };
  close(key, G, Gx);
  close(value, H, Hx);
  return true;
}

//===----------------------------------------------------------------------===//
// Writes
//===----------------------------------------------------------------------===//

/// The keys of all writes, and the rows of those that do not depend on the
/// state.
bool Chunk::makeKeys() {
  keys.resize(form.writes.size());
  rows.resize(form.writes.size());
  for (auto [i, write] : llvm::enumerate(form.writes)) {
    tiles.setLocation(write.location);
    // Decays of the same token that come after the write.
    SmallVector<Value> keyFactors(write.key), valueFactors(write.value);
    for (const StateVersion::Included &included : form.final.writes)
      if (included.write == i)
        for (unsigned decay : included.decays) {
          Value factor = form.decays[decay].factor;
          bool onValue =
              cast<seq::ArrayType>(factor.getType()).hasAxis(form.valueAxis);
          (onValue ? valueFactors : keyFactors).push_back(factor);
        }
    Tile key = keyFactors.size() == 1 ? paddedValue(keyFactors[0])
                                      : product(keyFactors);
    if (!key)
      return false;
    if (!key.hasAxis(form.keyAxis) || !key.hasAxis(row))
      key = tiles.materialize(key, {row, form.keyAxis});
    if (keyFactors.size() != 1)
      key = padded(key);
    keys[i] = tiles.materialize(key, {row, form.keyAxis});
    if (write.dependent)
      continue;
    Tile value = valueFactors.size() == 1 ? paddedValue(valueFactors[0])
                                          : product(valueFactors);
    if (!value)
      return false;
    if (write.negative)
      value = tiles.neg(value);
    if (valueFactors.size() != 1)
      value = padded(tiles.materialize(value, {row, form.valueAxis}));
    rows[i] = tiles.materialize(value, {row, form.valueAxis});
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Reads
//===----------------------------------------------------------------------===//

static bool sameMultiset(ArrayRef<unsigned> x, ArrayRef<unsigned> y) {
  SmallVector<unsigned> a(x), c(y);
  llvm::sort(a);
  llvm::sort(c);
  return a == c;
}

Chunk::When Chunk::whenOf(const Read &read) {
  if (read.after)
    return When::After;
  if (!read.version.decays.empty() &&
      sameMultiset(read.version.decays, form.final.decays))
    return When::Decayed;
  return When::Before;
}

/// The vectors of a read, rows past the end 0. Decays of the token that the
/// read has seen, where they are not all of them, are multiplied in.
Tile Chunk::readVector(const Read &read, When when) {
  Tile vector = paddedValue(read.vector);
  if (!vector)
    return {};
  vector = tiles.materialize(vector, {row, form.keyAxis});
  if (when != When::Before)
    return vector;
  for (unsigned decay : read.version.decays) {
    Value factor = form.decays[decay].factor;
    if (cast<seq::ArrayType>(factor.getType()).hasAxis(form.valueAxis))
      continue;
    Tile tile = tiles.lift(factor);
    if (!tile)
      return {};
    vector = padded(tiles.mul(vector, tile));
  }
  return vector;
}

/// The same decays, on the value side: a factor of what was read.
Tile Chunk::valueDecayOf(const Read &read, When when) {
  Tile result;
  if (when != When::Before)
    return result;
  for (unsigned decay : read.version.decays) {
    Value factor = form.decays[decay].factor;
    if (!cast<seq::ArrayType>(factor.getType()).hasAxis(form.valueAxis))
      continue;
    Tile tile = tiles.lift(factor);
    result = result ? tiles.mul(result, tile) : tile;
  }
  return result;
}

Tile Chunk::scores(Tile x, Tile y, When when) {
  SmallVector<Value> gates;
  if (G)
    gates = {gateOf(G, Gx, when).value, G.value};
  int64_t n = tiles.sizeOf(row);
  Value init = tensor::EmptyOp::create(b, tiles.location(),
                                       ArrayRef<int64_t>{n, n}, b.getF32Type());
  auto scores = stream::ScoresOp::create(
      b, tiles.location(), TypeRange(init.getType()), x.value, y.value, gates,
      init, when == When::After);
  return {scores.getResult()[0], {row, column}};
}

/// e^H ∘ ((e^G ∘ c) S₀), with the gates of the read.
Tile Chunk::fromState(Tile vector, When when) {
  if (G)
    vector = tiles.mul(vector, tiles.exp(gateOf(G, Gx, when)));
  vector = tiles.materialize(vector, {row, form.keyAxis});
  Tile sum = tiles.dot(vector, state, {form.keyAxis});
  if (H)
    sum = tiles.mul(sum, tiles.exp(gateOf(H, Hx, when)));
  return tiles.materialize(sum, {row, form.valueAxis});
}

/// sum + P ⊛ W.
Tile Chunk::applyTo(Tile scores, Tile w, When when, Tile sum) {
  if (H) {
    auto apply = stream::ApplyOp::create(
        b, tiles.location(), TypeRange(sum.value.getType()), scores.value,
        w.value, ValueRange{gateOf(H, Hx, when).value, H.value}, sum.value);
    return {apply.getResult()[0], sum.axes};
  }
  return tiles.accumulate(sum, scores, tiles.rename(w, row, column), {column});
}

/// What a read gives, but for the rows of the writes `skip`, times a
/// coefficient that `vector` has in it already.
Tile Chunk::readWithout(const Read &read, Tile vector, When when,
                        ArrayRef<unsigned> skip, Tile coefficient) {
  Tile sum = fromState(vector, when);
  for (const StateVersion::Included &included : form.final.writes)
    if (!llvm::is_contained(skip, included.write))
      sum = applyTo(scores(vector, keys[included.write], when),
                    rows[included.write], when, sum);
  if (when == When::After)
    return sum;
  // Writes of the same token that the read has seen already.
  for (const StateVersion::Included &included : read.version.writes) {
    if (llvm::is_contained(skip, included.write))
      continue;
    const Write &write = form.writes[included.write];
    Tile key = product(write.key);
    Tile plain = paddedValue(read.vector);
    Tile value;
    if (write.dependent) {
      value = rows[included.write];
    } else {
      value = product(write.value);
      if (value && write.negative)
        value = tiles.neg(value);
    }
    if (!key || !plain || !value)
      return {};
    for (unsigned decay : included.decays) {
      Tile factor = tiles.lift(form.decays[decay].factor);
      if (!factor)
        return {};
      (factor.hasAxis(form.valueAxis) ? value : key) =
          tiles.mul(factor.hasAxis(form.valueAxis) ? value : key, factor);
    }
    key = tiles.materialize(key, {row, form.keyAxis});
    plain = tiles.materialize(plain, {row, form.keyAxis});
    Tile weight = tiles.dot(plain, key, {form.keyAxis});
    if (coefficient)
      weight = tiles.mul(weight, coefficient);
    sum = tiles.add(sum, tiles.mul(weight, value));
  }
  return tiles.materialize(sum, {row, form.valueAxis});
}

//===----------------------------------------------------------------------===//
// The write that depends on the state
//===----------------------------------------------------------------------===//

/// Splits a value into a constant and coefficients of reads, each multiplied by
/// `coefficient`.
bool Chunk::collect(Value value, Tile coefficient, Tile &constant,
                    SmallVectorImpl<std::pair<const Read *, Tile>> &reads) {
  if (const Read *read = form.findRead(value)) {
    reads.push_back({read, coefficient});
    return true;
  }
  auto times = [&](Tile x, Tile y) { return x ? tiles.mul(x, y) : y; };
  Operation *o = value.getDefiningOp();
  bool depends =
      o && o->getBlock() == &op.getBody() && dependsOnRead(value, form);
  if (!depends) {
    Tile tile = tiles.lift(value);
    if (!tile)
      return false;
    tile = times(coefficient, tile);
    constant = constant ? tiles.add(constant, tile) : tile;
    return true;
  }
  auto negated = [&](Tile x) {
    return x ? tiles.neg(x) : tiles.constant(-1.0);
  };
  if (auto neg = dyn_cast<seq::NegOp>(o))
    return collect(neg.getX(), negated(coefficient), constant, reads);
  if (isa<seq::AddOp, seq::SubOp>(o)) {
    Tile second = isa<seq::SubOp>(o) ? negated(coefficient) : coefficient;
    return collect(o->getOperand(0), coefficient, constant, reads) &&
           collect(o->getOperand(1), second, constant, reads);
  }
  Value x = o->getOperand(0), y = o->getOperand(1);
  if (isa<seq::MulOp>(o) && dependsOnRead(y, form))
    std::swap(x, y);
  Tile factor = tiles.lift(y);
  if (!factor)
    return false;
  if (isa<seq::DivOp>(o))
    factor = tiles.map(
        {factor}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
          Value one = arith::ConstantOp::create(n, l, n.getF32FloatAttr(1.0));
          return arith::DivFOp::create(n, l, one, v[0]);
        });
  return collect(x, times(coefficient, factor), constant, reads);
}

/// The equation of a write's rows: w = right + ⟨vector, κ⟩ W over the writes in
/// `unknown`, with the gates of `when`.
bool Chunk::equationOf(unsigned index, ArrayRef<unsigned> unknown,
                       Equation &equation) {
  const Write &write = form.writes[index];
  tiles.setLocation(write.location);
  Tile scale;
  for (Value factor : write.value) {
    Tile tile = tiles.lift(factor);
    if (!tile)
      return false;
    scale = scale ? tiles.mul(scale, tile) : tile;
  }
  if (write.negative)
    scale = scale ? tiles.neg(scale) : tiles.constant(-1.0);
  Tile constant;
  SmallVector<std::pair<const Read *, Tile>> reads;
  if (!collect(write.dependent, scale, constant, reads))
    return false;

  Axes axes = {row, form.valueAxis}, vectorAxes = {row, form.keyAxis};
  if (constant)
    equation.right = padded(tiles.materialize(constant, axes));
  // Reads at different points of the step are taken as ones before the decays,
  // which go into the vectors: the analysis sees to it that they can.
  When when = whenOf(*reads.front().first);
  for (auto &[read, coefficient] : reads)
    if (whenOf(*read) != when)
      when = When::Before;
  equation.when = when;
  for (auto &[read, coefficient] : reads) {
    Tile vector = readVector(*read, when);
    if (!vector)
      return false;
    if (coefficient)
      vector =
          padded(tiles.materialize(tiles.mul(vector, coefficient), vectorAxes));
    Tile rest = readWithout(*read, vector, when, unknown, coefficient);
    if (!rest)
      return false;
    equation.right = equation.right ? tiles.add(equation.right, rest) : rest;
    equation.vector =
        equation.vector ? tiles.add(equation.vector, vector) : vector;
  }
  equation.right = tiles.materialize(equation.right, axes);
  equation.vector = tiles.materialize(equation.vector, vectorAxes);
  return true;
}

/// The rows of the one write that depends on the state.
bool Chunk::solve(unsigned index) {
  Equation equation;
  if (!equationOf(index, index, equation))
    return false;
  Tile minus = tiles.neg(equation.vector);
  Tile n = scores(minus, keys[index], equation.when);
  SmallVector<Value> valueGates;
  if (H)
    valueGates = {gateOf(H, Hx, equation.when).value, H.value};
  Axes axes = {row, form.valueAxis};
  Value init = tiles.empty(axes, b.getF32Type());
  auto solve =
      stream::SolveOp::create(b, tiles.location(), TypeRange(init.getType()),
                              n.value, equation.right.value, valueGates, init);
  rows[index] = {solve.getResult()[0], axes};
  return true;
}

/// Puts rows of several tiles in turn: row t of part r becomes row t R + r.
Value Chunk::interleave(ArrayRef<Tile> parts) {
  auto type = cast<RankedTensorType>(parts[0].value.getType());
  int64_t count = parts.size();
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<OpFoldResult> extents;
  for (int64_t extent : shape)
    extents.push_back(b.getIndexAttr(extent));
  shape[0] *= count;
  Value all = tensor::EmptyOp::create(b, tiles.location(), shape,
                                      type.getElementType());
  for (auto [r, part] : llvm::enumerate(parts)) {
    SmallVector<OpFoldResult> offsets(shape.size(), b.getIndexAttr(0)),
        strides(shape.size(), b.getIndexAttr(1));
    offsets[0] = b.getIndexAttr(r);
    strides[0] = b.getIndexAttr(count);
    all = tensor::InsertSliceOp::create(b, tiles.location(), part.value, all,
                                        offsets, extents, strides);
  }
  return all;
}

/// The rows of all writes at once, where each sub-step of a token reads what
/// the one before wrote: their rows in turn are one triangular system.
bool Chunk::solveSubsteps() {
  SmallVector<unsigned> order;
  for (const StateVersion::Included &included : form.final.writes)
    order.push_back(included.write);
  Axes axes = {row, form.valueAxis};
  SmallVector<Tile> vectors, rights, stackedKeys;
  for (unsigned index : order) {
    Equation equation;
    if (!form.writes[index].dependent) {
      equation.right = rows[index];
      equation.vector =
          tiles.materialize(tiles.constant(0.0), {row, form.keyAxis});
    } else if (!equationOf(index, order, equation)) {
      return false;
    }
    vectors.push_back(tiles.neg(equation.vector));
    rights.push_back(equation.right);
    stackedKeys.push_back(keys[index]);
  }
  int64_t count = order.size();
  auto repeated = [&](Tile gate) {
    return interleave(SmallVector<Tile>(count, gate));
  };
  SmallVector<Value> keyGates, valueGates;
  // Sub-steps come after all decays of their token: both gates are inclusive.
  if (G)
    keyGates.assign(2, repeated(G));
  if (H)
    valueGates.assign(2, repeated(H));
  int64_t n = tiles.sizeOf(row) * count;
  Location loc = tiles.location();
  Value square =
      tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>{n, n}, b.getF32Type());
  auto scores = stream::ScoresOp::create(
      b, loc, TypeRange(square.getType()), interleave(vectors),
      interleave(stackedKeys), keyGates, square, /*diagonal=*/false);
  Value right = interleave(rights);
  auto type = cast<RankedTensorType>(right.getType());
  Value init =
      tensor::EmptyOp::create(b, loc, type.getShape(), type.getElementType());
  auto solve = stream::SolveOp::create(
      b, loc, TypeRange(type), scores.getResult()[0], right, valueGates, init);
  for (auto [r, index] : llvm::enumerate(order)) {
    SmallVector<OpFoldResult> offsets = {b.getIndexAttr(r), b.getIndexAttr(0)};
    SmallVector<OpFoldResult> extents = {b.getIndexAttr(tiles.sizeOf(row)),
                                         b.getIndexAttr(type.getDimSize(1))};
    SmallVector<OpFoldResult> strides = {b.getIndexAttr(count),
                                         b.getIndexAttr(1)};
    Value part = tensor::ExtractSliceOp::create(
        b, loc, tiles.typeOf(axes, b.getF32Type()), solve.getResult()[0],
        offsets, extents, strides);
    rows[index] = {part, axes};
  }
  return true;
}

//===----------------------------------------------------------------------===//
// The chunk
//===----------------------------------------------------------------------===//

bool Chunk::absorb() {
  if (!makeGates() || !makeKeys())
    return false;
  SmallVector<unsigned> dependent = form.dependentWrites();
  if (dependent.size() == 1 && !solve(dependent[0]))
    return false;
  if (dependent.size() > 1 && !solveSubsteps())
    return false;
  // A read that only the solve needed is not computed a second time.
  llvm::DenseSet<Value> needed;
  for (Value output : op.getYield().getOutputs())
    collectReads(output, form, needed);
  for (const Read &read : form.reads) {
    if (!needed.contains(read.op.getResult()))
      continue;
    tiles.setLocation(read.op.getLoc());
    When when = whenOf(read);
    Tile vector = readVector(read, when);
    if (!vector)
      return false;
    Tile sum = readWithout(read, vector, when, {});
    if (!sum)
      return false;
    if (Tile decay = valueDecayOf(read, when))
      sum = tiles.mul(sum, decay);
    tiles.bind(read.op.getResult(), sum);
  }
  return true;
}

Value Chunk::next() {
  int64_t last = tiles.sizeOf(row) - 1;
  Tile sum = state;
  Tile lastG, lastH;
  if (G) {
    lastG = tiles.slice(G, row, last);
    sum = tiles.mul(sum, tiles.exp(lastG));
  }
  if (H) {
    lastH = tiles.slice(H, row, last);
    sum = tiles.mul(sum, tiles.exp(lastH));
  }
  sum = tiles.materialize(sum, state.axes);
  for (const StateVersion::Included &included : form.final.writes) {
    Tile key = keys[included.write], value = rows[included.write];
    if (G)
      key = tiles.materialize(tiles.mul(key, tiles.expDifference(lastG, G)),
                              {row, form.keyAxis});
    if (H)
      value = tiles.materialize(tiles.mul(value, tiles.expDifference(lastH, H)),
                                {row, form.valueAxis});
    sum = tiles.accumulate(sum, key, value, {row});
  }
  return sum.value;
}

} // namespace

FailureOr<kernel::EntryOp>
seqmix::deriveChunkwise(OpBuilder &b, seq::OperatorOp op,
                        seq::RecurrenceOp recurrence, const StepForm &form,
                        const Schedule &schedule, StringRef symbol) {
  OpBuilder::InsertionGuard guard(b);
  EntryInfo info{symbol.str(),
                 "chunkwise",
                 b.getDictionaryAttr({}),
                 schedule.chunk,
                 {describe(form)}};
  kernel::EntryOp entry = buildEntry(b, op, info);
  LoopBuilder loop(b, op, entry, parallelAxesOf(op, recurrence, schedule),
                   {recurrence.getSequenceAttr(), schedule.chunk});
  if (failed(addArrays(loop, op, recurrence)))
    return failure();
  auto init = [&](LoopBuilder::Region &region) {
    return initialCarry(region, recurrence);
  };
  auto absorb =
      [&](LoopBuilder::Region &region) -> FailureOr<SmallVector<Value>> {
    aliasInputs(region.tiles, recurrence);
    Chunk chunk(region, recurrence, form);
    if (!chunk.absorb())
      return failure();
    SmallVector<Value> outputs;
    if (failed(appendOutputs(loop, region, op, recurrence, outputs)))
      return failure();
    SmallVector<Value> values = {chunk.next()};
    llvm::append_range(values, outputs);
    return values;
  };
  auto finish = [&](LoopBuilder::Region &region) {
    return finalResults(loop, region, op, recurrence);
  };
  if (failed(loop.build(init, absorb, nullptr, finish)))
    return failure();
  return entry;
}
