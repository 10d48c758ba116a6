//===- Transition.cpp - What tokens do to a carry -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Transition.h"
#include "AnalyzeCarry.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace seqmix;

Transition::Transition(seq::RecurrenceOp op, const CarryForm &form)
    : op(op), form(form) {
  if (form.kind == CarryForm::Kind::Maximum) {
    hasSum = !form.addends.empty();
    if (hasSum)
      shapes.push_back({});
    return;
  }
  image = StringAttr::get(op.getContext(), form.keyAxis.getValue() + "'");
  hasMatrix = !form.dependentWrites().empty();
  Axes onKey;
  for (unsigned index : form.final.decays) {
    const DecayFactor &decay = form.decays[index];
    if (form.isOnValue(decay)) {
      hasValueDecay = true;
      continue;
    }
    hasKeyDecay = !hasMatrix;
    if (cast<seq::ArrayType>(decay.factor.getType()).hasAxis(form.keyAxis))
      onKey = {form.keyAxis};
  }
  if (hasMatrix)
    shapes.push_back({form.keyAxis, image});
  if (hasKeyDecay)
    shapes.push_back(onKey);
  if (hasValueDecay)
    shapes.push_back({form.valueAxis});
}

/// A write may depend on a read that has seen all decays of the value axis, or
/// there are none: what comes from the left and from the right commutes.
Value Transition::findObstacle() const {
  if (!hasMatrix || !hasValueDecay)
    return {};
  llvm::DenseSet<Value> steering;
  for (unsigned write : form.dependentWrites()) {
    auto slice = backwardSlice(op, form.writes[write].dependent);
    steering.insert(slice.begin(), slice.end());
  }
  for (unsigned index : form.final.decays) {
    const DecayFactor &decay = form.decays[index];
    if (form.isOnValue(decay) &&
        llvm::any_of(form.reads, [&](const Read &read) {
          return steering.contains(read.op.getResult()) &&
                 !llvm::is_contained(read.version.decays, index);
        }))
      return decay.factor;
  }
  return {};
}

int64_t Transition::sizeOf(StringAttr axis) const {
  auto parent = op->getParentOfType<seq::OperatorOp>();
  return *parent.getIntParam(axis == image ? form.keyAxis : axis);
}

void Transition::addAxes(LoopBuilder &loop) const {
  if (hasMatrix)
    loop.addAxis(image, sizeOf(image));
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

static Value filled(TileBuilder &tiles, const Axes &axes, double value) {
  Value number = tiles.constant(value).value;
  if (axes.empty())
    return carriedTile(tiles, {number, {}}, axes);
  return linalg::FillOp::create(tiles.builder(), tiles.location(), number,
                                tiles.empty(axes, tiles.builder().getF32Type()))
      .getResult(0);
}

Value Transition::nothing(TileBuilder &tiles) const {
  bool isMaximum = form.kind == CarryForm::Kind::Maximum;
  return filled(tiles, stateAxes(tiles, op, form.state),
                isMaximum ? -std::numeric_limits<double>::infinity() : 0.0);
}

/// A matrix with ones where its positions agree.
static Value identityMatrix(TileBuilder &tiles, const Axes &axes) {
  OpBuilder &b = tiles.builder();
  Location loc = tiles.location();
  Value init = tiles.empty(axes, b.getF32Type());
  AffineMap map = b.getMultiDimIdentityMap(2);
  SmallVector<utils::IteratorType> parallel(2, utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      b, loc, init.getType(), ValueRange(), init, map, parallel,
      [](OpBuilder &n, Location l, ValueRange) {
        Value equal = arith::CmpIOp::create(n, l, arith::CmpIPredicate::eq,
                                            linalg::IndexOp::create(n, l, 0),
                                            linalg::IndexOp::create(n, l, 1));
        Value one = arith::ConstantOp::create(n, l, n.getF32FloatAttr(1.0));
        Value zero = arith::ConstantOp::create(n, l, n.getF32FloatAttr(0.0));
        linalg::YieldOp::create(
            n, l, arith::SelectOp::create(n, l, equal, one, zero).getResult());
      });
  return generic.getResult(0);
}

SmallVector<Value> Transition::identity(TileBuilder &tiles) const {
  SmallVector<Value> map;
  for (const Axes &axes : shapes)
    map.push_back(hasMatrix && map.empty()
                      ? identityMatrix(tiles, axes)
                      : filled(tiles, axes, hasSum ? 0.0 : 1.0));
  return map;
}

//===----------------------------------------------------------------------===//
// Composition
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Value>>
Transition::absorb(TileBuilder &tiles, ChunkStep &step, ValueRange map) const {
  SmallVector<Value> result;
  auto before = [&]() -> Tile {
    return {map[result.size()], shapes[result.size()]};
  };
  auto add = [&](Tile tile) {
    result.push_back(carriedTile(tiles, tile, shapes[result.size()]));
  };
  if (hasSum) {
    add(tiles.add(before(), step.maximumOf(form.state).sum()));
    return result;
  }
  if (form.kind == CarryForm::Kind::Maximum)
    return result;
  if (hasMatrix) {
    Chunk chunk(tiles, op, form, map[0], image);
    if (!chunk.absorb())
      return failure();
    result.push_back(chunk.next());
  }
  Chunk &chunk = step.chunkOf(form.state);
  if (hasKeyDecay)
    add(tiles.mul(before(), chunk.keyDecay()));
  if (hasValueDecay)
    add(tiles.mul(before(), chunk.valueDecay()));
  return result;
}

/// M S + N. Where products round their factors, each is taken as what it is
/// when rounded and the rest: the carry is not to lose what the tokens leave as
/// it is.
Tile Transition::multiply(TileBuilder &tiles, Tile matrix, Tile state,
                          Tile rest, Type product) const {
  state = tiles.rename(state, form.keyAxis, image);
  Tile sum = rest;
  auto add = [&](Tile x, Tile y) {
    sum = tiles.accumulate(sum, x, y, {image});
  };
  if (product.isF32()) {
    add(matrix, state);
    return sum;
  }
  auto round = [&](Tile x) {
    return tiles.map({x}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
      Value narrow = arith::TruncFOp::create(n, l, n.getBF16Type(), v[0]);
      return arith::ExtFOp::create(n, l, n.getF32Type(), narrow);
    });
  };
  Tile matrixHigh = round(matrix), stateHigh = round(state);
  add(matrixHigh, stateHigh);
  add(matrixHigh, tiles.sub(state, stateHigh));
  add(tiles.sub(matrix, matrixHigh), state);
  return sum;
}

Value Transition::apply(TileBuilder &tiles, ValueRange map, Value carry,
                        Value rest, Type product) const {
  Axes axes = stateAxes(tiles, op, form.state);
  Tile state{carry, axes}, other{rest, axes};
  if (form.kind == CarryForm::Kind::Maximum) {
    if (hasSum)
      state = tiles.add(state, {map[0], {}});
    Tile larger = tiles.map(
        {state, other}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
          return arith::MaximumFOp::create(n, l, v[0], v[1]);
        });
    return carriedTile(tiles, larger, axes);
  }
  unsigned first = hasMatrix ? 1 : 0;
  for (unsigned i = first; i < shapes.size(); ++i)
    state = tiles.mul(state, {map[i], shapes[i]});
  state = tiles.materialize(state, axes);
  Tile next = hasMatrix
                  ? multiply(tiles, {map[0], shapes[0]}, state, other, product)
                  : tiles.add(state, other);
  return carriedTile(tiles, next, axes);
}
