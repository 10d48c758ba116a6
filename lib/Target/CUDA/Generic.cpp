//===- Generic.cpp - Linalg ops by all threads
//-------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Three ways through an op's iteration space:
// - a thread an output element, the reduction (if any) as a loop in registers;
// - a warp an output element, where the reduction is long and runs along
// memory;
// - a thread a point of the parallel space, the reduction in order through
// memory,
//   where an output is indexed by a reduction dimension (a scan).

#include "lib/Target/CUDA/Lowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace seqmix::cuda;

namespace {
/// One linalg op on its way to loops.
class GenericLowering {
public:
  GenericLowering(BlockBuilder &b, linalg::LinalgOp op)
      : b(b), op(op), sizes(op.getStaticLoopRanges()),
        maps(op.getIndexingMapsArray()), coordinates(sizes.size()) {}

  LogicalResult run();

private:
  LogicalResult check();
  void orderParallel();
  bool matchCombiners();
  bool prefersWarps();

  int64_t count(ArrayRef<unsigned> dims) const;
  void place(ArrayRef<unsigned> dims, Value linear);
  Value read(OpOperand &operand);
  void write(OpOperand &operand, Value value);
  /// The body at the current coordinates, with these values of the outputs
  /// (none: read from memory where the body uses them).
  SmallVector<Value> body(ArrayRef<Value> outputs);

  void lowerParallel();
  void lowerRegisters();
  void lowerMemory();
  void lowerWarps();

  MutableArrayRef<OpOperand> outputs() { return op.getDpsInitsMutable(); }

  BlockBuilder &b;
  linalg::LinalgOp op;
  SmallVector<int64_t> sizes;
  SmallVector<AffineMap> maps;
  SmallVector<Value> coordinates;
  SmallVector<unsigned> parallel, reduction;
  /// For each output the operation that combines it with a new value.
  SmallVector<Operation *> combiners;
};
} // namespace

LogicalResult GenericLowering::check() {
  if (llvm::any_of(sizes, ShapedType::isDynamic))
    return op.emitOpError("expected static shapes in a tile program");
  for (AffineMap map : maps)
    if (!BlockBuilder::isSimple(map))
      return op.emitOpError("expected indexing maps of sums and products of "
                            "dimensions, found ")
             << AffineMapAttr::get(map);
  for (OpOperand &output : outputs()) {
    AffineMap map = op.getMatchingIndexingMap(&output);
    for (unsigned dim : parallel)
      if (sizes[dim] > 1 && !map.isFunctionOfDim(dim))
        return op.emitOpError("expected output #")
               << output.getOperandNumber()
               << " to be indexed by every parallel dimension, found "
               << AffineMapAttr::get(map)
               << ": several threads would write one element";
  }
  return success();
}

/// Parallel dimensions in the order of the first output's indices, so that
/// consecutive threads write consecutive elements.
void GenericLowering::orderParallel() {
  SmallVector<unsigned> wanted;
  if (!outputs().empty())
    for (AffineExpr expr :
         op.getMatchingIndexingMap(&outputs().front()).getResults())
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        wanted.push_back(dim.getPosition());
  auto types = op.getIteratorTypesArray();
  for (auto [dim, type] : llvm::enumerate(types)) {
    if (type == utils::IteratorType::reduction)
      reduction.push_back(dim);
    else if (!llvm::is_contained(wanted, dim))
      parallel.push_back(dim);
  }
  for (unsigned dim : wanted)
    if (types[dim] == utils::IteratorType::parallel)
      parallel.push_back(dim);
}

int64_t GenericLowering::count(ArrayRef<unsigned> dims) const {
  int64_t count = 1;
  for (unsigned dim : dims)
    count *= sizes[dim];
  return count;
}

void GenericLowering::place(ArrayRef<unsigned> dims, Value linear) {
  SmallVector<int64_t> extents;
  for (unsigned dim : dims)
    extents.push_back(sizes[dim]);
  for (auto [dim, value] : llvm::zip(dims, b.delinearize(linear, extents)))
    coordinates[dim] = value;
}

Value GenericLowering::read(OpOperand &operand) {
  if (!isa<MemRefType>(operand.get().getType()))
    return operand.get();
  return memref::LoadOp::create(
      b, operand.get(),
      b.apply(op.getMatchingIndexingMap(&operand), coordinates));
}

void GenericLowering::write(OpOperand &operand, Value value) {
  memref::StoreOp::create(
      b, value, operand.get(),
      b.apply(op.getMatchingIndexingMap(&operand), coordinates));
}

SmallVector<Value> GenericLowering::body(ArrayRef<Value> outputValues) {
  Block *block = op.getBlock();
  IRMapping mapping;
  unsigned numInputs = op.getNumDpsInputs();
  for (OpOperand &operand : op->getOpOperands()) {
    unsigned number = operand.getOperandNumber();
    BlockArgument argument = block->getArgument(number);
    if (number >= numInputs && !outputValues.empty())
      mapping.map(argument, outputValues[number - numInputs]);
    else if (!argument.use_empty())
      mapping.map(argument, read(operand));
  }
  for (Operation &inner : block->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      mapping.map(index.getResult(), b.index(coordinates[index.getDim()]));
      continue;
    }
    Operation *copy = b.clone(inner, mapping);
    copy->walk([&](linalg::IndexOp index) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPoint(index);
      index.replaceAllUsesWith(b.index(coordinates[index.getDim()]));
      index.erase();
    });
  }
  SmallVector<Value> results;
  for (Value value : block->getTerminator()->getOperands())
    results.push_back(mapping.lookupOrDefault(value));
  return results;
}

//===----------------------------------------------------------------------===//
// Decisions
//===----------------------------------------------------------------------===//

/// Finds for each output the one operation that combines it with a new value,
/// so that partial results can be formed and joined.
bool GenericLowering::matchCombiners() {
  Block *block = op.getBlock();
  for (auto [i, output] : llvm::enumerate(outputs())) {
    BlockArgument argument = block->getArgument(output.getOperandNumber());
    Value result = block->getTerminator()->getOperand(i);
    Operation *combiner = result.getDefiningOp();
    if (!combiner || combiner->getBlock() != block ||
        combiner->getNumOperands() != 2 || !argument.hasOneUse() ||
        !result.hasOneUse() || *argument.user_begin() != combiner)
      return false;
    if (!isa<arith::AddFOp, arith::MulFOp, arith::MaximumFOp, arith::MinimumFOp,
             arith::MaxNumFOp, arith::MinNumFOp, arith::AddIOp, arith::MaxSIOp,
             arith::MinSIOp, arith::AndIOp, arith::OrIOp>(combiner))
      return false;
    Type type = result.getType();
    if (!type.isF32() && !type.isF64() && !type.isInteger(32))
      return false;
    if (!arith::getNeutralElement(combiner))
      return false;
    combiners.push_back(combiner);
  }
  return true;
}

/// Long reductions along contiguous memory: lanes then read consecutive
/// elements.
bool GenericLowering::prefersWarps() {
  if (count(reduction) < kWarp)
    return false;
  unsigned last = reduction.back();
  for (OpOperand *input : op.getDpsInputOperands()) {
    AffineMap map = op.getMatchingIndexingMap(input);
    if (map.getNumResults() == 0)
      continue;
    if (map.getResults().back().isFunctionOfDim(last))
      return matchCombiners();
  }
  return false;
}

LogicalResult GenericLowering::run() {
  orderParallel();
  if (failed(check()))
    return failure();
  if (reduction.empty()) {
    lowerParallel();
    return success();
  }
  bool scan = llvm::any_of(outputs(), [&](OpOperand &output) {
    AffineMap map = op.getMatchingIndexingMap(&output);
    return llvm::any_of(reduction,
                        [&](unsigned dim) { return map.isFunctionOfDim(dim); });
  });
  if (scan)
    lowerMemory();
  else if (prefersWarps())
    lowerWarps();
  else
    lowerRegisters();
  return success();
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void GenericLowering::lowerParallel() {
  b.forEachThread(count(parallel), [&](Value linear) {
    place(parallel, linear);
    for (auto [output, value] : llvm::zip(outputs(), body({})))
      write(output, value);
  });
}

void GenericLowering::lowerRegisters() {
  b.forEachThread(count(parallel), [&](Value linear) {
    place(parallel, linear);
    SmallVector<Value> init;
    for (OpOperand &output : outputs())
      init.push_back(read(output));
    SmallVector<Value> results =
        b.loop(count(reduction), init, [&](Value step, ValueRange carried) {
          place(reduction, step);
          return body(SmallVector<Value>(carried));
        });
    for (auto [output, value] : llvm::zip(outputs(), results))
      write(output, value);
  });
}

void GenericLowering::lowerMemory() {
  b.forEachThread(count(parallel), [&](Value linear) {
    place(parallel, linear);
    b.loop(count(reduction), {},
           [&](Value step, ValueRange) -> SmallVector<Value> {
             place(reduction, step);
             for (auto [output, value] : llvm::zip(outputs(), body({})))
               write(output, value);
             return {};
           });
  });
}

void GenericLowering::lowerWarps() {
  int64_t total = count(reduction);
  auto combine = [&](unsigned i, Value lhs, Value rhs) -> Value {
    IRMapping mapping;
    mapping.map(combiners[i]->getOperand(0), lhs);
    mapping.map(combiners[i]->getOperand(1), rhs);
    return b.clone(*combiners[i], mapping)->getResult(0);
  };
  b.forEachWarp(count(parallel), [&](Value linear) {
    place(parallel, linear);
    SmallVector<Value> partial;
    for (Operation *combiner : combiners)
      partial.push_back(
          arith::ConstantOp::create(b, *arith::getNeutralElement(combiner)));
    partial =
        b.loop(total / kWarp, partial, [&](Value round, ValueRange carried) {
          place(reduction, b.add(b.mul(round, kWarp), b.getLane()));
          return body(SmallVector<Value>(carried));
        });
    if (int64_t rest = total % kWarp) {
      auto branch = scf::IfOp::create(b, ValueRange(partial).getTypes(),
                                      b.less(b.getLane(), rest),
                                      /*withElseRegion=*/true);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      place(reduction, b.add(b.getLane(), total - rest));
      scf::YieldOp::create(b, body(partial));
      b.setInsertionPointToStart(branch.elseBlock());
      scf::YieldOp::create(b, partial);
      partial.assign(branch.result_begin(), branch.result_end());
    }
    for (int64_t mask = kWarp / 2; mask > 0; mask /= 2)
      for (auto [i, value] : llvm::enumerate(partial))
        value = combine(i, value, b.shuffleXor(value, mask));
    b.when(b.less(b.getLane(), 1), [&] {
      for (auto [i, output] : llvm::enumerate(outputs()))
        write(output, combine(i, read(output), partial[i]));
    });
  });
}

LogicalResult seqmix::cuda::lowerGeneric(BlockBuilder &b, linalg::LinalgOp op) {
  return GenericLowering(b, op).run();
}
