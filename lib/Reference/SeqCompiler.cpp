//===- SeqCompiler.cpp - Steps of seq programs ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SeqCompiler.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

Place SeqCompiler::makePlace(ArrayRef<StringAttr> axes,
                             ArrayRef<int64_t> shape) {
  Place place;
  place.axes.assign(axes.begin(), axes.end());
  place.shape.assign(shape.begin(), shape.end());
  place.slot = getProgram().addSlot(place.getNumElements());
  return place;
}

Place SeqCompiler::makePlace(ArrayRef<StringAttr> axes) {
  SmallVector<int64_t> shape;
  for (StringAttr axis : axes)
    shape.push_back(context.getSize(axis));
  return makePlace(axes, shape);
}

Place SeqCompiler::makeResult(Value result, ArrayRef<Place> operands,
                              ArrayAttr without) {
  auto type = cast<seq::ArrayType>(result.getType());
  SmallVector<StringAttr> axes(type.getAxes());
  SmallVector<int64_t> shape;
  for (StringAttr axis : axes)
    shape.push_back(context.getSize(axis));
  for (const Place &operand : operands)
    for (auto [axis, extent] : llvm::zip(operand.axes, operand.shape))
      if (!llvm::is_contained(axes, axis) &&
          !llvm::is_contained(axes, context.getOp().groupOf(axis)) &&
          !(without && llvm::is_contained(without, axis))) {
        axes.push_back(axis);
        shape.push_back(extent);
      }
  return makePlace(axes, shape);
}

Place SeqCompiler::expandGroups(Place place, ArrayRef<StringAttr> axes,
                                Code &code) {
  for (unsigned i = 0; i < place.axes.size(); ++i) {
    StringAttr group = context.getOp().groupOf(place.axes[i]);
    if (llvm::is_contained(axes, place.axes[i]) ||
        !llvm::is_contained(axes, group))
      continue;
    SmallVector<StringAttr> wideAxes(ArrayRef(place.axes));
    SmallVector<int64_t> wideShape(ArrayRef(place.shape));
    wideAxes[i] = group;
    wideShape[i] = context.getSize(group);
    Place wide = makePlace(wideAxes, wideShape);
    int64_t ratio = place.shape[i] ? wideShape[i] / place.shape[i] : 1;
    int64_t inner = 1;
    for (int64_t extent : ArrayRef(wideShape).drop_front(i + 1))
      inner *= extent;
    int64_t rows = inner ? wide.getNumElements() / inner : 0;
    code.push_back([=, from = place.slot, to = wide.slot](Frame &frame) {
      for (int64_t row = 0; row < rows; ++row)
        std::copy_n(frame[from] + row / ratio * inner, inner,
                    frame[to] + row * inner);
    });
    place = wide;
  }
  return place;
}

void SeqCompiler::defineConstant(Value value, double number) {
  auto type = cast<seq::ArrayType>(value.getType());
  Place place;
  place.axes.assign(type.getAxes().begin(), type.getAxes().end());
  for (StringAttr axis : place.axes)
    place.shape.push_back(context.getSize(axis));
  place.slot = getProgram().addConstant(place.getNumElements(), number);
  scope.define(value, place);
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

/// Loops over all elements of `result`; buffer 0 is its, the others are the
/// operands'.
static Nest makeBroadcast(const Place &result, ArrayRef<Place> operands) {
  Nest nest(1 + operands.size());
  for (auto [axis, extent, stride] :
       llvm::zip(result.axes, result.shape, result.getStrides())) {
    SmallVector<int64_t> strides = {stride};
    for (const Place &operand : operands)
      strides.push_back(getStrideOf(operand, axis));
    nest.addLoop(extent, strides);
  }
  nest.simplify();
  return nest;
}

/// A row of a function of two variables, with the strides that occur apart so
/// that they are fast.
template <typename Function>
static void runBinaryRow(double *const *p, int64_t sx, int64_t sy, int64_t n,
                         Function function) {
  double *out = p[0];
  const double *x = p[1], *y = p[2];
  if (sx == 1 && sy == 1) {
    for (int64_t i = 0; i < n; ++i)
      out[i] = function(x[i], y[i]);
  } else if (sx == 1 && sy == 0) {
    for (int64_t i = 0; i < n; ++i)
      out[i] = function(x[i], *y);
  } else if (sx == 0 && sy == 1) {
    for (int64_t i = 0; i < n; ++i)
      out[i] = function(*x, y[i]);
  } else {
    for (int64_t i = 0; i < n; ++i)
      out[i] = function(x[i * sx], y[i * sy]);
  }
}

template <typename Function>
static Step makeBinaryStep(Nest nest, unsigned out, unsigned x, unsigned y,
                           Function function) {
  return [=, nest = std::move(nest)](Frame &frame) {
    int64_t sx = nest.getRowStride(1), sy = nest.getRowStride(2);
    nest.forEachRow({frame[out], frame[x], frame[y]},
                    [&](double *const *p, const int64_t *, int64_t n) {
                      runBinaryRow(p, sx, sy, n, function);
                    });
  };
}

void SeqCompiler::compileElementwise(seq::ElementwiseOpInterface op,
                                     Code &code) {
  SmallVector<Place> operands;
  for (Value operand : op->getOperands())
    operands.push_back(get(operand));
  Place result = makeResult(op->getResult(0), operands);
  for (Place &operand : operands)
    operand = expandGroups(operand, result.axes, code);
  scope.define(op->getResult(0), result);
  Nest nest = makeBroadcast(result, operands);

  // The three ops that states are made of need not go element by element
  // through the interface.
  unsigned out = result.slot;
  auto slot = [&](unsigned i) { return operands[i].slot; };
  if (isa<seq::AddOp>(op))
    return code.push_back(makeBinaryStep(
        nest, out, slot(0), slot(1), [](double x, double y) { return x + y; }));
  if (isa<seq::SubOp>(op))
    return code.push_back(makeBinaryStep(
        nest, out, slot(0), slot(1), [](double x, double y) { return x - y; }));
  if (isa<seq::MulOp>(op))
    return code.push_back(makeBinaryStep(
        nest, out, slot(0), slot(1), [](double x, double y) { return x * y; }));

  SmallVector<unsigned, 4> slots = {out};
  SmallVector<int64_t, 4> strides;
  for (unsigned i = 0; i < operands.size(); ++i) {
    slots.push_back(slot(i));
    strides.push_back(nest.getRowStride(1 + i));
  }
  code.push_back([=](Frame &frame) {
    seq::ElementwiseOpInterface function = op;
    SmallVector<double *, 4> bases;
    for (unsigned slot : slots)
      bases.push_back(frame[slot]);
    SmallVector<double, 4> x(strides.size());
    nest.forEachRow(bases, [&](double *const *p, const int64_t *, int64_t n) {
      for (int64_t i = 0; i < n; ++i) {
        for (unsigned k = 0; k < x.size(); ++k)
          x[k] = p[1 + k][i * strides[k]];
        p[0][i] = function.evaluate(x);
      }
    });
  });
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

void SeqCompiler::compileContraction(Operation *op, const Place &x,
                                     const Place &y, ArrayAttr over,
                                     Code &code) {
  Place result = makeResult(op->getResult(0), {x, y}, over);
  Place wideX = expandGroups(x, result.axes, code);
  Place wideY = expandGroups(y, result.axes, code);
  scope.define(op->getResult(0), result);

  struct Loop {
    int64_t extent;
    SmallVector<int64_t, 3> strides;
    int64_t cost() const { return strides[0] + strides[1] + strides[2]; }
  };
  SmallVector<Loop> loops;
  auto addLoop = [&](StringAttr axis, int64_t extent) {
    loops.push_back({extent,
                     {getStrideOf(result, axis), getStrideOf(wideX, axis),
                      getStrideOf(wideY, axis)}});
  };
  for (auto [axis, extent] : llvm::zip(result.axes, result.shape))
    addLoop(axis, extent);
  for (auto axis : over.getAsRange<StringAttr>())
    addLoop(axis, context.getSize(axis));
  // The loop that moves least in memory is the innermost.
  if (!loops.empty()) {
    auto *inner = std::min_element(loops.begin(), loops.end(),
                                   [](const Loop &a, const Loop &b) {
                                     if ((a.extent == 1) != (b.extent == 1))
                                       return b.extent == 1;
                                     return a.cost() < b.cost();
                                   });
    std::rotate(inner, inner + 1, loops.end());
  }
  Nest nest(3);
  for (const Loop &loop : loops)
    nest.addLoop(loop.extent, loop.strides);
  nest.simplify();

  int64_t elements = result.getNumElements();
  code.push_back([=, out = result.slot, xSlot = wideX.slot,
                  ySlot = wideY.slot](Frame &frame) {
    int64_t so = nest.getRowStride(0), sx = nest.getRowStride(1),
            sy = nest.getRowStride(2);
    std::fill_n(frame[out], elements, 0.0);
    nest.forEachRow({frame[out], frame[xSlot], frame[ySlot]},
                    [&](double *const *p, const int64_t *, int64_t n) {
                      if (so == 1 && sx == 1 && sy == 0) {
                        double y = *p[2];
                        for (int64_t i = 0; i < n; ++i)
                          p[0][i] += p[1][i] * y;
                      } else if (so != 0) {
                        for (int64_t i = 0; i < n; ++i)
                          p[0][i * so] += p[1][i * sx] * p[2][i * sy];
                      } else {
                        double sum = 0;
                        for (int64_t i = 0; i < n; ++i)
                          sum += p[1][i * sx] * p[2][i * sy];
                        *p[0] += sum;
                      }
                    });
  });
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

void SeqCompiler::compileSlice(seq::SliceOp op, Code &code) {
  Place x = get(op.getX());
  Place result = makeResult(op.getResult(), {x},
                            ArrayAttr::get(op.getContext(), op.getAxisAttr()));
  scope.define(op.getResult(), result);
  Nest nest = makeBroadcast(result, {x});
  int64_t offset =
      static_cast<int64_t>(op.getIndex()) * getStrideOf(x, op.getAxisAttr());
  code.push_back([=, out = result.slot, from = x.slot](Frame &frame) {
    nest.copy(frame[out], frame[from] + offset);
  });
}

void SeqCompiler::compileAt(seq::AtOp op, Code &code) {
  Place array = get(op.getArray());
  SmallVector<Place> positions;
  for (Value position : op.getPositions())
    positions.push_back(get(position));
  Place result = makeResult(op.getResult(), positions);
  scope.define(op.getResult(), result);
  Nest nest = makeBroadcast(result, positions);
  SmallVector<unsigned, 4> slots = {result.slot};
  for (const Place &position : positions)
    slots.push_back(position.slot);
  code.push_back([=, strides = array.getStrides()](Frame &frame) {
    SmallVector<double *, 4> bases;
    for (unsigned slot : slots)
      bases.push_back(frame[slot]);
    nest.forEachRow(bases, [&](double *const *p, const int64_t *, int64_t n) {
      for (int64_t i = 0; i < n; ++i) {
        int64_t offset = 0;
        for (unsigned k = 0; k < strides.size(); ++k) {
          double position = p[1 + k][i * nest.getRowStride(1 + k)];
          if (!(position >= 0 && position < array.shape[k]))
            return frame.fail(
                op, "position " + std::to_string(std::llround(position)) +
                        " lies outside of axis '" +
                        array.axes[k].getValue().str() + "', which has " +
                        std::to_string(array.shape[k]) +
                        " elements; keep it inside with seq.max and seq.min");
          offset += static_cast<int64_t>(position) * strides[k];
        }
        p[0][i] = frame[array.slot][offset];
      }
    });
  });
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

LogicalResult SeqCompiler::compileOp(Operation &op, Code &code) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
      .Case([&](seq::ElementwiseOpInterface op) {
        compileElementwise(op, code);
        return success();
      })
      .Case([&](seq::DotOp op) {
        compileContraction(op, get(op.getX()), get(op.getY()), op.getOver(),
                           code);
        return success();
      })
      .Case([&](seq::SumOp op) {
        Place one;
        one.slot = getProgram().addConstant(1, 1.0);
        compileContraction(op, get(op.getX()), one, op.getOver(), code);
        return success();
      })
      .Case([&](seq::RenameOp op) {
        Place place = get(op.getX());
        llvm::replace(place.axes, op.getFromAttr(), op.getToAttr());
        scope.define(op.getResult(), place);
        return success();
      })
      .Case([&](seq::SliceOp op) {
        compileSlice(op, code);
        return success();
      })
      .Case([&](seq::ConstantOp op) {
        defineConstant(op.getResult(), op.getNumber());
        return success();
      })
      .Case<seq::ParamOp, seq::SizeOp>([&](auto op) {
        defineConstant(op.getResult(), context.getSize(op.getNameAttr()));
        return success();
      })
      .Case([&](seq::AtOp op) {
        compileAt(op, code);
        return success();
      })
      .Case([&](seq::RecurrenceOp op) {
        return compileRecurrence(op, *this, code);
      })
      .Case([&](seq::AttentionOp op) {
        return compileAttention(op, *this, code);
      })
      .Default([](Operation *op) {
        return op->emitError("the interpreter of operators knows ops of the "
                             "seq dialect only, found '")
               << op->getName() << "'";
      });
}

LogicalResult SeqCompiler::compile(Block &block, Code &code) {
  for (Operation &op : block.without_terminator())
    if (failed(compileOp(op, code)))
      return failure();
  return success();
}
