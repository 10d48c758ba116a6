//===- Elementwise.cpp - Elementwise ops, broadcast by axis name ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/Broadcast.h"
#include "dialects/Seq/Seq.h"
#include "dialects/Seq/ops/ScalarBuilder.h"
#include "dialects/Seq/ops/ShortTypes.h"
#include <cmath>

using namespace mlir;
using namespace seqmix::seq;

Value ScalarBuilder::compare(char relation, Value x, Value y) {
  using arith::CmpFPredicate;
  using arith::CmpIPredicate;
  CmpFPredicate real = CmpFPredicate::OEQ;
  CmpIPredicate integer = CmpIPredicate::eq;
  switch (relation) {
  case '!':
    real = CmpFPredicate::UNE, integer = CmpIPredicate::ne;
    break;
  case '<':
    real = CmpFPredicate::OLT, integer = CmpIPredicate::slt;
    break;
  case '[':
    real = CmpFPredicate::OLE, integer = CmpIPredicate::sle;
    break;
  case '>':
    real = CmpFPredicate::OGT, integer = CmpIPredicate::sgt;
    break;
  case ']':
    real = CmpFPredicate::OGE, integer = CmpIPredicate::sge;
    break;
  default:
    break;
  }
  if (isa<FloatType>(x.getType()))
    return make<arith::CmpFOp>(real, x, y);
  return make<arith::CmpIOp>(integer, x, y);
}

SmallVector<StringAttr> seqmix::seq::broadcastAxes(ArrayRef<StringAttr> x,
                                                   ArrayRef<StringAttr> y) {
  auto contains = [](ArrayRef<StringAttr> all, ArrayRef<StringAttr> some) {
    return llvm::all_of(
        some, [&](StringAttr axis) { return llvm::is_contained(all, axis); });
  };
  if (!contains(x, y) && contains(y, x))
    return llvm::to_vector(y);
  SmallVector<StringAttr> axes(x);
  for (StringAttr axis : y)
    if (!llvm::is_contained(axes, axis))
      axes.push_back(axis);
  return axes;
}

/// Infers the broadcast axes of all operands; the element type is that of the
/// first operand as computed ('='), real ('r') or a truth value ('b').
static LogicalResult inferElementwise(MLIRContext *context, ValueRange operands,
                                      char result,
                                      SmallVectorImpl<Type> &types) {
  auto first = dyn_cast<ArrayType>(operands.front().getType());
  if (!first)
    return failure();
  SmallVector<StringAttr> axes(first.getAxes());
  for (Value operand : operands.drop_front()) {
    auto type = dyn_cast<ArrayType>(operand.getType());
    if (!type)
      return failure();
    axes = broadcastAxes(axes, type.getAxes());
  }
  Type element = first.getElementType();
  if (result == 'r')
    element = Float32Type::get(context);
  else if (result == 'b')
    element = IntegerType::get(context, 1);
  types.push_back(ArrayType::computed(axes, element));
  return success();
}

static char kindOf(ArrayType type) {
  return type.isReal() ? 'r' : type.isBool() ? 'b' : 'i';
}

static StringRef nameOfKind(char kind) {
  return kind == 'r'   ? "real"
         : kind == 'b' ? "a truth value (i1)"
                       : "a position (index)";
}

/// Operands are of one kind, and of a kind the op takes.
static LogicalResult verifyElementwise(Operation *op, StringRef kinds) {
  char first = 0;
  for (OpOperand &operand : op->getOpOperands()) {
    char kind = kindOf(cast<ArrayType>(operand.get().getType()));
    if (!kinds.contains(kind)) {
      InFlightDiagnostic diag = op->emitOpError("operand ")
                                << operand.getOperandNumber() << " must be ";
      llvm::interleave(
          kinds, [&](char k) { diag << nameOfKind(k); },
          [&] { diag << " or "; });
      return diag << ", found " << operand.get().getType();
    }
    if (first && kind != first) {
      InFlightDiagnostic diag =
          op->emitOpError("operands must be of one kind, found ")
          << nameOfKind(first) << " and " << nameOfKind(kind);
      if (first != 'b' && kind != 'b')
        diag << "; seq.to_real makes a position real";
      return diag;
    }
    first = kind;
  }
  return success();
}

double SelectOp::evaluate(ArrayRef<double> x) {
  return x[0] != 0 ? x[1] : x[2];
}

Value SelectOp::buildScalar(OpBuilder &b, Location loc, ValueRange x) {
  return arith::SelectOp::create(b, loc, x[0], x[1], x[2]);
}

LogicalResult SelectOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location>,
                                         ValueRange operands, DictionaryAttr,
                                         OpaqueProperties, RegionRange,
                                         SmallVectorImpl<Type> &types) {
  SmallVector<Value> order = {operands[1], operands[2], operands[0]};
  return inferElementwise(context, order, '=', types);
}

LogicalResult SelectOp::verify() {
  // select_c1
  if (!getCondition().getType().isBool())
    return emitOpError("condition must be a truth value (i1), found ")
           << getCondition().getType();
  // select_c2
  char x = kindOf(getX().getType()), y = kindOf(getY().getType());
  if (x != y)
    return emitOpError("values must be of one kind, found ")
           << nameOfKind(x) << " and " << nameOfKind(y);
  return success();
}

#define GET_OP_CLASSES
#include "dialects/Seq/SeqOps.cpp.inc"
