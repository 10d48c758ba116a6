//===- Apply.cpp - An operator applied among other ops --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/Seq.h"

using namespace mlir;
using namespace seqmix::seq;

void ApplyOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  if (hasPureTensorSemantics())
    return;
  for (OpOperand &operand : getInputsMutable())
    if (isa<MemRefType>(operand.get().getType()))
      effects.emplace_back(MemoryEffects::Read::get(), &operand,
                           SideEffects::DefaultResource::get());
  for (OpOperand &operand : getOutputsMutable())
    if (isa<MemRefType>(operand.get().getType()))
      effects.emplace_back(MemoryEffects::Write::get(), &operand,
                           SideEffects::DefaultResource::get());
}

namespace {

/// Checks the arrays of an apply against the operator that it names.
class ArrayRules {
public:
  ArrayRules(ApplyOp apply, OperatorOp op) : apply(apply), op(op) {}

  LogicalResult check(StringRef kind, ValueRange values, ArrayAttr names,
                      ArrayAttr types);
  LogicalResult checkDivides();

private:
  LogicalResult checkArray(StringRef name, ArrayType want, ShapedType got);
  LogicalResult checkDimension(StringRef array, StringAttr axis, int64_t size);

  struct StaticSize {
    int64_t value;
    std::string array;
  };

  ApplyOp apply;
  OperatorOp op;
  llvm::StringMap<StaticSize> sizes;
};

} // namespace

LogicalResult ArrayRules::checkDimension(StringRef array, StringAttr axis,
                                         int64_t size) {
  bool isDynamic = ShapedType::isDynamic(size);
  // apply_c3
  if (std::optional<int64_t> parameter = op.getIntParam(axis)) {
    if (size == *parameter)
      return success();
    InFlightDiagnostic diag = apply.emitOpError()
                              << "expected " << *parameter << " as axis "
                              << axis.getValue() << " of " << array
                              << ", a parameter, found ";
    if (isDynamic)
      diag << "a dynamic dimension";
    else
      diag << size;
    diag.attachNote(op.getLoc()) << "the operator is here; its parameters are "
                                    "set where it stands";
    return diag;
  }
  if (isDynamic)
    return success();
  // apply_c4
  StringAttr name = op.canonicalSize(axis);
  auto [entry, isNew] =
      sizes.try_emplace(name.getValue(), StaticSize{size, array.str()});
  if (isNew || entry->second.value == size)
    return success();
  return apply.emitOpError()
         << "expected " << entry->second.value << " as axis " << axis.getValue()
         << " of " << array << ", which " << entry->second.array
         << " has, found " << size;
}

LogicalResult ArrayRules::checkArray(StringRef name, ArrayType want,
                                     ShapedType got) {
  // apply_c2
  Type element = want.getElementType();
  if (auto parameter = dyn_cast<ElemType>(element))
    if (auto type = op.getParams().getAs<TypeAttr>(parameter.getName()))
      element = type.getValue();
  if (got.getRank() != static_cast<int64_t>(want.getAxes().size()) ||
      got.getElementType() != element) {
    InFlightDiagnostic diag = apply.emitOpError()
                              << "expected " << name << " to have "
                              << want.getAxes().size() << " axes [";
    llvm::interleaveComma(want.getAxes(), diag,
                          [&](StringAttr axis) { diag << axis.getValue(); });
    return diag << "] of " << element << ", found " << got;
  }
  // apply_c5
  if (auto memref = dyn_cast<MemRefType>(got)) {
    auto [strides, offset] = memref.getStridesAndOffset();
    if (!strides.empty() && !ShapedType::isDynamic(strides.back()) &&
        strides.back() != 1)
      return apply.emitOpError() << "expected the last stride of " << name
                                 << " to be 1, found " << got;
  }
  for (auto [axis, size] : llvm::zip(want.getAxes(), got.getShape()))
    if (failed(checkDimension(name, axis, size)))
      return failure();
  return success();
}

LogicalResult ArrayRules::check(StringRef kind, ValueRange values,
                                ArrayAttr names, ArrayAttr types) {
  // apply_c2
  if (values.size() != types.size()) {
    InFlightDiagnostic diag = apply.emitOpError() << "expected " << types.size()
                                                  << " " << kind << "s (";
    llvm::interleaveComma(names.getAsValueRange<StringAttr>(), diag);
    return diag << "), found " << values.size();
  }
  for (auto [value, name, type] : llvm::zip(values, names, types))
    if (failed(checkArray(cast<StringAttr>(name).getValue(),
                          cast<ArrayType>(cast<TypeAttr>(type).getValue()),
                          cast<ShapedType>(value.getType()))))
      return failure();
  return success();
}

LogicalResult ArrayRules::checkDivides() {
  // apply_c4
  for (NamedAttribute rule : op.getDivides()) {
    auto divisor = sizes.find(rule.getName().getValue());
    auto whole =
        sizes.find(op.canonicalSize(cast<StringAttr>(rule.getValue())));
    if (divisor == sizes.end() || whole == sizes.end())
      continue;
    int64_t by = divisor->second.value, of = whole->second.value;
    if (by ? of % by : of)
      return apply.emitOpError()
             << "expected " << divisor->first() << " to divide "
             << whole->first() << ", found " << by << " ("
             << divisor->second.array << ") and " << of << " ("
             << whole->second.array << ")";
  }
  return success();
}

LogicalResult ApplyOp::verifySymbolUses(SymbolTableCollection &tables) {
  // apply_c1
  Operation *found = tables.lookupNearestSymbolFrom(*this, getCalleeAttr());
  auto op = dyn_cast_or_null<OperatorOp>(found);
  if (!op) {
    InFlightDiagnostic diag = emitOpError()
                              << "expected the name of a seq.operator, found "
                              << getCalleeAttr();
    if (found)
      diag.attachNote(found->getLoc()) << "which is this op";
    else
      diag << ", which names nothing here";
    return diag;
  }
  // apply_c5
  bool isTensor = isa<RankedTensorType>(getOutputs().front().getType());
  for (Type type : getOperandTypes())
    if (isa<RankedTensorType>(type) != isTensor)
      return emitOpError("expected tensors only or memrefs only, found both");
  ArrayRules rules(*this, op);
  if (failed(rules.check("input", getInputs(), op.getOperandNames(),
                         op.getOperandTypes())) ||
      failed(rules.check("output", getOutputs(), op.getResultNames(),
                         op.getResultTypes())))
    return failure();
  return rules.checkDivides();
}
