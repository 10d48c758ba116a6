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
    // A token a row, whatever the layout of the operands.
    Axes axes;
    for (StringAttr axis : {row, form.keyAxis, form.valueAxis})
      if (gate.hasAxis(axis))
        axes.push_back(axis);
    gate = padded(tiles.materialize(gate, axes));
    inclusive = cumulative(gate, false);
    exclusive = cumulative(gate, true);
  };
  close(key, keyGate, keyGateBefore);
  close(value, valueGate, valueGateBefore);
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
  if (keyGate)
    gates = {gateOf(keyGate, keyGateBefore, when).value, keyGate.value};
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
  if (keyGate)
    vector = tiles.mul(vector, tiles.exp(gateOf(keyGate, keyGateBefore, when)));
  vector = tiles.materialize(vector, {row, form.keyAxis});
  Tile sum = tiles.dot(vector, state, {form.keyAxis});
  if (valueGate)
    sum = tiles.mul(sum, tiles.exp(gateOf(valueGate, valueGateBefore, when)));
  return tiles.materialize(sum, {row, form.valueAxis});
}

/// sum + P ⊛ W.
Tile Chunk::applyTo(Tile scores, Tile w, When when, Tile sum) {
  if (valueGate) {
    auto apply = stream::ApplyOp::create(
        b, tiles.location(), TypeRange(sum.value.getType()), scores.value,
        w.value,
        ValueRange{gateOf(valueGate, valueGateBefore, when).value,
                   valueGate.value},
        sum.value);
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
  // Of the token's own writes each knows its decays.
  if (Tile decay = valueDecayOf(read, when))
    sum = tiles.mul(sum, decay);
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
