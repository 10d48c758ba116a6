//===- Packing.cpp - Which axes packed sequences change -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/Packing.h"

using namespace mlir;
using namespace seqmix::seq;

bool Packing::isPacked(OperatorOp op, StringAttr axis) const {
  StringAttr size = op.canonicalSize(axis);
  return size == total || (other && size == other);
}

bool Packing::isPacked(OperatorOp op, ArrayType type) const {
  return llvm::any_of(type.getAxes(),
                      [&](StringAttr axis) { return isPacked(op, axis); });
}

SmallVector<StringAttr> Packing::getAxes(OperatorOp op, ArrayType type) const {
  SmallVector<StringAttr> axes(type.getAxes());
  if (!isPacked(op, type))
    for (StringAttr &axis : axes)
      if (op.canonicalSize(axis) == batch)
        axis = count;
  return axes;
}

ArrayAttr Packing::getSizes(OperatorOp op) const {
  SmallVector<Attribute> sizes;
  for (Attribute size : op.getSizes())
    if (size != other)
      sizes.push_back(size);
  sizes.push_back(count);
  return ArrayAttr::get(op.getContext(), sizes);
}

DictionaryAttr Packing::getEquals(OperatorOp op) const {
  NamedAttrList equals;
  for (NamedAttribute rule : op.getEquals())
    equals.append(rule.getName(), rule.getValue() == other ? Attribute(total)
                                                           : rule.getValue());
  if (other)
    equals.append(other, total);
  return equals.getDictionary(op.getContext());
}

/// The sequences of the operator's mixers; the first is a mixer's own.
static SmallVector<StringAttr> findSequences(OperatorOp op) {
  SmallVector<StringAttr> sequences;
  op.walk([&](Operation *mixer) {
    if (auto recurrence = dyn_cast<RecurrenceOp>(mixer))
      sequences.push_back(op.canonicalSize(recurrence.getSequenceAttr()));
    if (auto attention = dyn_cast<AttentionOp>(mixer)) {
      sequences.push_back(op.canonicalSize(attention.getQuerySequenceAttr()));
      sequences.push_back(op.canonicalSize(attention.getKeySequenceAttr()));
    }
  });
  return sequences;
}

/// Finds the first axis that all arrays with the sequence share.
static LogicalResult findBatch(OperatorOp op, Packing &packing) {
  auto visit = [&](StringRef what, StringRef name,
                   ArrayType type) -> LogicalResult {
    if (!packing.isPacked(op, type))
      return success();
    auto error = [&]() {
      return op.emitOpError("cannot be packed: expected every array with the "
                            "sequence axis ")
             << packing.total.getValue() << " to have the batch axis first";
    };
    StringAttr first = type.getAxes().front();
    if (!op.isRuntimeSize(first) || packing.isPacked(op, first))
      return error() << ", a run-time size; found " << what << " " << name
                     << " of type " << type;
    if (packing.batch && op.canonicalSize(first) != packing.batch)
      return error() << ", one and the same in all; found "
                     << packing.batch.getValue() << " and, in " << what << " "
                     << name << ", " << first.getValue();
    packing.batch = op.canonicalSize(first);
    return success();
  };
  for (auto [name, type] :
       llvm::zip(op.getOperandNames(), op.getOperandTypes()))
    if (failed(visit("operand", cast<StringAttr>(name).getValue(),
                     cast<ArrayType>(cast<TypeAttr>(type).getValue()))))
      return failure();
  for (auto [name, type] : llvm::zip(op.getResultNames(), op.getResultTypes()))
    if (failed(visit("result", cast<StringAttr>(name).getValue(),
                     cast<ArrayType>(cast<TypeAttr>(type).getValue()))))
      return failure();
  if (!packing.batch)
    return op.emitOpError("cannot be packed: expected an array with the "
                          "sequence axis ")
           << packing.total.getValue() << ", found none";
  return success();
}

FailureOr<Packing> seqmix::seq::getPacking(OperatorOp op) {
  SmallVector<StringAttr> sequences = findSequences(op);
  if (sequences.empty())
    return op.emitOpError("cannot be packed: expected a seq.recurrence or a "
                          "seq.attention, found none");
  Packing packing;
  packing.total = sequences.front();
  for (StringAttr sequence : sequences) {
    if (sequence == packing.total || sequence == packing.other)
      continue;
    if (packing.other)
      return op.emitOpError("cannot be packed: expected at most two "
                            "sequences, found ")
             << packing.total.getValue() << ", " << packing.other.getValue()
             << " and " << sequence.getValue();
    packing.other = sequence;
  }
  if (failed(findBatch(op, packing)))
    return failure();

  for (NamedAttribute rule : op.getDivides())
    for (StringAttr side : {rule.getName(), cast<StringAttr>(rule.getValue())})
      if (op.canonicalSize(side) == packing.batch || packing.isPacked(op, side))
        return op.emitOpError("cannot be packed: expected no rule about the "
                              "batch or a sequence, which packing changes; "
                              "found ")
               << rule.getName().getValue() << " divides " << rule.getValue();
  auto isTaken = [&](StringRef name) {
    return op.getParams().get(name) || op.isRuntimeSize(name);
  };
  std::string count = "N";
  while (isTaken(count))
    count += "SEQ";
  packing.count = StringAttr::get(op.getContext(), count);
  for (ArrayAttr names : {op.getOperandNames(), op.getResultNames()})
    for (Attribute name : names)
      if (cast<StringAttr>(name).getValue() == Packing::offsets)
        return op.emitOpError("cannot be packed: the name ")
               << Packing::offsets
               << " is that of the operand that packing adds; give the "
                  "operator's own another name";
  return packing;
}
