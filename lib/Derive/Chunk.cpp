//===- Chunk.cpp - Gates, writes and reads of a chunk ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Chunk.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace seqmix;

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

Tile ChunkTiles::padded(Tile tile, double value) {
  Axes axes(tile.axes);
  if (!tile.hasAxis(row)) {
    axes.insert(axes.begin(), row);
    tile = tiles.materialize(tile, axes);
  }
  Value init = tiles.empty(axes, getElementTypeOrSelf(tile.value.getType()));
  auto pad = stream::PadOp::create(
      b, tiles.location(), TypeRange(init.getType()), tile.value, Value(), init,
      b.getI64IntegerAttr(llvm::find(axes, row) - axes.begin()), row,
      b.getF64FloatAttr(value));
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

void Chunk::close(Tile gate, Side &side) {
  if (!gate)
    return;
  // A token a row, whatever the layout of the operands.
  Axes axes;
  for (StringAttr axis : {row, form.keyAxis, form.valueAxis})
    if (axis && gate.hasAxis(axis))
      axes.push_back(axis);
  gate = padded(tiles.materialize(gate, axes));
  side.gate = cumulative(gate, false);
  side.gateBefore = cumulative(gate, true);
}

/// Sums the log gates of each side; factors without an axis go to the key side,
/// and for reads across to the value side.
bool Chunk::makeGates() {
  Tile onKey, onValue, onNeither;
  for (unsigned index : form.final.decays) {
    const DecayFactor &decay = form.decays[index];
    if (linear && form.isOnValue(decay))
      continue;
    Tile gate = logGate(decay);
    if (!gate)
      return false;
    Tile &sum = isOn(decay, value) ? onValue
                : isOn(decay, key) ? onKey
                                   : onNeither;
    sum = sum ? tiles.add(sum, gate) : gate;
  }
  auto sum = [&](Tile x, Tile y) { return !x ? y : !y ? x : tiles.add(x, y); };
  bool across = !linear && llvm::any_of(form.reads, [](const Read &read) {
    return read.across;
  });
  close(sum(onKey, onNeither), key);
  close(onValue, value);
  if (across) {
    close(onKey, keyAcross);
    close(sum(onValue, onNeither), valueAcross);
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Writes
//===----------------------------------------------------------------------===//

/// The keys of the writes that are kept, and the rows of those that do not
/// depend on the state.
bool Chunk::makeKeys() {
  key.factors.resize(form.writes.size());
  value.factors.resize(form.writes.size());
  for (auto [i, write] : llvm::enumerate(form.writes)) {
    if (!form.isKept(i) || (linear && !write.dependent))
      continue;
    tiles.setLocation(write.location);
    // Decays of the same token that come after the write.
    SmallVector<Value> keyFactors(write.key), valueFactors(write.value);
    for (const StateVersion::Included &included : form.final.writes)
      if (included.write == i)
        for (unsigned decay : included.decays)
          (isOn(form.decays[decay], value) ? valueFactors : keyFactors)
              .push_back(form.decays[decay].factor);
    Axes keyRows = rowsOf(key.axis), valueRows = rowsOf(value.axis);
    Tile factor = keyFactors.size() == 1 ? paddedValue(keyFactors[0])
                                         : product(keyFactors);
    if (!factor)
      return false;
    if (!factor.hasAxis(key.axis) || !factor.hasAxis(row))
      factor = tiles.materialize(factor, keyRows);
    if (keyFactors.size() != 1)
      factor = padded(factor);
    key.factors[i] = tiles.materialize(factor, keyRows);
    if (write.dependent)
      continue;
    factor = valueFactors.size() == 1 ? paddedValue(valueFactors[0])
                                      : product(valueFactors);
    if (!factor)
      return false;
    if (write.negative)
      factor = tiles.neg(factor);
    if (valueFactors.size() != 1)
      factor = padded(tiles.materialize(factor, valueRows));
    value.factors[i] = tiles.materialize(factor, valueRows);
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

/// The vectors of a read, times a coefficient if there is one, rows past the
/// end 0. Decays of the token that the read has seen, where they are not all of
/// them, are multiplied in.
Tile Chunk::readVector(const Read &read, When when, Tile coefficient) {
  Tile vector =
      coefficient ? tiles.lift(read.vector) : paddedValue(read.vector);
  if (!vector)
    return {};
  Axes axes = rowsOf(sidesOf(read).over.axis);
  if (coefficient)
    vector = padded(tiles.materialize(tiles.mul(vector, coefficient), axes));
  vector = tiles.materialize(vector, axes);
  if (when != When::Before)
    return vector;
  for (unsigned decay : read.version.decays) {
    if (isOn(form.decays[decay], sidesOf(read).along))
      continue;
    Tile tile = tiles.lift(form.decays[decay].factor);
    if (!tile)
      return {};
    vector = padded(tiles.mul(vector, tile));
  }
  return vector;
}

/// The same decays, on the other side: a factor of what was read.
Tile Chunk::decayAlong(const Read &read, When when) {
  Tile result;
  if (when != When::Before)
    return result;
  for (unsigned decay : read.version.decays) {
    if (!isOn(form.decays[decay], sidesOf(read).along))
      continue;
    Tile tile = tiles.lift(form.decays[decay].factor);
    result = result ? tiles.mul(result, tile) : tile;
  }
  return result;
}

Tile Chunk::scores(Sides sides, Tile x, Tile y, When when, bool negative) {
  SmallVector<Value> gates;
  if (sides.over.gate)
    gates = {gateOf(sides.over, when).value, sides.over.gate.value};
  int64_t n = tiles.sizeOf(row);
  Value init = tensor::EmptyOp::create(b, tiles.location(),
                                       ArrayRef<int64_t>{n, n}, b.getF32Type());
  auto scores = stream::ScoresOp::create(
      b, tiles.location(), TypeRange(init.getType()), x.value, y.value, gates,
      /*factors=*/ValueRange(), init, when == When::After, /*group=*/1,
      negative);
  return {scores.getResult()[0], {row, column}};
}

/// e^H ∘ ((e^G ∘ c) S₀), with the gates of the read.
Tile Chunk::fromState(Sides sides, Tile vector, When when) {
  const auto &[over, along] = sides;
  if (over.gate)
    vector = tiles.mul(vector, tiles.exp(gateOf(over, when)));
  vector = tiles.materialize(vector, rowsOf(over.axis));
  Tile sum = tiles.dot(vector, state, {over.axis});
  if (along.gate)
    sum = tiles.mul(sum, tiles.exp(gateOf(along, when)));
  return tiles.materialize(sum, rowsOf(along.axis));
}

/// sum + P ⊛ W.
Tile Chunk::applyTo(Sides sides, Tile scores, Tile w, When when, Tile sum) {
  if (const Side &along = sides.along; along.gate) {
    auto apply = stream::ApplyOp::create(
        b, tiles.location(), TypeRange(sum.value.getType()), scores.value,
        w.value, ValueRange{gateOf(along, when).value, along.gate.value},
        sum.value);
    return {apply.getResult()[0], sum.axes};
  }
  return tiles.accumulate(sum, scores, tiles.rename(w, row, column), {column});
}

/// What a read gives, but for the rows of the writes `skip`, times a
/// coefficient that `vector` has in it already.
Tile Chunk::readWithout(const Read &read, Tile vector, When when,
                        ArrayRef<unsigned> skip, Tile coefficient) {
  Sides sides = sidesOf(read);
  Tile sum = fromState(sides, vector, when);
  if (linear)
    return sum;
  const SmallVector<Tile> &over = (read.across ? value : key).factors;
  const SmallVector<Tile> &along = (read.across ? key : value).factors;
  for (const StateVersion::Included &included : form.final.writes)
    if (!llvm::is_contained(skip, included.write))
      sum = applyTo(sides, scores(sides, vector, over[included.write], when),
                    along[included.write], when, sum);
  if (when == When::After)
    return sum;
  // Of the token's own writes each knows its decays.
  if (Tile decay = decayAlong(read, when))
    sum = tiles.mul(sum, decay);
  // Writes of the same token that the read has seen already.
  for (const StateVersion::Included &included : read.version.writes) {
    if (llvm::is_contained(skip, included.write))
      continue;
    const Write &write = form.writes[included.write];
    Tile onKey = product(write.key);
    Tile plain = paddedValue(read.vector);
    Tile onValue;
    if (write.dependent) {
      onValue = value.factors[included.write];
    } else {
      onValue = product(write.value);
      if (onValue && write.negative)
        onValue = tiles.neg(onValue);
    }
    if (!onKey || !plain || !onValue)
      return {};
    for (unsigned decay : included.decays) {
      Tile factor = tiles.lift(form.decays[decay].factor);
      if (!factor)
        return {};
      Tile &side = isOn(form.decays[decay], value) ? onValue : onKey;
      side = tiles.mul(side, factor);
    }
    if (read.across)
      std::swap(onKey, onValue);
    onKey = tiles.materialize(onKey, rowsOf(sides.over.axis));
    plain = tiles.materialize(plain, rowsOf(sides.over.axis));
    Tile weight = tiles.dot(plain, onKey, {sides.over.axis});
    if (coefficient)
      weight = tiles.mul(weight, coefficient);
    sum = tiles.add(sum, tiles.mul(weight, onValue));
  }
  return tiles.materialize(sum, rowsOf(sides.along.axis));
}

//===----------------------------------------------------------------------===//
// The chunk
//===----------------------------------------------------------------------===//

bool Chunk::absorb() {
  if (!makeGates() || !makeKeys())
    return false;
  SmallVector<unsigned> dependent = form.dependentWrites();
  if (dependent.size() == 1)
    return solve(dependent[0]);
  if (dependent.empty())
    return true;
  // Sub-steps take all writes in turn, ones that are known among them.
  if (form.together || linear)
    return solveSystem(dependent);
  SmallVector<unsigned> order;
  for (const StateVersion::Included &included : form.final.writes)
    order.push_back(included.write);
  return solveSystem(order);
}

bool Chunk::bind(const Read &read) {
  tiles.setLocation(read.op.getLoc());
  When when = whenOf(read);
  Tile vector = readVector(read, when);
  if (!vector)
    return false;
  Tile sum = readWithout(read, vector, when, {});
  if (!sum)
    return false;
  tiles.bind(read.op.getResult(), sum);
  return true;
}

Tile Chunk::lastGate(const Side &side) {
  if (!side.gate)
    return {};
  return tiles.slice(side.gate, row, tiles.sizeOf(row) - 1);
}

Tile Chunk::lastDecay(const Side &side) {
  Tile gate = lastGate(side);
  return gate ? tiles.exp(gate) : gate;
}

Value Chunk::next() {
  Tile sum = state;
  Tile keyGate = lastGate(key), valueGate = lastGate(value);
  for (const Tile &gate : {keyGate, valueGate})
    if (gate)
      sum = tiles.mul(sum, tiles.exp(gate));
  sum = tiles.materialize(sum, state.axes);
  // What a row decays by until the end is one tile for all writes.
  auto decayToEnd = [&](const Side &side, Tile gate) {
    return gate ? tiles.expDifference(gate, side.gate) : Tile();
  };
  Tile keyDecay = decayToEnd(key, keyGate);
  Tile valueDecay = decayToEnd(value, valueGate);
  auto rest = [&](const Side &side, unsigned write, Tile decay) {
    Tile factor = side.factors[write];
    if (decay)
      factor = tiles.mul(factor, decay);
    return tiles.materialize(factor, rowsOf(side.axis));
  };
  for (const StateVersion::Included &included : form.final.writes)
    if (!linear || form.writes[included.write].dependent)
      sum = tiles.accumulate(sum, rest(key, included.write, keyDecay),
                             rest(value, included.write, valueDecay), {row});
  return sum.value;
}
