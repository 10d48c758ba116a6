//===- ArgumentStruct.cpp - The argument struct of docs/ABI.md
//-------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/ArgumentStruct.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::cpu;

static MemRefType typeOf(kernel::EntryOp entry, unsigned array) {
  return cast<MemRefType>(entry.getArray(array).getType());
}

ArgumentStruct::ArgumentStruct(kernel::EntryOp entry, OpBuilder &builder,
                               Location loc, Value pointer)
    : entry(entry), b(builder), loc(loc),
      numberOfSizes(entry.getSizes().size()) {
  for (unsigned index = 0; index < numberOfSizes; ++index)
    load(pointer, /*isPointer=*/false);
  for (unsigned array = 0; array < entry.getArrays().size(); ++array) {
    firstSlot.push_back(slots.size());
    ranks.push_back(typeOf(entry, array).getRank());
    load(pointer, /*isPointer=*/true);
    for (unsigned axis = 0; axis < ranks.back(); ++axis)
      load(pointer, /*isPointer=*/false);
  }
  tail = slots.size();
  for (bool isPointer : {true, false, true, true, false})
    load(pointer, isPointer);
}

void ArgumentStruct::load(Value pointer, bool isPointer) {
  Type i64 = b.getI64Type();
  Type pointerType = LLVM::LLVMPointerType::get(b.getContext());
  Value place =
      LLVM::GEPOp::create(b, loc, pointerType, i64, pointer,
                          ArrayRef<LLVM::GEPArg>(int32_t(slots.size())));
  slots.push_back(
      LLVM::LoadOp::create(b, loc, isPointer ? pointerType : i64, place));
}

Value ArgumentStruct::dim(unsigned array, unsigned axis) {
  MemRefType type = typeOf(entry, array);
  if (!type.isDynamicDim(axis))
    return arith::ConstantOp::create(
        b, loc, b.getI64IntegerAttr(type.getDimSize(axis)));
  auto dictionary = cast<DictionaryAttr>(entry.getArrays()[array]);
  auto axes = dictionary.getAs<ArrayAttr>("axes");
  auto [name, more] =
      kernel::splitAxis(cast<StringAttr>(axes[axis]).getValue());
  Value argument = entry.getSize(name);
  Value extent = size(cast<BlockArgument>(argument).getArgNumber());
  if (more == 0)
    return extent;
  Value count = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(more));
  return arith::AddIOp::create(b, loc, extent, count);
}

Value seqmix::cpu::makeMemRef(OpBuilder &b, Location loc, MemRefType type,
                              Value pointer, ArrayRef<Value> sizes,
                              ArrayRef<Value> strides) {
  MLIRContext *context = b.getContext();
  Type pointerType = LLVM::LLVMPointerType::get(context);
  SmallVector<Type> fields{pointerType, pointerType, b.getI64Type()};
  if (!sizes.empty())
    fields.append(2, LLVM::LLVMArrayType::get(b.getI64Type(), sizes.size()));
  Value descriptor = LLVM::PoisonOp::create(
      b, loc, LLVM::LLVMStructType::getLiteral(context, fields));
  auto insert = [&](Value value, ArrayRef<int64_t> position) {
    descriptor =
        LLVM::InsertValueOp::create(b, loc, descriptor, value, position);
  };
  insert(pointer, {0});
  insert(pointer, {1});
  insert(arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0)), {2});
  for (auto [axis, value] : llvm::enumerate(sizes))
    insert(value, {3, int64_t(axis)});
  for (auto [axis, value] : llvm::enumerate(strides))
    insert(value, {4, int64_t(axis)});
  return UnrealizedConversionCastOp::create(b, loc, type, descriptor)
      .getResult(0);
}

Value ArgumentStruct::scratch(MemRefType type, Value pointer) {
  SmallVector<Value> sizes, strides;
  int64_t stride = type.getNumElements();
  auto constant = [&](int64_t value) {
    return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
  };
  for (int64_t size : type.getShape()) {
    stride = size ? stride / size : stride;
    sizes.push_back(constant(size));
    strides.push_back(constant(stride));
  }
  return makeMemRef(b, loc, type, pointer, sizes, strides);
}

Value ArgumentStruct::shared(MemRefType type, Value bytes) {
  Value size = arith::IndexCastOp::create(b, loc, b.getI64Type(), bytes);
  Value one = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(1));
  return makeMemRef(b, loc, type, workspace(), size, one);
}

SmallVector<Value> ArgumentStruct::blockArguments() {
  SmallVector<Value> values;
  for (unsigned index = 0; index < numSizes(); ++index)
    values.push_back(
        arith::IndexCastOp::create(b, loc, b.getIndexType(), size(index)));
  for (unsigned array = 0; array < numArrays(); ++array) {
    SmallVector<Value> sizes, strides;
    for (unsigned axis = 0; axis < rank(array); ++axis) {
      sizes.push_back(dim(array, axis));
      strides.push_back(stride(array, axis));
    }
    values.push_back(
        makeMemRef(b, loc, typeOf(entry, array), data(array), sizes, strides));
  }
  return values;
}
