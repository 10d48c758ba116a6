//===- Contraction.cpp - Sums over axes, renaming, slicing ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/Broadcast.h"
#include "dialects/Seq/Seq.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace seqmix::seq;

/// The axes without those that `over` names.
static SmallVector<StringAttr> without(ArrayRef<StringAttr> axes,
                                       ArrayAttr over) {
  SmallVector<StringAttr> rest;
  for (StringAttr axis : axes)
    if (!over || !llvm::is_contained(over, axis))
      rest.push_back(axis);
  return rest;
}

/// Every axis that `over` names is one of the array's.
static LogicalResult verifyOver(Operation *op, ArrayAttr over, Value value,
                                StringRef which) {
  auto type = cast<ArrayType>(value.getType());
  if (!type.isReal())
    return op->emitOpError(which) << " must be real, found " << type;
  llvm::SmallDenseSet<StringAttr> seen;
  for (auto axis : over.getAsRange<StringAttr>()) {
    if (!type.hasAxis(axis))
      return op->emitOpError("sums over ")
             << axis.getValue() << ", which is no axis of " << which << ": "
             << type;
    if (!seen.insert(axis).second)
      return op->emitOpError("names ") << axis.getValue() << " twice";
  }
  return success();
}

LogicalResult DotOp::inferReturnTypes(MLIRContext *context,
                                      std::optional<Location>,
                                      ValueRange operands,
                                      DictionaryAttr attributes,
                                      OpaqueProperties properties, RegionRange,
                                      SmallVectorImpl<Type> &types) {
  auto x = dyn_cast<ArrayType>(operands[0].getType());
  auto y = dyn_cast<ArrayType>(operands[1].getType());
  ArrayAttr over = properties.as<Properties *>()->over;
  if (!x || !y)
    return failure();
  types.push_back(ArrayType::get(
      context, without(broadcastAxes(x.getAxes(), y.getAxes()), over),
      Float32Type::get(context)));
  return success();
}

LogicalResult DotOp::verify() {
  // dot_c1, dot_c2
  if (failed(verifyOver(*this, getOver(), getX(), "the first operand")))
    return failure();
  return verifyOver(*this, getOver(), getY(), "the second operand");
}

LogicalResult SumOp::inferReturnTypes(MLIRContext *context,
                                      std::optional<Location>,
                                      ValueRange operands,
                                      DictionaryAttr attributes,
                                      OpaqueProperties properties, RegionRange,
                                      SmallVectorImpl<Type> &types) {
  auto x = dyn_cast<ArrayType>(operands[0].getType());
  if (!x)
    return failure();
  types.push_back(ArrayType::get(
      context, without(x.getAxes(), properties.as<Properties *>()->over),
      Float32Type::get(context)));
  return success();
}

LogicalResult SumOp::verify() {
  // sum_c1, sum_c2
  return verifyOver(*this, getOver(), getX(), "the operand");
}

LogicalResult RenameOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location>,
                                         ValueRange operands, DictionaryAttr,
                                         OpaqueProperties properties,
                                         RegionRange,
                                         SmallVectorImpl<Type> &types) {
  auto x = dyn_cast<ArrayType>(operands[0].getType());
  if (!x)
    return failure();
  auto *p = properties.as<Properties *>();
  SmallVector<StringAttr> axes;
  for (StringAttr axis : x.getAxes())
    axes.push_back(axis == p->from ? p->to : axis);
  // A clash with another axis is the verifier's to report.
  if (x.hasAxis(p->to))
    axes.assign(x.getAxes().begin(), x.getAxes().end());
  types.push_back(ArrayType::computed(axes, x.getElementType()));
  return success();
}

LogicalResult RenameOp::verify() {
  // rename_c1
  if (!getX().getType().hasAxis(getFromAttr()))
    return emitOpError() << getFrom() << " is no axis of " << getX().getType();
  if (getX().getType().hasAxis(getToAttr()))
    return emitOpError() << getTo() << " is an axis of " << getX().getType()
                         << " already";
  // rename_c2
  if (auto op = (*this)->getParentOfType<OperatorOp>()) {
    std::optional<int64_t> from = op.getIntParam(getFrom());
    std::optional<int64_t> to = op.getIntParam(getTo());
    if (!from || !to || *from != *to) {
      InFlightDiagnostic diag =
          emitOpError() << "expected two parameters of one value, found "
                        << getFrom() << " = ";
      from ? diag << *from : diag << "no parameter";
      diag << " and " << getTo() << " = ";
      return to ? diag << *to : diag << "no parameter";
    }
  }
  return success();
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *context,
                                        std::optional<Location>,
                                        ValueRange operands, DictionaryAttr,
                                        OpaqueProperties properties,
                                        RegionRange,
                                        SmallVectorImpl<Type> &types) {
  auto x = dyn_cast<ArrayType>(operands[0].getType());
  if (!x)
    return failure();
  SmallVector<StringAttr> axes;
  for (StringAttr axis : x.getAxes())
    if (axis != properties.as<Properties *>()->axis)
      axes.push_back(axis);
  types.push_back(ArrayType::computed(axes, x.getElementType()));
  return success();
}

LogicalResult SliceOp::verify() {
  // slice_c1
  if (!getX().getType().hasAxis(getAxisAttr()))
    return emitOpError() << getAxis() << " is no axis of " << getX().getType();
  auto op = (*this)->getParentOfType<OperatorOp>();
  if (!op)
    return success();
  std::optional<int64_t> size = op.getIntParam(getAxis());
  if (!size)
    return emitOpError() << getAxis()
                         << " is no parameter: only an axis whose size is "
                            "known can be sliced";
  // slice_c2
  int64_t index = static_cast<int64_t>(getIndex());
  if (index < 0 || index >= *size)
    return emitOpError() << "index " << index
                         << " is out of range: " << getAxis() << " has "
                         << *size << " elements";
  return success();
}
