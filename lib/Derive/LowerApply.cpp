//===- LowerApply.cpp - From seq.apply to a call of an entry --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LowerApply.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace seqmix;

namespace {

/// One dimension of an array of an apply.
struct Dimension {
  Value array;
  unsigned index;
  StringRef name;
};

} // namespace

/// The dimensions that are the run-time size `size`, arrays in order.
static SmallVector<Dimension>
dimensionsOf(seq::OperatorOp op, seq::ApplyOp apply, StringAttr size) {
  SmallVector<Dimension> found;
  auto collect = [&](ValueRange values, ArrayAttr names, ArrayAttr types) {
    for (auto [value, name, type] : llvm::zip(values, names, types)) {
      auto array = cast<seq::ArrayType>(cast<TypeAttr>(type).getValue());
      for (auto [index, axis] : llvm::enumerate(array.getAxes()))
        if (!op.getIntParam(axis) && op.canonicalSize(axis) == size)
          found.push_back({value, static_cast<unsigned>(index),
                           cast<StringAttr>(name).getValue()});
    }
  };
  collect(apply.getInputs(), op.getOperandNames(), op.getOperandTypes());
  collect(apply.getOutputs(), op.getResultNames(), op.getResultTypes());
  return found;
}

static bool isStatic(const Dimension &dimension) {
  return !cast<MemRefType>(dimension.array.getType())
              .isDynamicDim(dimension.index);
}

/// The entry for an apply: one whose requirements its static sizes meet, such
/// as a step for one token; else one without requirements.
static kernel::EntryOp chooseEntry(seq::OperatorOp op, seq::ApplyOp apply,
                                   ArrayRef<kernel::EntryOp> entries) {
  auto meets = [&](NamedAttribute required) {
    return llvm::any_of(
        dimensionsOf(op, apply, required.getName()),
        [&](const Dimension &dimension) {
          return isStatic(dimension) &&
                 cast<MemRefType>(dimension.array.getType())
                         .getDimSize(dimension.index) ==
                     cast<IntegerAttr>(required.getValue()).getInt();
        });
  };
  kernel::EntryOp best;
  for (kernel::EntryOp entry : entries)
    if (llvm::all_of(entry.getRequire(), meets) &&
        (!best || entry.getRequire().size() > best.getRequire().size()))
      best = entry;
  return best;
}

/// The value of a size, and the assertion that all arrays agree on it.
static Value sizeOf(OpBuilder &b, Location loc, seq::OperatorOp op,
                    ArrayRef<Dimension> dimensions, StringRef name) {
  auto value = [&](const Dimension &dimension) {
    return b.createOrFold<memref::DimOp>(loc, dimension.array, dimension.index);
  };
  // A static dimension knows best.
  const Dimension *first = llvm::find_if(dimensions, isStatic);
  if (first == dimensions.end())
    first = dimensions.begin();
  Value size = value(*first);
  for (const Dimension &other : dimensions) {
    if (&other == first || isStatic(other))
      continue;
    Value same = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq,
                                               value(other), size);
    cf::AssertOp::create(b, loc, same,
                         "seq.apply @" + op.getSymName().str() + ": " +
                             other.name.str() + " differs from " +
                             first->name.str() + " in the size " + name.str());
  }
  return size;
}

static LogicalResult lowerApply(seq::OperatorOp op, seq::ApplyOp apply,
                                ArrayRef<kernel::EntryOp> entries) {
  if (!apply.hasPureBufferSemantics())
    return apply.emitOpError(
        "expected buffers where an operator is derived, found tensors; run "
        "one-shot-bufferize before");
  kernel::EntryOp entry = chooseEntry(op, apply, entries);
  if (!entry) {
    InFlightDiagnostic diag =
        apply.emitOpError("expected a form for any sizes, found none that was "
                          "derived; leave the form to the compiler");
    diag.attachNote(op.getLoc()) << "the operator is here";
    return diag;
  }
  OpBuilder b(apply);
  Location loc = apply.getLoc();
  SmallVector<Value> sizes;
  for (StringAttr name : entry.getSizes().getAsRange<StringAttr>()) {
    SmallVector<Dimension> dimensions = dimensionsOf(op, apply, name);
    if (dimensions.empty())
      return apply.emitOpError()
             << "expected each size of @" << op.getSymName()
             << " to be that of some array, found none for " << name.getValue();
    sizes.push_back(sizeOf(b, loc, op, dimensions, name.getValue()));
  }
  SmallVector<Value> arrays(apply.getInputs());
  llvm::append_range(arrays, apply.getOutputs());
  kernel::CallOp::create(b, loc, entry.getSymName(), sizes, arrays);
  apply.erase();
  return success();
}

LogicalResult seqmix::lowerApplies(seq::OperatorOp op,
                                   ArrayRef<kernel::EntryOp> entries) {
  SmallVector<seq::ApplyOp> applies;
  op->getParentOp()->walk([&](seq::ApplyOp apply) {
    auto callee = SymbolTable::lookupNearestSymbolFrom<seq::OperatorOp>(
        apply, apply.getCalleeAttr());
    if (callee == op)
      applies.push_back(apply);
  });
  for (seq::ApplyOp apply : applies)
    if (failed(lowerApply(op, apply, entries)))
      return failure();
  return success();
}
