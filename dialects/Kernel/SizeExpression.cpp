//===- SizeExpression.cpp - Arithmetic on sizes as the manifest says it ---===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/SizeExpression.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace seqmix::kernel;

static Attribute makeInteger(MLIRContext *context, int64_t value) {
  return IntegerAttr::get(IntegerType::get(context, 64), value);
}

Attribute seqmix::kernel::makeCall(StringRef name,
                                   ArrayRef<Attribute> arguments) {
  MLIRContext *context = arguments.front().getContext();
  return DictionaryAttr::get(
      context, NamedAttribute(
                   StringAttr::get(context, name),
                   ArrayAttr::get(context, SmallVector<Attribute>(arguments))));
}

static std::optional<int64_t> getInteger(Attribute expression) {
  if (auto integer = dyn_cast<IntegerAttr>(expression))
    return integer.getInt();
  return std::nullopt;
}

/// The product of expressions: products among them opened, integers folded.
Attribute seqmix::kernel::makeProduct(MLIRContext *context,
                                      ArrayRef<Attribute> factors) {
  int64_t constant = 1;
  SmallVector<Attribute> rest;
  SmallVector<Attribute> pending(llvm::reverse(factors));
  while (!pending.empty()) {
    Attribute factor = pending.pop_back_val();
    auto call = dyn_cast<DictionaryAttr>(factor);
    if (std::optional<int64_t> integer = getInteger(factor))
      constant *= *integer;
    else if (auto nested = call ? call.getAs<ArrayAttr>("mul") : ArrayAttr())
      llvm::append_range(pending, llvm::reverse(nested));
    else
      rest.push_back(factor);
  }
  if (constant == 0 || rest.empty())
    return makeInteger(context, constant);
  if (constant != 1)
    rest.insert(rest.begin(), makeInteger(context, constant));
  return rest.size() == 1 ? rest.front() : makeCall("mul", rest);
}

/// The name of the operation in docs/ABI.md, or none. Sizes are not negative,
/// so that signed and unsigned division agree.
static StringRef getFunctionName(Operation *op) {
  if (isa<arith::AddIOp>(op))
    return "add";
  if (isa<arith::MulIOp>(op))
    return "mul";
  if (isa<arith::DivSIOp, arith::DivUIOp, arith::FloorDivSIOp>(op))
    return "div";
  if (isa<arith::CeilDivSIOp, arith::CeilDivUIOp>(op))
    return "ceildiv";
  if (isa<arith::MinSIOp, arith::MinUIOp>(op))
    return "min";
  if (isa<arith::MaxSIOp, arith::MaxUIOp>(op))
    return "max";
  return "";
}

FailureOr<Attribute> seqmix::kernel::getExpression(EntryOp entry, Value value) {
  MLIRContext *context = entry.getContext();
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return makeInteger(context, constant.getSExtValue());
  if (auto argument = dyn_cast<BlockArgument>(value))
    return Attribute(entry.getSizes()[argument.getArgNumber()]);

  Operation *op = value.getDefiningOp();
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(op))
    return getExpression(entry, op->getOperand(0));
  if (auto dim = dyn_cast<memref::DimOp>(op)) {
    auto array = dyn_cast<BlockArgument>(dim.getSource());
    std::optional<int64_t> index = dim.getConstantIndex();
    if (array && index) {
      auto type = cast<MemRefType>(array.getType());
      if (!type.isDynamicDim(*index))
        return makeInteger(context, type.getDimSize(*index));
      unsigned number = array.getArgNumber() - entry.getSizes().size();
      auto axes = cast<DictionaryAttr>(entry.getArrays()[number])
                      .getAs<ArrayAttr>("axes");
      auto [name, more] = splitAxis(cast<StringAttr>(axes[*index]).getValue());
      if (Value size = entry.getSize(name)) {
        FailureOr<Attribute> extent = getExpression(entry, size);
        if (failed(extent) || more == 0)
          return extent;
        return makeCall("add", {*extent, makeInteger(context, more)});
      }
    }
  }
  if (auto subtract = dyn_cast<arith::SubIOp>(op)) {
    FailureOr<Attribute> lhs = getExpression(entry, subtract.getLhs());
    FailureOr<Attribute> rhs = getExpression(entry, subtract.getRhs());
    if (failed(lhs) || failed(rhs))
      return failure();
    Attribute minus = makeProduct(context, {makeInteger(context, -1), *rhs});
    return makeCall("add", {*lhs, minus});
  }
  StringRef name = getFunctionName(op);
  if (name.empty())
    return op->emitOpError(
        "computes a size, which the manifest cannot say: expected "
        "add, mul, div, ceildiv, min or max of sizes and constants");
  SmallVector<Attribute> arguments;
  for (Value operand : op->getOperands()) {
    FailureOr<Attribute> argument = getExpression(entry, operand);
    if (failed(argument))
      return failure();
    arguments.push_back(*argument);
  }
  if (name == "mul")
    return makeProduct(context, arguments);
  return makeCall(name, arguments);
}
