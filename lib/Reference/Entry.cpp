//===- Entry.cpp - The meaning of an entry --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "StreamCompiler.h"
#include "seqmix/Reference/Signature.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

namespace {

/// Runs the ops of an entry one after the other: a buffer's shape may depend on
/// the scalars before it.
class EntryRunner {
public:
  explicit EntryRunner(unsigned threads)
      : compiler(program, nullptr, threads), frame(program) {}

  void bindSize(Value argument, int64_t size);
  void bindArray(Value argument, ArrayRef<int64_t> shape, double *data);
  LogicalResult run(Operation &op);

private:
  LogicalResult allocate(memref::AllocOp op);

  Program program;
  StreamCompiler compiler;
  Frame frame;
};

} // namespace

void EntryRunner::bindSize(Value argument, int64_t size) {
  Place place;
  place.slot = program.addConstant(1, size);
  compiler.getScope().define(argument, place);
}

void EntryRunner::bindArray(Value argument, ArrayRef<int64_t> shape,
                            double *data) {
  Place place;
  place.slot = program.addExternal();
  place.shape.assign(shape.begin(), shape.end());
  compiler.getScope().define(argument, place);
  frame.grow(program);
  frame.bind(place.slot, data);
}

LogicalResult EntryRunner::allocate(memref::AllocOp op) {
  SmallVector<int64_t> shape(op.getType().getShape());
  auto dynamic = op.getDynamicSizes().begin();
  for (int64_t &extent : shape)
    if (ShapedType::isDynamic(extent))
      extent = *frame[compiler.get(*dynamic++).slot];
  compiler.getScope().define(op.getResult(), compiler.makePlace(shape));
  frame.grow(program);
  return success();
}

LogicalResult EntryRunner::run(Operation &op) {
  frame.grow(program);
  if (auto alloc = dyn_cast<memref::AllocOp>(op))
    return allocate(alloc);
  Code code;
  if (failed(compiler.compileOp(op, code)))
    return failure();
  frame.grow(program);
  reference::run(code, frame);
  if (const std::optional<RunError> &error = frame.getError())
    return error->op->emitError() << error->message;
  return success();
}

FailureOr<std::vector<Array>>
seqmix::reference::interpretEntry(kernel::EntryOp op, ArrayRef<Array> operands,
                                  const Sizes &known, unsigned threads) {
  Signature signature = getSignature(op);
  FailureOr<Sizes> sizes = inferSizes(signature, operands, known);
  if (failed(sizes))
    return failure();
  for (NamedAttribute rule : op.getRequire()) {
    int64_t want = cast<IntegerAttr>(rule.getValue()).getInt();
    int64_t found = sizes->at(rule.getName().str());
    if (found != want)
      return op.emitError() << "the form '" << op.getForm() << "' needs "
                            << rule.getName().getValue() << " = " << want
                            << ", found " << found;
  }
  EntryRunner runner(threads);
  for (auto [i, name] : llvm::enumerate(signature.sizes))
    runner.bindSize(op.getBody().getArgument(i), sizes->at(name));
  std::vector<Array> results;
  for (const ArrayDeclaration &declaration : signature.results)
    results.push_back(makeArray(declaration, *sizes));
  // Operands come before results.
  for (unsigned i = 0; i < operands.size() + results.size(); ++i) {
    const Array &array =
        i < operands.size() ? operands[i] : results[i - operands.size()];
    // A loop writes results alone.
    runner.bindArray(op.getArray(i), array.shape,
                     const_cast<double *>(array.data.data()));
  }
  for (Operation &nested : op.getBody().front())
    if (failed(runner.run(nested)))
      return failure();
  return results;
}
