//===- Operator.cpp - The meaning of an operator --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SeqCompiler.h"
#include "seqmix/Reference/Signature.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

/// Copies a value to an array whose axes may have another order.
static void store(const Place &place, const double *data,
                  ArrayRef<StringAttr> axes, Array &array) {
  Place whole;
  whole.shape.assign(array.shape.begin(), array.shape.end());
  Nest nest(2);
  for (auto [axis, extent, stride] :
       llvm::zip(axes, whole.shape, whole.getStrides()))
    nest.addLoop(extent, {stride, getStrideOf(place, axis)});
  nest.simplify();
  nest.copy(array.data.data(), data);
}

FailureOr<std::vector<Array>>
seqmix::reference::interpretOperator(seq::OperatorOp op,
                                     ArrayRef<Array> operands,
                                     const Sizes &known, unsigned threads) {
  Signature signature = getSignature(op);
  FailureOr<Sizes> sizes = inferSizes(signature, operands, known);
  if (failed(sizes))
    return failure();
  OperatorContext context{op, *sizes, threads};
  Program program;
  SeqCompiler compiler(context, program, nullptr);
  Block &body = op.getBody().front();
  for (auto [argument, operand] : llvm::zip(body.getArguments(), operands)) {
    Place place;
    place.slot = program.addExternal();
    llvm::append_range(place.axes,
                       cast<seq::ArrayType>(argument.getType()).getAxes());
    place.shape.assign(operand.shape.begin(), operand.shape.end());
    compiler.getScope().define(argument, place);
  }
  Code code;
  if (failed(compiler.compile(body, code)))
    return failure();

  Frame frame(program);
  // Steps only read the slots of operands.
  for (auto [argument, operand] : llvm::zip(body.getArguments(), operands))
    frame.bind(compiler.get(argument).slot,
               const_cast<double *>(operand.data.data()));
  run(code, frame);
  if (const std::optional<RunError> &error = frame.getError())
    return error->op->emitError() << error->message;

  std::vector<Array> results;
  auto values = cast<seq::ReturnOp>(body.getTerminator()).getValues();
  for (auto [declaration, value, type] :
       llvm::zip(signature.results, values, op.getResultTypes())) {
    Array &array = results.emplace_back(makeArray(declaration, *sizes));
    Place place = compiler.get(value);
    store(place, frame[place.slot],
          cast<seq::ArrayType>(cast<TypeAttr>(type).getValue()).getAxes(),
          array);
  }
  return results;
}
