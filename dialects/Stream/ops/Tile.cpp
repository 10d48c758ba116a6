//===- Tile.cpp - Verifiers and effects of the tile ops -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Stream/Stream.h"

using namespace mlir;
using namespace seqmix::stream;

using Effects =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

//===----------------------------------------------------------------------===//
// What all tile ops share
//===----------------------------------------------------------------------===//

/// On memrefs a tile op reads every operand and writes its destination.
static void addEffects(DestinationStyleOpInterface op, Effects &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    effects.emplace_back(MemoryEffects::Read::get(), &operand);
    if (op.isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
  }
}

void PadOp::getEffects(Effects &effects) { addEffects(*this, effects); }
void CumsumOp::getEffects(Effects &effects) { addEffects(*this, effects); }
void CummaxOp::getEffects(Effects &effects) { addEffects(*this, effects); }
void ScoresOp::getEffects(Effects &effects) { addEffects(*this, effects); }
void ApplyOp::getEffects(Effects &effects) { addEffects(*this, effects); }
void SolveOp::getEffects(Effects &effects) { addEffects(*this, effects); }

/// All shaped operands are static, and all tensors or all memrefs.
static LogicalResult verifyShapedOperands(Operation *op) {
  bool tensors = false, memrefs = false;
  for (Type type : op->getOperandTypes()) {
    auto shaped = dyn_cast<ShapedType>(type);
    if (!shaped)
      continue;
    if (!shaped.hasStaticShape())
      return op->emitOpError("expected tiles of static shape, found ") << type;
    tensors |= isa<RankedTensorType>(type);
    memrefs |= isa<MemRefType>(type);
  }
  if (tensors && memrefs)
    return op->emitOpError("expected all operands to be tensors or all to be "
                           "memrefs");
  return success();
}

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

static LogicalResult expectShape(Operation *op, Value value, StringRef what,
                                 ArrayRef<int64_t> shape) {
  if (shapeOf(value) == shape)
    return success();
  return op->emitOpError("expected ")
         << what << " of shape [" << shape << "], found " << value.getType();
}

/// Gates are none or two, f64, of one of two shapes.
static LogicalResult verifyGates(Operation *op, ValueRange gates,
                                 bool mayBeNone, ArrayRef<int64_t> shape,
                                 ArrayRef<int64_t> otherShape) {
  if (gates.empty() && mayBeNone)
    return success();
  if (gates.size() != 2)
    return op->emitOpError("expected two gates")
           << (mayBeNone ? " or none" : "") << ", found " << gates.size();
  for (Value gate : gates) {
    auto type = cast<ShapedType>(gate.getType());
    if (!type.getElementType().isF64())
      return op->emitOpError("expected gates of f64, found ") << type;
    if (type.getShape() != shape && type.getShape() != otherShape)
      return op->emitOpError("expected gates of shape [")
             << shape << "]"
             << (shape == otherShape ? "" : " or one gate a token")
             << ", found " << type;
  }
  if (shapeOf(gates[0]) != shapeOf(gates[1]))
    return op->emitOpError("expected both gates to have one shape, found ")
           << gates[0].getType() << " and " << gates[1].getType();
  return success();
}

//===----------------------------------------------------------------------===//
// One verifier an op
//===----------------------------------------------------------------------===//

LogicalResult PadOp::verify() {
  if (failed(verifyShapedOperands(*this)))
    return failure();
  auto out = cast<ShapedType>(getOut().getType());
  bool onTensors = isa<RankedTensorType>(out);
  // pad_c1
  if (getDim() >= static_cast<uint64_t>(out.getRank()))
    return emitOpError("expected `dim` below ")
           << out.getRank() << ", found " << getDim();
  if (onTensors) {
    auto loop = (*this)->getParentOfType<LoopOp>();
    bool isParallel =
        loop && llvm::any_of(loop.getParallelAxes(), [&](Attribute attr) {
          return cast<StringAttr>(attr) == getAxisAttr();
        });
    bool isStream =
        loop && loop.getStreamAxis() == getAxis() &&
        (loop.getAbsorb().isAncestor((*this)->getParentRegion()) ||
         loop.getAbsorbFull().isAncestor((*this)->getParentRegion()));
    if (!isParallel && !isStream)
      return emitOpError("expected a tiled axis of the enclosing loop (its "
                         "stream axis inside `absorb` only), found '")
             << getAxis() << "'";
  }
  if (onTensors == static_cast<bool>(getValid()))
    return emitOpError(onTensors ? "has `valid` on memrefs only"
                                 : "needs `valid` on memrefs");
  // pad_c2
  return expectShape(*this, getSource(), "a source", out.getShape());
}

LogicalResult CumsumOp::verify() {
  if (failed(verifyShapedOperands(*this)))
    return failure();
  // cumsum_c1
  auto out = cast<ShapedType>(getOut().getType());
  if (!out.getElementType().isF64())
    return emitOpError("expected a destination of f64, found ") << out;
  if (out.getRank() == 0)
    return emitOpError("expected a destination of rank 1 or more, found ")
           << out;
  return expectShape(*this, getSource(), "a source", out.getShape());
}

LogicalResult CummaxOp::verify() {
  if (failed(verifyShapedOperands(*this)))
    return failure();
  // cummax_c1
  ArrayRef<int64_t> out = shapeOf(getOut());
  if (out.size() != 1)
    return emitOpError("expected a destination of rank 1, found ")
           << getOut().getType();
  for (Value operand : getOperation()->getOperands())
    if (!cast<ShapedType>(operand.getType()).getElementType().isF32())
      return emitOpError("expected f32 everywhere, found ")
             << operand.getType();
  if (failed(expectShape(*this, getA(), "a", out)) ||
      failed(expectShape(*this, getB(), "b", out)))
    return failure();
  return expectShape(*this, getInit(), "an init", {});
}

LogicalResult ScoresOp::verify() {
  if (failed(verifyShapedOperands(*this)))
    return failure();
  // scores_c1
  ArrayRef<int64_t> x = shapeOf(getX());
  if (x.size() != 2)
    return emitOpError("expected x of shape [C, D], found ")
           << getX().getType();
  if (failed(expectShape(*this, getY(), "y", x)) ||
      failed(expectShape(*this, getOut(), "a destination", {x[0], x[0]})))
    return failure();
  // scores_c3
  int64_t group = getGroup();
  if (group < 1 || group > 16 || (group & (group - 1)))
    return emitOpError("expected a group of 1, 2, 4, 8 or 16, found ") << group;
  if (getDiagonal() && group > 1)
    return emitOpError("has a group or the diagonal, not both");
  // scores_c2
  if (failed(verifyGates(*this, getGates(), /*mayBeNone=*/true, x, {x[0]})))
    return failure();
  // scores_c4
  if (!getFactors().empty()) {
    if (getFactors().size() != 2)
      return emitOpError("expected two factors or none, found ")
             << getFactors().size();
    if (getGates().empty())
      return emitOpError("has factors, but no gates that they would hold");
    for (auto [factor, gate] : llvm::zip_equal(getFactors(), getGates()))
      if (failed(expectShape(*this, factor, "a factor", shapeOf(gate))))
        return failure();
  }
  return success();
}

LogicalResult ApplyOp::verify() {
  if (failed(verifyShapedOperands(*this)))
    return failure();
  // apply_c1
  ArrayRef<int64_t> x = shapeOf(getX());
  if (x.size() != 2)
    return emitOpError("expected x of shape [C, V], found ")
           << getX().getType();
  if (failed(expectShape(*this, getP(), "p", {x[0], x[0]})) ||
      failed(expectShape(*this, getOut(), "a destination", x)))
    return failure();
  // apply_c2
  return verifyGates(*this, getGates(), /*mayBeNone=*/false, x, x);
}

LogicalResult SolveOp::verify() {
  if (failed(verifyShapedOperands(*this)))
    return failure();
  // solve_c1
  ArrayRef<int64_t> r = shapeOf(getR());
  if (r.size() != 2)
    return emitOpError("expected the right-hand side of shape [C, V], found ")
           << getR().getType();
  if (failed(expectShape(*this, getN(), "N", {r[0], r[0]})) ||
      failed(expectShape(*this, getOut(), "a destination", r)))
    return failure();
  // solve_c2
  return verifyGates(*this, getGates(), /*mayBeNone=*/true, r, r);
}
