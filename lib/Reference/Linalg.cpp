//===- Linalg.cpp - linalg on tiles ---------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every op of linalg is its maps, its iterators and its region. The region is
// run on rows: the innermost loop is a parallel one, so that all elements of a
// row are independent, and reductions run around it in order.
//
//===----------------------------------------------------------------------===//

#include "StreamCompiler.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace seqmix::reference;

namespace {

/// One row of a region while it runs.
struct Row {
  /// The values of the region as dense rows, by register.
  const double **registers;
  double *const *pointers;
  /// Indices of the loops around the row, outermost first.
  const int64_t *indices;
  int64_t n;
};

using RowStep = std::function<void(Frame &, Row &)>;

/// A linear function of the loops: its value at 0 and a step a loop.
struct Linear {
  int64_t base = 0;
  SmallVector<int64_t, 6> steps;
};

class LinalgCompiler {
public:
  LinalgCompiler(linalg::LinalgOp op, StreamCompiler &compiler)
      : op(op), compiler(compiler) {}

  LogicalResult compile(Code &code);

private:
  void orderLoops();
  LogicalResult addOperand(OpOperand &operand, Place place);
  LogicalResult compileRegion();
  LogicalResult compileOp(Operation &op);
  void compileIndex(linalg::IndexOp op);
  void compileGather(Operation *op, Value array, ValueRange positions);
  unsigned getRegister(Value value);
  /// A new register with a buffer of its own, whose slot is returned.
  unsigned addRegister(Value value);
  int64_t getRowLength() const { return inner ? extents[*inner] : 1; }

  linalg::LinalgOp op;
  StreamCompiler &compiler;
  SmallVector<int64_t, 6> extents;
  /// The op's loops around rows, outermost first, and the one that is a row; a
  /// row has one element if there is none.
  SmallVector<unsigned, 6> outer;
  std::optional<unsigned> inner;
  /// Buffers that the nest moves over: inputs, then outputs.
  SmallVector<Place> places;
  SmallVector<Linear> accesses;
  DenseMap<Value, unsigned> registers;
  unsigned numRegisters = 0;
  std::vector<RowStep> steps;
  /// Registers of values from outside the region or that never change: a slot
  /// of a row each. Those from outside are filled when the op starts.
  struct Fixed {
    unsigned number, slot;
    std::optional<unsigned> scalar;
  };
  std::vector<Fixed> fixed;
};

} // namespace

/// Adds `factor` times an affine expression; fails if it is not linear.
static LogicalResult addLinear(AffineExpr expr, int64_t factor,
                               Linear &linear) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    linear.base += factor * constant.getValue();
    return success();
  }
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    linear.steps[dim.getPosition()] += factor;
    return success();
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return failure();
  if (binary.getKind() == AffineExprKind::Add)
    return success(succeeded(addLinear(binary.getLHS(), factor, linear)) &&
                   succeeded(addLinear(binary.getRHS(), factor, linear)));
  // The constant of a product stands on the right.
  auto constant = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (binary.getKind() != AffineExprKind::Mul || !constant)
    return failure();
  return addLinear(binary.getLHS(), factor * constant.getValue(), linear);
}

LogicalResult LinalgCompiler::addOperand(OpOperand &operand, Place place) {
  AffineMap map = op.getMatchingIndexingMap(&operand);
  Linear access;
  access.steps.assign(extents.size(), 0);
  for (auto [expr, stride] : llvm::zip(map.getResults(), place.getStrides()))
    if (failed(addLinear(expr, stride, access)))
      return op.emitOpError("expected an indexing map that is linear in the "
                            "loops, found ")
             << AffineMapAttr::get(map);
  places.push_back(place);
  accesses.push_back(access);
  return success();
}

/// Reductions go around the row, which is the parallel loop that moves least in
/// memory.
void LinalgCompiler::orderLoops() {
  auto getCost = [&](unsigned loop) {
    int64_t cost = 0;
    for (const Linear &access : accesses)
      cost += std::abs(access.steps[loop]);
    return cost;
  };
  SmallVector<unsigned> reductions;
  for (auto [loop, kind] : llvm::enumerate(op.getIteratorTypesArray())) {
    bool isParallel = kind == utils::IteratorType::parallel;
    if (isParallel)
      outer.push_back(loop);
    else
      reductions.push_back(loop);
    if (isParallel && extents[loop] != 1 &&
        (!inner || getCost(loop) <= getCost(*inner)))
      inner = loop;
  }
  if (inner)
    outer.erase(llvm::find(outer, *inner));
  llvm::append_range(outer, reductions);
}

unsigned LinalgCompiler::addRegister(Value value) {
  registers[value] = numRegisters++;
  return compiler.getProgram().addSlot(getRowLength());
}

unsigned LinalgCompiler::getRegister(Value value) {
  auto it = registers.find(value);
  if (it != registers.end())
    return it->second;
  // A scalar from outside.
  unsigned scalar = compiler.get(value).slot;
  unsigned slot = addRegister(value);
  fixed.push_back({registers[value], slot, scalar});
  return registers[value];
}

void LinalgCompiler::compileIndex(linalg::IndexOp op) {
  unsigned loop = op.getDim();
  if (inner && loop == *inner) {
    std::vector<double> count(getRowLength());
    for (auto [i, value] : llvm::enumerate(count))
      value = static_cast<double>(i);
    registers[op.getResult()] = numRegisters++;
    fixed.push_back({registers[op.getResult()],
                     compiler.getProgram().addConstant(std::move(count)),
                     std::nullopt});
    return;
  }
  const auto *at = llvm::find(outer, loop);
  bool isAround = at != outer.end();
  unsigned level = at - outer.begin();
  unsigned slot = addRegister(op.getResult());
  unsigned number = registers[op.getResult()];
  steps.push_back([=](Frame &frame, Row &row) {
    std::fill_n(frame[slot], row.n, isAround ? row.indices[level] : 0);
    row.registers[number] = frame[slot];
  });
}

/// memref.load and tensor.extract.
void LinalgCompiler::compileGather(Operation *op, Value array,
                                   ValueRange positions) {
  Place place = compiler.get(array);
  SmallVector<unsigned> numbers;
  for (Value position : positions)
    numbers.push_back(getRegister(position));
  unsigned slot = addRegister(op->getResult(0));
  unsigned number = registers[op->getResult(0)];
  steps.push_back([=](Frame &frame, Row &row) {
    SmallVector<const double *> rows;
    for (unsigned position : numbers)
      rows.push_back(row.registers[position]);
    gather(frame, op, place, frame[slot], rows, row.n);
    row.registers[number] = frame[slot];
  });
}

LogicalResult LinalgCompiler::compileOp(Operation &op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    std::optional<double> value = getNumber(constant.getValue());
    if (!value)
      return constant.emitOpError("expected a number");
    registers[constant.getResult()] = numRegisters++;
    fixed.push_back({registers[constant.getResult()],
                     compiler.getProgram().addConstant(getRowLength(), *value),
                     std::nullopt});
    return success();
  }
  if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    compileIndex(index);
    return success();
  }
  if (auto load = dyn_cast<memref::LoadOp>(op)) {
    compileGather(load, load.getMemRef(), load.getIndices());
    return success();
  }
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    compileGather(extract, extract.getTensor(), extract.getIndices());
    return success();
  }
  RowKernel kernel = getRowKernel(&op);
  if (!kernel)
    return op.emitError("the interpreter does not know '")
           << op.getName()
           << "' inside linalg; expected arith, math, linalg.index, "
              "memref.load or tensor.extract";
  SmallVector<unsigned, 3> operands;
  for (Value operand : op.getOperands())
    operands.push_back(getRegister(operand));
  unsigned slot = addRegister(op.getResult(0));
  unsigned number = registers[op.getResult(0)];
  steps.push_back([=](Frame &frame, Row &row) {
    const double *in[3] = {nullptr, nullptr, nullptr};
    for (unsigned i = 0; i < operands.size(); ++i)
      in[i] = row.registers[operands[i]];
    kernel(frame[slot], in, row.n);
    row.registers[number] = frame[slot];
  });
  return success();
}

/// Loads of the arguments that are used, the ops, stores of what is yielded.
LogicalResult LinalgCompiler::compileRegion() {
  auto getRowStride = [&](unsigned buffer) {
    return inner ? accesses[buffer].steps[*inner] : 0;
  };
  Block &block = *op.getBlock();
  for (BlockArgument argument : block.getArguments()) {
    if (argument.use_empty())
      continue;
    unsigned buffer = argument.getArgNumber();
    int64_t stride = getRowStride(buffer);
    unsigned slot = addRegister(argument);
    unsigned number = registers[argument];
    steps.push_back([=](Frame &frame, Row &row) {
      const double *from = row.pointers[buffer];
      for (int64_t i = 0; i < row.n; ++i)
        frame[slot][i] = from[i * stride];
      row.registers[number] = frame[slot];
    });
  }
  for (Operation &op : block.without_terminator())
    if (failed(compileOp(op)))
      return failure();
  unsigned numInputs = op.getNumDpsInputs();
  for (auto [i, value] :
       llvm::enumerate(block.getTerminator()->getOperands())) {
    unsigned number = getRegister(value);
    unsigned buffer = numInputs + i;
    steps.push_back([=, stride = getRowStride(buffer)](Frame &, Row &row) {
      double *to = row.pointers[buffer];
      for (int64_t i = 0; i < row.n; ++i)
        to[i * stride] = row.registers[number][i];
    });
  }
  return success();
}

LogicalResult LinalgCompiler::compile(Code &code) {
  if (!op.hasPureTensorSemantics())
    return op.emitOpError("expected linalg on tensors in an entry before Tile");
  extents.assign(op.getStaticLoopRanges());
  if (llvm::any_of(extents, ShapedType::isDynamic))
    return op.emitOpError("expected static shapes");
  for (OpOperand *operand : op.getDpsInputOperands())
    if (failed(addOperand(*operand, compiler.get(operand->get()))))
      return failure();
  // Results start as their destinations and are then written in place.
  SmallVector<std::pair<Place, unsigned>> results;
  for (OpOperand &init : op.getDpsInitsMutable()) {
    Place result = compiler.makePlace(init.get().getType());
    results.push_back({result, compiler.get(init.get()).slot});
    if (failed(addOperand(init, result)))
      return failure();
  }
  orderLoops();
  if (failed(compileRegion()))
    return failure();
  for (auto [value, result] : llvm::zip(op->getResults(), results))
    compiler.getScope().define(value, result.first);

  Nest nest(places.size());
  auto addLoop = [&](std::optional<unsigned> loop) {
    SmallVector<int64_t> strides;
    for (const Linear &access : accesses)
      strides.push_back(loop ? access.steps[*loop] : 0);
    nest.addLoop(loop ? extents[*loop] : 1, strides);
  };
  for (unsigned loop : outer)
    addLoop(loop);
  addLoop(inner);

  SmallVector<std::pair<unsigned, int64_t>> bases;
  for (auto [place, access] : llvm::zip(places, accesses))
    bases.push_back({place.slot, access.base});
  code.push_back([=, steps = steps, fixed = fixed, count = numRegisters,
                  length = getRowLength()](Frame &frame) {
    for (const auto &[result, init] : results)
      std::copy_n(frame[init], result.getNumElements(), frame[result.slot]);
    SmallVector<const double *> values(count);
    for (const Fixed &each : fixed) {
      if (each.scalar)
        std::fill_n(frame[each.slot], length, *frame[*each.scalar]);
      values[each.number] = frame[each.slot];
    }
    SmallVector<double *> pointers;
    for (auto [slot, base] : bases)
      pointers.push_back(frame[slot] + base);
    nest.forEachRow(pointers,
                    [&](double *const *p, const int64_t *indices, int64_t n) {
                      if (frame.hasFailed())
                        return;
                      Row row{values.data(), p, indices, n};
                      for (const RowStep &step : steps)
                        step(frame, row);
                    });
  });
  return success();
}

std::optional<LogicalResult>
seqmix::reference::compileLinalgOp(Operation &op, StreamCompiler &compiler,
                                   Code &code) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp)
    return std::nullopt;
  return LinalgCompiler(linalgOp, compiler).compile(code);
}
