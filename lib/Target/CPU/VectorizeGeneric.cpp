//===- VectorizeGeneric.cpp - Any linalg op as loops over vectors
//----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/GenericBody.h"
#include "lib/Target/CPU/Product.h"
#include "lib/Target/CPU/Vectors.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seqmix::cpu;

namespace {

/// How an operand moves when the vector dimension does.
enum class Access { Uniform, Contiguous, Strided };

/// One linalg op on its way to loops.
class Generic {
public:
  Generic(linalg::LinalgOp op, OpBuilder &builder, int64_t lanes)
      : op(op), v(builder, op.getLoc(), lanes), body(op, v),
        ranges(op.getStaticLoopRanges()), iterators(op.getIteratorTypesArray()),
        maps(op.getIndexingMapsArray()), ivs(op.getNumLoops()) {
    for (unsigned out = 0; out < numOutputs(); ++out)
      (dependsOnReduction(numInputs() + out) ? elements : carriedOutputs)
          .push_back(out);
  }

  void emit();
  /// With the steps of a product between its rows; fails if it cannot.
  LogicalResult emitAround(const SteppedProduct &product);

private:
  bool isReduction(unsigned dim) {
    return iterators[dim] == utils::IteratorType::reduction;
  }
  SmallVector<unsigned> dims(bool reduction);
  Value memref(unsigned operand) { return op->getOperand(operand); }
  bool isMemRef(unsigned operand) {
    return isa<MemRefType>(memref(operand).getType());
  }
  unsigned numInputs() { return op.getNumDpsInputs(); }
  unsigned numOutputs() { return op.getNumDpsInits(); }
  Access access(unsigned operand, unsigned dim);
  bool dependsOnReduction(unsigned operand);

  std::optional<unsigned> chooseDim();
  double cost(unsigned dim);
  int64_t sideBySide(bool inRegisters);

  SmallVector<Value> place(unsigned operand, Value vectorPosition);
  int64_t lanesOf(unsigned operand, int64_t count, bool write);
  Value read(unsigned operand, Value position, int64_t count);
  void write(unsigned output, Value value, Value position, int64_t count);
  int64_t vectorsOfLine(unsigned operand);
  void askAhead(unsigned operand, Value position);
  void hoistUniform();
  std::optional<unsigned> findScaleInPlace();
  bool isReadAhead(unsigned operand);
  SmallVector<Value> step(Value position, int64_t count, ValueRange carried);

  void nest(ArrayRef<unsigned> dims, function_ref<void()> inner);
  SmallVector<Value> nest(ArrayRef<unsigned> dims, ValueRange init,
                          function_ref<SmallVector<Value>(ValueRange)> inner);
  void emitScalar();
  void emitParallel();
  void emitBlock(Value position, ArrayRef<int64_t> counts);
  SmallVector<Value> reduceRow();
  bool endsRowsTogether();
  void emitReduction();
  void forRows(Value first, function_ref<void(Value)> body);

  linalg::LinalgOp op;
  VectorBuilder v;
  GenericBody body;
  SmallVector<int64_t> ranges;
  SmallVector<utils::IteratorType> iterators;
  SmallVector<AffineMap> maps;
  /// Outputs that each point of a reduction writes its own element of, and
  /// those that go from point to point.
  SmallVector<unsigned> elements, carriedOutputs;
  /// Where the loops are.
  SmallVector<Value> ivs;
  std::optional<unsigned> vectorDim;
  /// Operands read ahead of the vector loop.
  DenseMap<unsigned, Value> hoisted;
  /// What is done between vectors, or null; and what is called after each.
  const SteppedProduct *beside = nullptr;
  function_ref<void()> afterVector;
};

} // namespace

SmallVector<unsigned> Generic::dims(bool reduction) {
  SmallVector<unsigned> found;
  for (unsigned dim = 0; dim < ranges.size(); ++dim)
    if (isReduction(dim) == reduction && dim != vectorDim)
      found.push_back(dim);
  return found;
}

Access Generic::access(unsigned operand, unsigned dim) {
  AffineMap map = maps[operand];
  if (!isMemRef(operand) || !map.isFunctionOfDim(dim))
    return Access::Uniform;
  unsigned last = map.getNumResults() - 1;
  for (unsigned result = 0; result < last; ++result)
    if (map.getResult(result).isFunctionOfDim(dim))
      return Access::Strided;
  AffineExpr rest = simplifyAffineExpr(
      map.getResult(last) - getAffineDimExpr(dim, op.getContext()),
      map.getNumDims(), 0);
  return !rest.isFunctionOfDim(dim) && isLastContiguous(memref(operand))
             ? Access::Contiguous
             : Access::Strided;
}

bool Generic::dependsOnReduction(unsigned operand) {
  for (unsigned dim = 0; dim < ranges.size(); ++dim)
    if (isReduction(dim) && maps[operand].isFunctionOfDim(dim))
      return true;
  return false;
}

//===----------------------------------------------------------------------===//
// Decision: the vector dimension
//===----------------------------------------------------------------------===//

/// Instructions an element, roughly, with `dim` in vectors.
double Generic::cost(unsigned dim) {
  double instructions = body.size();
  for (unsigned operand = 0; operand < maps.size(); ++operand)
    switch (access(operand, dim)) {
    case Access::Uniform:
      instructions += 0.5;
      break;
    case Access::Contiguous:
      instructions += 1;
      break;
    case Access::Strided:
      instructions += 2 * v.lanes;
      break;
    }
  double vectors = (ranges[dim] + v.lanes - 1) / v.lanes;
  double total = instructions * vectors;
  if (isReduction(dim))
    total += 12;
  return total / ranges[dim];
}

std::optional<unsigned> Generic::chooseDim() {
  if (!body.isVectorizable())
    return std::nullopt;
  std::optional<unsigned> best;
  double bestCost = 0;
  for (unsigned dim = 0; dim < ranges.size(); ++dim) {
    // Every output moves with a parallel dimension; in a reduction those stay
    // that go from point to point.
    bool fits = true;
    for (unsigned out = 0; out < numOutputs(); ++out) {
      bool stays = access(numInputs() + out, dim) == Access::Uniform;
      bool isCarried = llvm::is_contained(carriedOutputs, out);
      fits &= stays == (isReduction(dim) && isCarried);
      fits &= !stays || body.isReducible(out);
    }
    if (!fits)
      continue;
    double candidate = cost(dim);
    // The innermost of equals.
    if (!best || candidate <= bestCost) {
      best = dim;
      bestCost = candidate;
    }
  }
  return best;
}

/// Vectors side by side: enough to hide the latency of a sum, fewer where the
/// body has work of its own to overlap. What a reduction along other dimensions
/// keeps in registers is as wide as they allow: rows are then read in long
/// pieces.
int64_t Generic::sideBySide(bool inRegisters) {
  int64_t few = body.size() <= 4 ? 4 : body.size() <= 10 ? 2 : 1;
  if (!inRegisters || body.size() > 12)
    return few;
  int64_t kept = carriedOutputs.size();
  for (unsigned operand = 0; operand < numInputs(); ++operand)
    if (isReadAhead(operand)) {
      // Of those that are read ahead, what is computed of them.
      ++kept;
      break;
    }
  int64_t others = 6;
  return std::max(few, (v.registers() - others) / std::max<int64_t>(kept, 1));
}

//===----------------------------------------------------------------------===//
// Reading and writing operands
//===----------------------------------------------------------------------===//

SmallVector<Value> Generic::place(unsigned operand, Value vectorPosition) {
  SmallVector<Value> at(ivs);
  if (vectorDim)
    at[*vectorDim] = vectorPosition;
  return evaluateMap(v, maps[operand], at);
}

/// How many lanes a vector access may touch: all of them if the row reaches
/// that far, else the ones that count.
int64_t Generic::lanesOf(unsigned operand, int64_t count, bool write) {
  if (count >= v.lanes || maps[operand].getResults().back() !=
                              getAffineDimExpr(*vectorDim, op.getContext()))
    return count;
  RowSpace space = getRowSpace(memref(operand));
  int64_t end = llvm::alignTo(ranges[*vectorDim], v.lanes);
  return end <= (write ? space.writable : space.readable) ? v.lanes : count;
}

Value Generic::read(unsigned operand, Value position, int64_t count) {
  if (!isMemRef(operand))
    return memref(operand);
  if (Value early = hoisted.lookup(operand))
    return early;
  Access how = vectorDim ? access(operand, *vectorDim) : Access::Uniform;
  if (how == Access::Uniform)
    return memref::LoadOp::create(v.b, v.loc, memref(operand),
                                  place(operand, position));
  if (how == Access::Contiguous)
    return v.load(memref(operand), place(operand, position),
                  lanesOf(operand, count, /*write=*/false));
  return v.gather(
      memref(operand),
      [&](int64_t lane) { return place(operand, v.add(position, lane)); },
      count);
}

void Generic::write(unsigned output, Value value, Value position,
                    int64_t count) {
  unsigned operand = numInputs() + output;
  if (!vectorDim || access(operand, *vectorDim) == Access::Uniform) {
    memref::StoreOp::create(v.b, v.loc, value, memref(operand),
                            place(operand, position));
    return;
  }
  value = v.broadcast(value);
  if (access(operand, *vectorDim) == Access::Contiguous)
    v.store(value, memref(operand), place(operand, position),
            lanesOf(operand, count, /*write=*/true));
  else
    v.scatter(
        value, memref(operand),
        [&](int64_t lane) { return place(operand, v.add(position, lane)); },
        count);
}

int64_t Generic::vectorsOfLine(unsigned operand) {
  Type element = getElementTypeOrSelf(memref(operand).getType());
  if (!element.isIntOrFloat())
    return 1;
  return std::max<int64_t>(1,
                           512 / (element.getIntOrFloatBitWidth() * v.lanes));
}

/// Where an operand is a row of an array that the loop around the op goes
/// through row by row, asks for the place some turns ahead: the hardware does
/// not guess it, and between the rows of several arrays it forgets. Into the
/// second-level cache, as rows that lie a power of two apart share few places
/// in the first. Past the array, nothing happens.
void Generic::askAhead(unsigned operand, Value position) {
  constexpr int64_t bytesAhead = 8192, shortest = 256;
  auto row = memref(operand).getDefiningOp<memref::SubViewOp>();
  auto loop = dyn_cast<scf::ForOp>(op->getParentOp());
  if (!row || !loop || row.getType().getRank() != 1 ||
      access(operand, *vectorDim) != Access::Contiguous)
    return;
  int64_t bytes = row.getType().getElementTypeBitWidth() / 8;
  int64_t width = row.getType().getDimSize(0) * bytes;
  llvm::SmallBitVector dropped = row.getDroppedDims();
  SmallVector<Value> at;
  bool moves = false;
  unsigned next = 0;
  SmallVector<Value> inRow = place(operand, position);
  for (auto [axis, offset] : llvm::enumerate(row.getMixedOffsets())) {
    Value value = getValueOrCreateConstantIndexOp(v.b, v.loc, offset);
    if (!dropped.test(axis)) {
      value = v.add(value, inRow[next++]);
    } else if (value == loop.getInductionVar()) {
      moves = true;
      value = v.add(value, std::max<int64_t>(2, bytesAhead / width));
    }
    at.push_back(value);
  }
  // Short rows that follow each other are the hardware's.
  if (!moves || width < shortest)
    return;
  memref::PrefetchOp::create(v.b, v.loc, row.getSource(), at,
                             /*isWrite=*/operand >= numInputs(),
                             /*localityHint=*/2, /*isDataCache=*/true);
}

/// Reads the inputs that no inner loop moves.
void Generic::hoistUniform() {
  hoisted.clear();
  for (unsigned operand = 0; operand < numInputs(); ++operand)
    if (isMemRef(operand) && body.uses(operand) &&
        access(operand, *vectorDim) == Access::Uniform &&
        !dependsOnReduction(operand))
      hoisted[operand] = memref::LoadOp::create(v.b, v.loc, memref(operand),
                                                place(operand, Value()));
}

/// Whether an input moves with the vectors alone: it is read before the loops
/// over reductions. No output is the same buffer, as those that are reduced
/// move with other dimensions than their elements.
bool Generic::isReadAhead(unsigned operand) {
  return isMemRef(operand) && body.uses(operand) &&
         access(operand, *vectorDim) != Access::Uniform &&
         !dependsOnReduction(operand);
}

/// One turn of the body: reads the inputs, writes elements, gives the next
/// values of the outputs that are carried.
SmallVector<Value> Generic::step(Value position, int64_t count,
                                 ValueRange carried) {
  SmallVector<Value> arguments(maps.size());
  for (unsigned operand = 0; operand < numInputs(); ++operand)
    if (body.uses(operand))
      arguments[operand] = read(operand, position, count);
  for (unsigned out : elements)
    if (body.uses(numInputs() + out))
      arguments[numInputs() + out] = read(numInputs() + out, position, count);
  for (auto [out, value] : llvm::zip_equal(carriedOutputs, carried))
    arguments[numInputs() + out] = value;
  SmallVector<Value> at(ivs);
  if (vectorDim)
    at[*vectorDim] = position;
  SmallVector<Value> results = body.evaluate(arguments, at, vectorDim), next;
  for (unsigned out : elements)
    write(out, results[out], position, count);
  for (unsigned out : carriedOutputs)
    next.push_back(results[out]);
  return next;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void Generic::nest(ArrayRef<unsigned> dims, function_ref<void()> inner) {
  if (dims.empty())
    return inner();
  v.loop(ranges[dims.front()], 1, [&](Value at) {
    ivs[dims.front()] = at;
    nest(dims.drop_front(), inner);
  });
}

SmallVector<Value>
Generic::nest(ArrayRef<unsigned> dims, ValueRange init,
              function_ref<SmallVector<Value>(ValueRange)> inner) {
  if (dims.empty())
    return inner(init);
  return v.loop(ranges[dims.front()], 1, init,
                [&](Value at, ValueRange carried) {
                  ivs[dims.front()] = at;
                  return nest(dims.drop_front(), carried, inner);
                });
}

void Generic::emitScalar() {
  SmallVector<unsigned> reductions = dims(/*reduction=*/true);
  nest(dims(/*reduction=*/false), [&] {
    SmallVector<Value> init;
    for (unsigned out : carriedOutputs)
      init.push_back(read(numInputs() + out, Value(), 1));
    SmallVector<Value> results =
        nest(reductions, init,
             [&](ValueRange carried) { return step(Value(), 1, carried); });
    for (auto [out, result] : llvm::zip_equal(carriedOutputs, results))
      write(out, result, Value(), 1);
  });
}

/// Some vectors side by side along a parallel dimension, `counts` elements
/// each: reductions keep them in registers.
void Generic::emitBlock(Value position, ArrayRef<int64_t> counts) {
  SmallVector<unsigned> reductions = dims(/*reduction=*/true);
  unsigned outs = carriedOutputs.size();
  SmallVector<Value> init;
  for (auto [u, count] : llvm::enumerate(counts))
    for (unsigned out : carriedOutputs) {
      unsigned operand = numInputs() + out;
      bool isRead = !reductions.empty() || body.uses(operand);
      init.push_back(isRead ? read(operand, v.add(position, u * v.lanes), count)
                            : Value());
    }
  SmallVector<std::pair<unsigned, Value>> ahead;
  if (!reductions.empty())
    for (auto [u, count] : llvm::enumerate(counts))
      for (unsigned operand = 0; operand < numInputs(); ++operand)
        if (isReadAhead(operand))
          ahead.push_back(
              {operand, read(operand, v.add(position, u * v.lanes), count)});
  unsigned aheadEach = ahead.size() / counts.size();
  auto turn = [&](ValueRange carried) {
    DenseMap<unsigned, Value> outer = hoisted;
    for (unsigned operand = 0; operand < numInputs(); ++operand)
      if (isMemRef(operand) && body.uses(operand) &&
          access(operand, *vectorDim) == Access::Uniform)
        hoisted[operand] = read(operand, Value(), 1);
    SmallVector<Value> next;
    for (auto [u, count] : llvm::enumerate(counts)) {
      for (auto [operand, value] :
           ArrayRef(ahead).slice(u * aheadEach, aheadEach))
        hoisted[operand] = value;
      SmallVector<Value> results =
          step(v.add(position, u * v.lanes), count,
               ValueRange(carried).slice(u * outs, outs));
      for (Value result : results)
        next.push_back(v.broadcast(result));
    }
    hoisted = std::move(outer);
    return next;
  };
  if (reductions.empty())
    for (unsigned operand = 0; operand < maps.size(); ++operand)
      for (size_t u = 0; u < counts.size(); u += vectorsOfLine(operand))
        askAhead(operand, v.add(position, u * v.lanes));
  SmallVector<Value> results =
      reductions.empty() ? SmallVector<Value>() : nest(reductions, init, turn);
  if (reductions.empty())
    for (auto [u, count] : llvm::enumerate(counts))
      llvm::append_range(
          results, step(v.add(position, u * v.lanes), count,
                        SmallVector<Value>(
                            ArrayRef<Value>(init).slice(u * outs, outs))));
  for (auto [u, count] : llvm::enumerate(counts))
    for (auto [i, out] : llvm::enumerate(carriedOutputs))
      write(out, results[u * outs + i], v.add(position, u * v.lanes), count);
}

/// The input that says for each row what it is scaled by, if that is all that
/// happens to the output: where it is 1 the row stays as it is.
std::optional<unsigned> Generic::findScaleInPlace() {
  if (numOutputs() != 1 || !dims(/*reduction=*/true).empty())
    return std::nullopt;
  auto product = op.getBlock()
                     ->getTerminator()
                     ->getOperand(0)
                     .getDefiningOp<arith::MulFOp>();
  if (!product || product->getBlock() != op.getBlock())
    return std::nullopt;
  auto numberOf = [&](Value factor) -> std::optional<unsigned> {
    auto argument = dyn_cast<BlockArgument>(factor);
    if (!argument || argument.getOwner() != op.getBlock())
      return std::nullopt;
    return argument.getArgNumber();
  };
  std::optional<unsigned> x = numberOf(product.getLhs()),
                          y = numberOf(product.getRhs());
  if (!x || !y)
    return std::nullopt;
  auto isOutput = [&](unsigned operand) {
    return memref(operand) == memref(numInputs()) &&
           maps[operand] == maps[numInputs()];
  };
  if (isOutput(*y))
    std::swap(x, y);
  bool isScale = isOutput(*x) && *y < numInputs() && isMemRef(*y) &&
                 access(*y, *vectorDim) == Access::Uniform;
  return isScale ? y : std::nullopt;
}

void Generic::emitParallel() {
  int64_t range = ranges[*vectorDim];
  int64_t vectors = llvm::divideCeil(range, v.lanes);
  bool hasReduction = !dims(/*reduction=*/true).empty();
  bool hasStrided = false;
  for (unsigned operand = 0; operand < maps.size(); ++operand)
    hasStrided |= access(operand, *vectorDim) == Access::Strided;

  int64_t block = sideBySide(hasReduction);
  if (!hasReduction) {
    block = std::min<int64_t>(block, 2);
    // Whole lines of 16-bit rows.
    for (unsigned operand = 0; operand < maps.size(); ++operand)
      block = std::max(block, vectorsOfLine(operand));
  }
  if (hasStrided)
    block = 1;
  block = std::min(block, vectors);

  std::optional<unsigned> scale = findScaleInPlace();
  nest(dims(/*reduction=*/false), [&] {
    hoistUniform();
    OpBuilder::InsertionGuard guard(v.b);
    if (scale) {
      Value by = hoisted.lookup(*scale);
      Value one = arith::ConstantOp::create(
          v.b, v.loc, v.b.getFloatAttr(by.getType(), 1.0));
      Value changes =
          arith::CmpFOp::create(v.b, v.loc, arith::CmpFPredicate::UNE, by, one);
      v.b.setInsertionPointToStart(
          scf::IfOp::create(v.b, v.loc, changes).thenBlock());
    }
    int64_t full = range / v.lanes / block * block;
    SmallVector<int64_t> counts(block, v.lanes);
    v.loop(full * v.lanes, block * v.lanes,
           [&](Value at) { emitBlock(at, counts); });
    SmallVector<int64_t> rest;
    for (int64_t vector = full; vector < vectors; ++vector)
      rest.push_back(std::min(v.lanes, range - vector * v.lanes));
    if (!rest.empty())
      emitBlock(v.index(full * v.lanes), rest);
    hoisted.clear();
  });
}

/// The carried outputs of the row at hand, each still spread over a vector.
SmallVector<Value> Generic::reduceRow() {
  int64_t range = ranges[*vectorDim];
  unsigned outs = carriedOutputs.size();
  int64_t block = std::min(sideBySide(/*inRegisters=*/false),
                           std::max<int64_t>(1, range / v.lanes));
  int64_t main = range / v.lanes / block * block * v.lanes;

  hoistUniform();
  SmallVector<Value> init;
  for (int64_t u = 0; u < block; ++u)
    for (unsigned out : carriedOutputs)
      init.push_back(body.neutral(out));

  auto accumulate = [&](Value position, int64_t count, ValueRange carried,
                        int64_t u) {
    SmallVector<Value> next(carried);
    SmallVector<Value> mine(next.begin() + u * outs,
                            next.begin() + (u + 1) * outs);
    SmallVector<Value> results = step(position, count, mine);
    for (unsigned out = 0; out < outs; ++out) {
      Value result = v.broadcast(results[out]);
      if (count < v.lanes)
        result = arith::SelectOp::create(v.b, v.loc, v.mask(count), result,
                                         mine[out]);
      next[u * outs + out] = result;
    }
    return next;
  };

  SmallVector<Value> sums =
      nest(dims(/*reduction=*/true), init, [&](ValueRange carried) {
        if (afterVector) {
          SmallVector<Value> state(carried);
          for (int64_t at = 0, u = 0; at < range; at += v.lanes, ++u) {
            state = accumulate(v.index(at), std::min(v.lanes, range - at),
                               state, u % block);
            afterVector();
          }
          return state;
        }
        SmallVector<Value> state = v.loop(
            main, block * v.lanes, carried, [&](Value at, ValueRange inner) {
              SmallVector<Value> next(inner);
              for (int64_t u = 0; u < block; ++u)
                next = accumulate(v.add(at, u * v.lanes), v.lanes, next, u);
              return next;
            });
        int64_t u = 0;
        for (int64_t at = main; at < range; at += v.lanes, ++u)
          state = accumulate(v.index(at), std::min(v.lanes, range - at), state,
                             u % block);
        return state;
      });
  hoisted.clear();

  for (int64_t u = 1; u < block; ++u)
    for (auto [i, out] : llvm::enumerate(carriedOutputs))
      sums[i] = body.combine(out, sums[i], sums[u * outs + i]);
  sums.resize(outs);
  return sums;
}

/// Whether as many rows as there are lanes may end in one vector of results:
/// that takes a fraction of the shuffles.
bool Generic::endsRowsTogether() {
  SmallVector<unsigned> rows = dims(/*reduction=*/false);
  return !rows.empty() && ranges[rows.back()] % v.lanes == 0 &&
         llvm::all_of(carriedOutputs, [&](unsigned out) {
           return access(numInputs() + out, rows.back()) == Access::Contiguous;
         });
}

/// As many rows as there are lanes, from `first` on, and beside them their
/// share of the product: some blocks, each step of which goes with some rows.
/// Its instructions stand one by one between vectors, as they take long and
/// wait for each other.
void Generic::forRows(Value first, function_ref<void(Value)> body) {
  if (!beside)
    return v.loop(v.lanes, 1, body);
  int64_t groups = ranges[dims(/*reduction=*/false).back()] / v.lanes;
  int64_t blocks = beside->blocks / groups, steps = beside->steps;
  int64_t rows = v.lanes / (blocks * steps);
  int64_t vectors = rows * llvm::divideCeil(ranges[*vectorDim], v.lanes);
  Value firstBlock = v.mul(
      v.b.createOrFold<arith::DivUIOp>(v.loc, first, v.index(v.lanes)), blocks);
  v.loop(blocks, 1, [&](Value number) {
    Value block = v.add(firstBlock, number);
    beside->begin(block);
    v.loop(steps, 1, [&](Value step) {
      int64_t part = 0, vector = 0;
      auto upTo = [&](int64_t end) {
        for (; part < std::min(end, beside->parts); ++part)
          beside->emit(block, step, part);
      };
      auto after = [&] {
        ++vector;
        upTo(1 + vector * beside->parts / vectors);
      };
      upTo(1);
      afterVector = after;
      for (int64_t i = 0; i < rows; ++i)
        body(v.add(v.mul(v.add(v.mul(number, steps), step), rows), i));
      afterVector = nullptr;
      upTo(beside->parts);
    });
    beside->end(block);
  });
}

void Generic::emitReduction() {
  SmallVector<unsigned> rows = dims(/*reduction=*/false);
  if (!endsRowsTogether()) {
    nest(rows, [&] {
      for (auto [out, sum] : llvm::zip_equal(carriedOutputs, reduceRow())) {
        Value before =
            memref::LoadOp::create(v.b, v.loc, memref(numInputs() + out),
                                   place(numInputs() + out, Value()));
        write(out, body.combine(out, before, body.reduce(out, sum)), Value(),
              1);
      }
    });
    return;
  }

  unsigned last = rows.pop_back_val();
  SmallVector<Value> spread;
  for (auto [number, out] : llvm::enumerate(carriedOutputs)) {
    Type element =
        cast<MemRefType>(memref(numInputs() + out).getType()).getElementType();
    spread.push_back(getStackScratch(
        v, op, MemRefType::get({v.lanes * v.lanes}, element), number));
  }
  nest(rows, [&] {
    v.loop(ranges[last], v.lanes, [&](Value first) {
      forRows(first, [&](Value row) {
        ivs[last] = v.add(first, row);
        for (auto [memory, sum] : llvm::zip_equal(spread, reduceRow()))
          vector::StoreOp::create(v.b, v.loc, sum, memory,
                                  ValueRange{v.mul(row, v.lanes)});
      });
      ivs[last] = first;
      for (auto [memory, out] : llvm::zip_equal(spread, carriedOutputs)) {
        SmallVector<Value> sums;
        Type element = cast<MemRefType>(memory.getType()).getElementType();
        for (int64_t row = 0; row < v.lanes; ++row)
          sums.push_back(
              vector::LoadOp::create(v.b, v.loc, v.type(element), memory,
                                     ValueRange{v.index(row * v.lanes)}));
        SmallVector<Value> at = place(numInputs() + out, Value());
        Value before = v.load(memref(numInputs() + out), at, v.lanes);
        v.store(body.combine(out, before, body.reduceEach(out, sums)),
                memref(numInputs() + out), at, v.lanes);
      }
    });
  });
}

void Generic::emit() {
  if (llvm::is_contained(ranges, 0))
    return;
  vectorDim = chooseDim();
  if (!vectorDim)
    emitScalar();
  else if (isReduction(*vectorDim))
    emitReduction();
  else
    emitParallel();
}

LogicalResult Generic::emitAround(const SteppedProduct &product) {
  vectorDim = chooseDim();
  if (llvm::is_contained(ranges, 0) || !vectorDim || !isReduction(*vectorDim) ||
      !endsRowsTogether())
    return failure();
  SmallVector<unsigned> rows = dims(/*reduction=*/false);
  int64_t groups = ranges[rows.back()] / v.lanes;
  if (rows.size() != 1 || product.blocks % groups != 0 ||
      v.lanes % (product.blocks / groups * product.steps) != 0)
    return failure();
  beside = &product;
  emitReduction();
  return success();
}

LogicalResult seqmix::cpu::vectorizeAround(linalg::LinalgOp op,
                                           OpBuilder &builder, int64_t lanes,
                                           const SteppedProduct &product) {
  if (!op.hasPureBufferSemantics() || op.hasDynamicShape() ||
      failed(Generic(op, builder, lanes).emitAround(product)))
    return failure();
  op->erase();
  return success();
}

LogicalResult seqmix::cpu::vectorizeGeneric(linalg::LinalgOp op,
                                            int64_t lanes) {
  if (!op.hasPureBufferSemantics() || op.hasDynamicShape())
    return op.emitOpError("expected memrefs of static shape in a tile program, "
                          "found ")
           << op->getOperandTypes() << "; tile the program first";
  OpBuilder builder(op);
  Generic(op, builder, lanes).emit();
  op->erase();
  return success();
}
