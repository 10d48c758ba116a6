//===- GenericBody.cpp - The body of a linalg op on vectors
//----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/GenericBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace seqmix::cpu;

static Value evaluateExpr(VectorBuilder &v, AffineExpr expr,
                          ArrayRef<Value> at) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return at[dim.getPosition()];
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return v.index(constant.getValue());
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Value left = evaluateExpr(v, binary.getLHS(), at);
  Value right = evaluateExpr(v, binary.getRHS(), at);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return v.add(left, right);
  case AffineExprKind::Mul:
    return v.b.createOrFold<arith::MulIOp>(v.loc, left, right);
  case AffineExprKind::Mod:
    return v.b.createOrFold<arith::RemUIOp>(v.loc, left, right);
  case AffineExprKind::FloorDiv:
    return v.b.createOrFold<arith::DivUIOp>(v.loc, left, right);
  default:
    return v.b.createOrFold<arith::CeilDivUIOp>(v.loc, left, right);
  }
}

SmallVector<Value> seqmix::cpu::evaluateMap(VectorBuilder &v, AffineMap map,
                                            ArrayRef<Value> at) {
  SmallVector<Value> results;
  for (AffineExpr expr : map.getResults())
    results.push_back(evaluateExpr(v, expr, at));
  return results;
}

/// An op that may be done on vectors whose unused lanes hold anything: integer
/// division traps on zero.
static bool hasVectorForm(Operation &op) {
  if (isa<linalg::IndexOp, arith::ConstantOp>(op))
    return true;
  if (isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp,
          arith::FloorDivSIOp, arith::CeilDivSIOp, arith::CeilDivUIOp>(op)) {
    APInt divisor;
    return matchPattern(op.getOperand(1), m_ConstantInt(&divisor)) &&
           !divisor.isZero();
  }
  return OpTrait::hasElementwiseMappableTraits(&op) && op.getNumRegions() == 0;
}

/// Lets a product and a sum be one instruction.
static void allowContraction(Operation *op) {
  if (auto flags = dyn_cast<arith::ArithFastMathInterface>(op))
    if (isa<arith::AddFOp, arith::SubFOp, arith::MulFOp>(op))
      op->setAttr(
          flags.getFastMathAttrName(),
          arith::FastMathFlagsAttr::get(
              op->getContext(), flags.getFastMathFlagsAttr().getValue() |
                                    arith::FastMathFlags::contract));
}

/// Whether ExpandMath makes many instructions of an op.
static bool isPolynomial(Operation &op) {
  return isa_and_nonnull<math::MathDialect>(op.getDialect()) &&
         !isa<math::SqrtOp, math::FmaOp, math::AbsFOp, math::FloorOp,
              math::CeilOp>(op);
}

GenericBody::GenericBody(linalg::LinalgOp op, VectorBuilder &v) : op(op), v(v) {
  for (Operation &inner : op.getBlock()->without_terminator()) {
    numInstructions += isPolynomial(inner) ? 16 : 1;
    vectorizable &= hasVectorForm(inner);
  }
  for (unsigned output = 0; output < op.getNumDpsInits(); ++output)
    combiners.push_back(findCombiner(output));
}

Operation *GenericBody::findCombiner(unsigned output) {
  BlockArgument carried = op.getRegionOutputArgs()[output];
  Value yielded = op.getBlock()->getTerminator()->getOperand(output);
  Operation *combiner = yielded.getDefiningOp();
  if (!combiner || combiner->getBlock() != op.getBlock() ||
      combiner->getNumOperands() != 2 || !carried.hasOneUse() ||
      *carried.user_begin() != combiner)
    return nullptr;
  bool isKnown =
      isa<arith::AddFOp, arith::MulFOp, arith::MaximumFOp, arith::MaxNumFOp,
          arith::MinimumFOp, arith::MinNumFOp, arith::AddIOp, arith::MulIOp,
          arith::AndIOp, arith::OrIOp, arith::XOrIOp, arith::MaxSIOp,
          arith::MaxUIOp, arith::MinSIOp, arith::MinUIOp>(combiner);
  return isKnown && arith::getNeutralElement(combiner) ? combiner : nullptr;
}

bool GenericBody::uses(unsigned operand) {
  return !op.getBlock()->getArgument(operand).use_empty();
}

SmallVector<Value> GenericBody::evaluate(ArrayRef<Value> arguments,
                                         ArrayRef<Value> at,
                                         std::optional<unsigned> vectorDim) {
  IRMapping mapping;
  for (auto [argument, value] :
       llvm::zip_equal(op.getBlock()->getArguments(), arguments))
    if (value)
      mapping.map(argument, value);
  for (Operation &inner : op.getBlock()->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      Value position = at[index.getDim()];
      if (index.getDim() == vectorDim)
        position = arith::AddIOp::create(
            v.b, v.loc, v.broadcast(position),
            vector::StepOp::create(v.b, v.loc, v.type(v.b.getIndexType())));
      mapping.map(index.getResult(), position);
      continue;
    }
    SmallVector<Value> operands;
    for (Value operand : inner.getOperands())
      operands.push_back(mapping.lookupOrDefault(operand));
    if (!llvm::any_of(operands, [](Value operand) {
          return isa<VectorType>(operand.getType());
        })) {
      allowContraction(v.b.clone(inner, mapping));
      continue;
    }
    for (Value &operand : operands)
      operand = v.broadcast(operand);
    if (std::optional<unsigned> output = carriesNumbers(&inner, vectorDim)) {
      bool isFirst = inner.getOperand(0) == op.getRegionOutputArgs()[*output];
      mapping.map(inner.getResult(0),
                  combine(*output, operands[isFirst], operands[!isFirst]));
      continue;
    }
    SmallVector<Type> types;
    for (Type type : inner.getResultTypes())
      types.push_back(v.type(type));
    OperationState state(v.loc, inner.getName(), operands, types,
                         inner.getAttrs());
    Operation *wide = v.b.create(state);
    allowContraction(wide);
    mapping.map(inner.getResults(), wide->getResults());
  }
  SmallVector<Value> results;
  for (Value yielded : op.getBlock()->getTerminator()->getOperands())
    results.push_back(mapping.lookupOrDefault(yielded));
  return results;
}

/// The output whose vectors along a reduction an op combines, if these are
/// known to be numbers: they began as infinite and took only what compares.
std::optional<unsigned>
GenericBody::carriesNumbers(Operation *inner,
                            std::optional<unsigned> vectorDim) {
  if (!isa<arith::MaxNumFOp, arith::MinNumFOp>(inner) || !vectorDim ||
      op.getIteratorTypesArray()[*vectorDim] != utils::IteratorType::reduction)
    return std::nullopt;
  auto found = llvm::find(combiners, inner);
  if (found == combiners.end())
    return std::nullopt;
  return found - combiners.begin();
}

Value GenericBody::neutral(unsigned output) {
  TypedAttr element = *arith::getNeutralElement(combiners[output]);
  if (isa<arith::MaxNumFOp, arith::MinNumFOp>(combiners[output])) {
    auto type = cast<FloatType>(element.getType());
    element = FloatAttr::get(
        type, APFloat::getInf(type.getFloatSemantics(),
                              isa<arith::MaxNumFOp>(combiners[output])));
  }
  return arith::ConstantOp::create(
      v.b, v.loc, DenseElementsAttr::get(v.type(element.getType()), element));
}

Value GenericBody::combine(unsigned output, Value x, Value y) {
  Operation *combiner = combiners[output];
  if (isa<arith::MaxNumFOp, arith::MinNumFOp>(combiner)) {
    // One instruction, which gives y where x is no number.
    auto order = isa<arith::MaxNumFOp>(combiner) ? arith::CmpFPredicate::OGT
                                                 : arith::CmpFPredicate::OLT;
    Value isX = arith::CmpFOp::create(v.b, v.loc, order, x, y);
    return arith::SelectOp::create(v.b, v.loc, isX, x, y);
  }
  OperationState state(v.loc, combiner->getName(), ValueRange{x, y},
                       {x.getType()}, combiner->getAttrs());
  return v.b.create(state)->getResult(0);
}

Value GenericBody::reduce(unsigned output, Value vector) {
  int64_t width = v.lanes;
  while (width > 1) {
    width /= 2;
    SmallVector<int64_t> low, high;
    for (int64_t lane = 0; lane < width; ++lane) {
      low.push_back(lane);
      high.push_back(width + lane);
    }
    Value x = vector::ShuffleOp::create(v.b, v.loc, vector, vector, low);
    Value y = vector::ShuffleOp::create(v.b, v.loc, vector, vector, high);
    vector = combine(output, x, y);
  }
  return vector::ExtractOp::create(v.b, v.loc, vector, 0);
}

Value GenericBody::reduceEach(unsigned output, ArrayRef<Value> vectors) {
  SmallVector<Value> state(vectors);
  // Which vectors the equal parts of each of `state` belong to.
  SmallVector<SmallVector<int64_t>> owners;
  for (int64_t i = 0; i < v.lanes; ++i)
    owners.push_back({i});
  // Two vectors become one with halves of their parts, combined.
  for (int64_t width = v.lanes / 2; width > 0; width /= 2) {
    size_t half = state.size() / 2;
    SmallVector<int64_t> low, high;
    for (int64_t part = 0; part < 2 * v.lanes; part += 2 * width)
      for (int64_t lane = 0; lane < width; ++lane) {
        low.push_back(part + lane);
        high.push_back(part + width + lane);
      }
    for (size_t i = 0; i < half; ++i) {
      auto pick = [&](ArrayRef<int64_t> lanes) -> Value {
        return vector::ShuffleOp::create(v.b, v.loc, state[i], state[half + i],
                                         lanes);
      };
      state[i] = combine(output, pick(low), pick(high));
      llvm::append_range(owners[i], owners[half + i]);
    }
    state.resize(half);
  }
  SmallVector<int64_t> inOrder(v.lanes);
  for (auto [lane, owner] : llvm::enumerate(owners[0]))
    inOrder[owner] = lane;
  return vector::ShuffleOp::create(v.b, v.loc, state[0], state[0], inOrder);
}
