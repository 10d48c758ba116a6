//===- StreamCompiler.cpp - Steps of stream programs ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "StreamCompiler.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

SmallVector<int64_t> seqmix::reference::getStaticShape(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped ? llvm::to_vector(shaped.getShape()) : SmallVector<int64_t>();
}

Place StreamCompiler::makePlace(ArrayRef<int64_t> shape) {
  Place place;
  place.shape.assign(shape.begin(), shape.end());
  place.slot = getProgram().addSlot(place.getNumElements());
  return place;
}

Place StreamCompiler::makePlace(Type type) {
  return makePlace(getStaticShape(type));
}

Place StreamCompiler::define(Value value) {
  Place place = makePlace(value.getType());
  scope.define(value, place);
  return place;
}

MixedOffsets::MixedOffsets(ArrayRef<OpFoldResult> offsets,
                           StreamCompiler &compiler) {
  for (OpFoldResult offset : offsets) {
    if (auto value = dyn_cast<Value>(offset)) {
      fixed.push_back(0);
      slots.push_back(compiler.get(value).slot);
    } else {
      fixed.push_back(cast<IntegerAttr>(cast<Attribute>(offset)).getInt());
      slots.push_back(std::nullopt);
    }
  }
}

SmallVector<int64_t> MixedOffsets::read(const Frame &frame) const {
  SmallVector<int64_t> offsets;
  for (auto [known, slot] : llvm::zip(fixed, slots))
    offsets.push_back(slot ? static_cast<int64_t>(*frame[*slot]) : known);
  return offsets;
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

static LogicalResult compileConstant(arith::ConstantOp op,
                                     StreamCompiler &compiler) {
  Place place;
  place.shape.assign(getStaticShape(op.getType()));
  Attribute value = op.getValue();
  std::vector<double> numbers;
  if (auto elements = dyn_cast<DenseElementsAttr>(value)) {
    for (Attribute element : elements.getValues<Attribute>())
      numbers.push_back(getNumber(element).value_or(0));
  } else if (std::optional<double> number = getNumber(value)) {
    numbers.push_back(*number);
  } else {
    return op.emitOpError("expected a number or a dense array of numbers");
  }
  place.slot = compiler.getProgram().addConstant(std::move(numbers));
  compiler.getScope().define(op.getResult(), place);
  return success();
}

/// memref.dim: shapes are known in each run.
static LogicalResult compileDim(memref::DimOp op, StreamCompiler &compiler) {
  std::optional<int64_t> dimension = op.getConstantIndex();
  Place array = compiler.get(op.getSource());
  if (!dimension || *dimension < 0 ||
      *dimension >= static_cast<int64_t>(array.shape.size()))
    return op.emitOpError("expected a constant dimension below ")
           << array.shape.size();
  Place place;
  place.slot = compiler.getProgram().addConstant(1, array.shape[*dimension]);
  compiler.getScope().define(op.getResult(), place);
  return success();
}

static void compileLoad(memref::LoadOp op, StreamCompiler &compiler,
                        Code &code) {
  Place array = compiler.get(op.getMemRef());
  SmallVector<unsigned> slots;
  for (Value index : op.getIndices())
    slots.push_back(compiler.get(index).slot);
  code.push_back([=, out = compiler.define(op.getResult()).slot,
                  operation = op.getOperation()](Frame &frame) {
    SmallVector<const double *> positions;
    for (unsigned slot : slots)
      positions.push_back(frame[slot]);
    gather(frame, operation, array, frame[out], positions, 1);
  });
}

std::optional<LogicalResult>
seqmix::reference::compileScalarOp(Operation &op, StreamCompiler &compiler,
                                   Code &code) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return compileConstant(constant, compiler);
  if (auto dim = dyn_cast<memref::DimOp>(op))
    return compileDim(dim, compiler);
  if (auto load = dyn_cast<memref::LoadOp>(op)) {
    compileLoad(load, compiler, code);
    return success();
  }
  RowKernel kernel = getRowKernel(&op);
  if (!kernel)
    return std::nullopt;
  // An op on tensors is one on the rows that they are.
  SmallVector<unsigned, 4> slots;
  for (Value operand : op.getOperands())
    slots.push_back(compiler.get(operand).slot);
  Place result = compiler.define(op.getResult(0));
  int64_t elements = result.getNumElements();
  if (isa<arith::SelectOp>(op) && elements != 1 &&
      compiler.get(op.getOperand(0)).getNumElements() == 1)
    return op.emitOpError("expected a condition of the shape of the values, "
                          "found a scalar");
  code.push_back([=](Frame &frame) {
    const double *in[3] = {nullptr, nullptr, nullptr};
    for (unsigned i = 0; i < slots.size(); ++i)
      in[i] = frame[slots[i]];
    kernel(frame[result.slot], in, elements);
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

LogicalResult StreamCompiler::compileOp(Operation &op, Code &code) {
  if (auto loop = dyn_cast<stream::LoopOp>(op))
    return compileLoop(loop, *this, code);
  if (isa<stream::BoundsOp>(op))
    return success(); // Its loop finds them.
  for (auto family :
       {compileScalarOp, compileTensorOp, compileLinalgOp, compileTileOp})
    if (std::optional<LogicalResult> result = family(op, *this, code))
      return *result;
  return op.emitError("the interpreter of entries does not know '")
         << op.getName()
         << "'; expected stream.loop, scalars of arith and math, and on tiles "
            "linalg, tensor and the stream dialect";
}

LogicalResult StreamCompiler::compile(Block &block, Code &code) {
  Operation *terminator =
      !block.empty() && block.back().hasTrait<OpTrait::IsTerminator>()
          ? &block.back()
          : nullptr;
  for (Operation &op : block)
    if (&op != terminator && failed(compileOp(op, code)))
      return failure();
  return success();
}
