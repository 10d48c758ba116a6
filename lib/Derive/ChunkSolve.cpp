//===- ChunkSolve.cpp - Writes that depend on what was read ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Chunk.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace seqmix;

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
  if (!form.fromState.contains(value)) {
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
  if (isa<seq::MulOp>(o) && form.fromState.contains(y))
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

  Axes axes = rowsOf(value.axis), vectorAxes = rowsOf(key.axis);
  if (constant && !linear)
    equation.right = padded(tiles.materialize(constant, axes));
  // Reads at different points of the step are taken as ones before the decays,
  // which go into the vectors: the analysis sees to it that they can.
  When when = whenOf(*reads.front().first);
  for (auto &[read, coefficient] : reads)
    if (whenOf(*read) != when)
      when = When::Before;
  equation.when = when;
  for (auto &[read, coefficient] : reads) {
    Tile vector = readVector(*read, when, coefficient);
    if (!vector)
      return false;
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
  Tile n = scores({key, value}, equation.vector, key.factors[index],
                  equation.when, /*negative=*/true);
  SmallVector<Value> valueGates;
  if (value.gate)
    valueGates = {gateOf(value, equation.when).value, value.gate.value};
  Axes axes = rowsOf(value.axis);
  Value init = tiles.empty(axes, b.getF32Type());
  auto solve =
      stream::SolveOp::create(b, tiles.location(), TypeRange(init.getType()),
                              n.value, equation.right.value, valueGates, init);
  value.factors[index] = {solve.getResult()[0], axes};
  return true;
}

/// Puts rows of several tiles in turn: row t of part r becomes row
/// t stride + r; rows of no part are 0.
Value Chunk::interleave(ArrayRef<Tile> parts, int64_t stride) {
  auto type = cast<RankedTensorType>(parts[0].value.getType());
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<OpFoldResult> extents;
  for (int64_t extent : shape)
    extents.push_back(b.getIndexAttr(extent));
  shape[0] *= stride;
  Location loc = tiles.location();
  Value all = tensor::EmptyOp::create(b, loc, shape, type.getElementType());
  if (int64_t(parts.size()) < stride) {
    Value zero = arith::ConstantOp::create(
        b, loc, b.getFloatAttr(type.getElementType(), 0.0));
    all = linalg::FillOp::create(b, loc, zero, all).getResult(0);
  }
  for (auto [r, part] : llvm::enumerate(parts)) {
    SmallVector<OpFoldResult> offsets(shape.size(), b.getIndexAttr(0)),
        strides(shape.size(), b.getIndexAttr(1));
    offsets[0] = b.getIndexAttr(r);
    strides[0] = b.getIndexAttr(stride);
    all = tensor::InsertSliceOp::create(b, loc, part.value, all, offsets,
                                        extents, strides);
  }
  return all;
}

/// The rows of several writes at once, those of a token in turn: one triangular
/// system. Where each sub-step of a token reads what the one before wrote, its
/// rows see each other; where all are made together, they do not.
bool Chunk::solveSystem(ArrayRef<unsigned> order) {
  Axes axes = rowsOf(value.axis);
  SmallVector<Tile> vectors, rights, keys, keyGates, valueGates;
  for (unsigned index : order) {
    Equation equation;
    equation.when = When::Decayed;
    if (!form.writes[index].dependent) {
      equation.right = value.factors[index];
      equation.vector =
          tiles.materialize(tiles.constant(0.0), rowsOf(key.axis));
    } else if (!equationOf(index, order, equation)) {
      return false;
    }
    vectors.push_back(equation.vector);
    rights.push_back(equation.right);
    keys.push_back(key.factors[index]);
    if (key.gate)
      keyGates.push_back(gateOf(key, equation.when));
    if (value.gate)
      valueGates.push_back(gateOf(value, equation.when));
  }
  int64_t count = order.size();
  int64_t stride = form.together ? llvm::PowerOf2Ceil(count) : count;
  // Rows of no write have gates, too: none that would make an exponent large.
  auto gates = [&](SmallVector<Tile> &own, const Side &side) {
    SmallVector<Value> both;
    if (!side.gate)
      return both;
    while (int64_t(own.size()) < stride)
      own.push_back(side.gateBefore);
    both.push_back(interleave(own, stride));
    both.push_back(interleave(SmallVector<Tile>(stride, side.gate), stride));
    return both;
  };
  SmallVector<Value> keySide = gates(keyGates, key);
  SmallVector<Value> valueSide = gates(valueGates, value);
  int64_t n = tiles.sizeOf(row) * stride;
  Location loc = tiles.location();
  Value square =
      tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>{n, n}, b.getF32Type());
  auto scores = stream::ScoresOp::create(
      b, loc, TypeRange(square.getType()), interleave(vectors, stride),
      interleave(keys, stride), keySide, /*factors=*/ValueRange(), square,
      /*diagonal=*/false, form.together ? stride : 1, /*negative=*/true);
  Value right = interleave(rights, stride);
  auto type = cast<RankedTensorType>(right.getType());
  Value init =
      tensor::EmptyOp::create(b, loc, type.getShape(), type.getElementType());
  auto solve = stream::SolveOp::create(
      b, loc, TypeRange(type), scores.getResult()[0], right, valueSide, init);
  for (auto [r, index] : llvm::enumerate(order)) {
    SmallVector<OpFoldResult> offsets = {b.getIndexAttr(r), b.getIndexAttr(0)};
    SmallVector<OpFoldResult> extents = {b.getIndexAttr(tiles.sizeOf(row)),
                                         b.getIndexAttr(type.getDimSize(1))};
    SmallVector<OpFoldResult> strides = {b.getIndexAttr(stride),
                                         b.getIndexAttr(1)};
    Value part = tensor::ExtractSliceOp::create(
        b, loc, tiles.typeOf(axes, b.getF32Type()), solve.getResult()[0],
        offsets, extents, strides);
    value.factors[index] = {part, axes};
  }
  return true;
}
