//===- LowerCalls.cpp - From kernel.call to the C ABI ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/LowerCalls.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace seqmix;

/// What the codes of docs/ABI.md mean to whoever reads the message.
static constexpr std::pair<int32_t, StringLiteral> codes[] = {
    {1, "an array is null"},
    {2, "a size is negative or breaks a rule of the operator"},
    {3, "the last stride of an array is not 1, or a stride is negative"},
    {4, "the workspace is too small"},
    {5, "a result overlaps another array"},
    {6, "this processor lacks what the code needs"},
};

namespace {

/// Writes one call: the argument struct slot by slot, then the call itself.
class CallLowering {
public:
  explicit CallLowering(kernel::CallOp call)
      : call(call), b(call.getLoc(), call) {}

  void lower();

private:
  Value integer(int64_t value) {
    return arith::ConstantOp::create(b, b.getI64IntegerAttr(value));
  }
  Value toInteger(Value index) {
    return arith::IndexCastOp::create(b, b.getI64Type(), index);
  }
  void addArray(Value array);
  void fill(Value slots);
  Value callSymbol(StringRef symbol, Type result, Value pointer);

  kernel::CallOp call;
  ImplicitLocOpBuilder b;
  SmallVector<Value> values;
};

} // namespace

/// The address of element 0, and the strides in elements.
void CallLowering::addArray(Value array) {
  auto type = cast<MemRefType>(array.getType());
  auto parts = memref::ExtractStridedMetadataOp::create(b, array);
  Value start = toInteger(
      memref::ExtractAlignedPointerAsIndexOp::create(b, array).getResult());
  Value bytes = integer(type.getElementTypeBitWidth() / 8);
  Value offset = arith::MulIOp::create(b, toInteger(parts.getOffset()), bytes);
  values.push_back(arith::AddIOp::create(b, start, offset));
  for (Value stride : parts.getStrides())
    values.push_back(toInteger(stride));
}

void CallLowering::fill(Value slots) {
  for (auto [index, value] : llvm::enumerate(values))
    memref::StoreOp::create(
        b, value, slots,
        ValueRange(arith::ConstantIndexOp::create(b, index).getResult()));
}

Value CallLowering::callSymbol(StringRef symbol, Type result, Value pointer) {
  return LLVM::CallOp::create(b, TypeRange(result), symbol, ValueRange(pointer))
      .getResult();
}

void CallLowering::lower() {
  for (Value size : call.getSizes())
    values.push_back(toInteger(size));
  for (Value array : call.getArrays())
    addArray(array);
  // Workspace and its bytes, a null parallel-for and its context, one worker.
  unsigned workspace = values.size();
  for (int64_t value : {0, 0, 0, 0, 1})
    values.push_back(integer(value));

  // On the heap: a loop around the call would grow the stack.
  Value slots = memref::AllocOp::create(
      b, MemRefType::get(static_cast<int64_t>(values.size()), b.getI64Type()));
  fill(slots);
  Value pointer = LLVM::IntToPtrOp::create(
      b, LLVM::LLVMPointerType::get(b.getContext()),
      toInteger(memref::ExtractAlignedPointerAsIndexOp::create(b, slots)));
  StringRef symbol = call.getCallee();
  // Negative where the entry will say what is wrong.
  Value bytes = arith::MaxSIOp::create(
      b, callSymbol((symbol + "_workspace").str(), b.getI64Type(), pointer),
      integer(0));
  Value scratch = memref::AllocOp::create(
      b, MemRefType::get(ShapedType::kDynamic, b.getI8Type()),
      ValueRange(arith::IndexCastOp::create(b, b.getIndexType(), bytes)),
      b.getI64IntegerAttr(64));
  auto store = [&](Value value, unsigned slot) {
    memref::StoreOp::create(
        b, value, slots,
        ValueRange(arith::ConstantIndexOp::create(b, slot).getResult()));
  };
  store(toInteger(memref::ExtractAlignedPointerAsIndexOp::create(b, scratch)),
        workspace);
  store(bytes, workspace + 1);
  Value code = callSymbol(symbol, b.getI32Type(), pointer);
  memref::DeallocOp::create(b, scratch);
  memref::DeallocOp::create(b, slots);
  for (auto [number, text] : codes) {
    Value other = arith::ConstantOp::create(b, b.getI32IntegerAttr(number));
    Value differs =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ne, code, other);
    cf::AssertOp::create(b, differs, (symbol + ": " + text).str());
  }
  call.erase();
}

void seqmix::cpu::lowerCalls(ModuleOp module) {
  SmallVector<kernel::CallOp> calls;
  module.walk([&](kernel::CallOp call) { calls.push_back(call); });
  for (kernel::CallOp call : calls)
    CallLowering(call).lower();
}
