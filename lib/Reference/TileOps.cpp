//===- TileOps.cpp - The stream dialect's ops on tiles --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each op is its definition, written as loops.
//
//===----------------------------------------------------------------------===//

#include "StreamCompiler.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

/// Stands for −∞ where log gates are summed.
static constexpr double gateFloor = -1000;

namespace {

/// A pair of cumulative log gates: one a row, one an element of a row, or none.
struct Gates {
  std::optional<unsigned> a, b;
  /// Elements a row.
  int64_t width = 0;

  Gates(OperandRange gates, StreamCompiler &compiler) {
    if (gates.empty())
      return;
    a = compiler.get(gates[0]).slot;
    b = compiler.get(gates[1]).slot;
    auto shape = compiler.get(gates[0]).shape;
    width = shape.size() == 2 ? shape[1] : 1;
  }

  /// e^(a[t, d] − b[s, d]), evaluated for pairs that count only.
  double getRatio(const Frame &frame, int64_t t, int64_t s, int64_t d) const {
    if (!a)
      return 1;
    int64_t column = width == 1 ? 0 : d;
    return std::exp(frame[*a][t * width + column] -
                    frame[*b][s * width + column]);
  }
};

void compilePad(stream::PadOp op, StreamCompiler &compiler, Code &code) {
  Place source = compiler.get(op.getSource());
  int64_t dim = op.getDim(), inner = 1;
  for (int64_t extent : ArrayRef(source.shape).drop_front(dim + 1))
    inner *= extent;
  int64_t extent = source.shape[dim], elements = source.getNumElements();
  AxisSlots axis = compiler.axes.lookup(op.getAxisAttr());
  double value = op.getValue().convertToDouble();
  unsigned out = compiler.define(op->getResult(0)).slot;
  code.push_back([=](Frame &frame) {
    double valid = *frame[axis.extent] - *frame[axis.position];
    for (int64_t i = 0; i < elements; ++i)
      frame[out][i] =
          i / inner % extent < valid ? frame[source.slot][i] : value;
  });
}

void compileCumsum(stream::CumsumOp op, StreamCompiler &compiler, Code &code) {
  Place source = compiler.get(op.getSource());
  int64_t elements = source.getNumElements(), row = elements / source.shape[0];
  bool isExclusive = op.getExclusive();
  unsigned out = compiler.define(op->getResult(0)).slot;
  code.push_back([=](Frame &frame) {
    std::vector<double> sums(row, 0.0);
    for (int64_t i = 0; i < elements; ++i) {
      double &sum = sums[i % row];
      double before = sum;
      sum += std::max(frame[source.slot][i], gateFloor);
      frame[out][i] = isExclusive ? before : sum;
    }
  });
}

void compileCummax(stream::CummaxOp op, StreamCompiler &compiler, Code &code) {
  Place a = compiler.get(op.getA()), b = compiler.get(op.getB());
  Place init = compiler.get(op.getInit());
  int64_t rows = a.shape[0];
  bool isExclusive = op.getExclusive();
  unsigned out = compiler.define(op->getResult(0)).slot;
  code.push_back([=](Frame &frame) {
    double running = *frame[init.slot];
    for (int64_t t = 0; t < rows; ++t) {
      double before = running;
      running = std::max(running + frame[a.slot][t], frame[b.slot][t]);
      frame[out][t] = isExclusive ? before : running;
    }
  });
}

void compileScores(stream::ScoresOp op, StreamCompiler &compiler, Code &code) {
  Place x = compiler.get(op.getX()), y = compiler.get(op.getY());
  Gates gates(op.getGates(), compiler);
  int64_t rows = x.shape[0], depth = x.shape[1];
  bool diagonal = op.getDiagonal();
  int64_t group = op.getGroup();
  double sign = op.getNegative() ? -1 : 1;
  unsigned out = compiler.define(op->getResult(0)).slot;
  code.push_back([=](Frame &frame) {
    std::fill_n(frame[out], rows * rows, 0.0);
    for (int64_t t = 0; t < rows; ++t)
      for (int64_t s = 0; s < t / group * group + diagonal; ++s) {
        double sum = 0;
        for (int64_t d = 0; d < depth; ++d) {
          double product =
              frame[x.slot][t * depth + d] * frame[y.slot][s * depth + d];
          sum += gates.width > 1 ? product * gates.getRatio(frame, t, s, d)
                                 : product;
        }
        if (gates.width == 1)
          sum *= gates.getRatio(frame, t, s, 0);
        frame[out][t * rows + s] = sign * sum;
      }
  });
}

void compileApply(stream::ApplyOp op, StreamCompiler &compiler, Code &code) {
  Place p = compiler.get(op.getP()), x = compiler.get(op.getX());
  Place init = compiler.get(op.getOut());
  Gates gates(op.getGates(), compiler);
  int64_t rows = x.shape[0], width = x.shape[1];
  unsigned out = compiler.define(op->getResult(0)).slot;
  code.push_back([=](Frame &frame) {
    std::copy_n(frame[init.slot], rows * width, frame[out]);
    for (int64_t t = 0; t < rows; ++t)
      for (int64_t s = 0; s <= t; ++s)
        for (int64_t v = 0; v < width; ++v)
          frame[out][t * width + v] += frame[p.slot][t * rows + s] *
                                       gates.getRatio(frame, t, s, v) *
                                       frame[x.slot][s * width + v];
  });
}

void compileSolve(stream::SolveOp op, StreamCompiler &compiler, Code &code) {
  Place n = compiler.get(op.getN()), r = compiler.get(op.getR());
  Gates gates(op.getGates(), compiler);
  int64_t rows = r.shape[0], width = r.shape[1];
  unsigned out = compiler.define(op->getResult(0)).slot;
  code.push_back([=](Frame &frame) {
    std::copy_n(frame[r.slot], rows * width, frame[out]);
    for (int64_t t = 0; t < rows; ++t)
      for (int64_t s = 0; s < t; ++s)
        for (int64_t v = 0; v < width; ++v)
          frame[out][t * width + v] -= frame[n.slot][t * rows + s] *
                                       gates.getRatio(frame, t, s, v) *
                                       frame[out][s * width + v];
  });
}

/// stream.position and stream.extent name a slot of the loop.
void definePosition(Value value, unsigned slot, StreamCompiler &compiler) {
  Place place;
  place.slot = slot;
  compiler.getScope().define(value, place);
}

} // namespace

std::optional<LogicalResult>
seqmix::reference::compileTileOp(Operation &op, StreamCompiler &compiler,
                                 Code &code) {
  if (auto position = dyn_cast<stream::PositionOp>(op)) {
    definePosition(position.getResult(),
                   compiler.axes.lookup(position.getAxisAttr()).position,
                   compiler);
    return success();
  }
  if (auto origin = dyn_cast<stream::OriginOp>(op)) {
    definePosition(origin.getResult(), compiler.origin, compiler);
    return success();
  }
  if (auto extent = dyn_cast<stream::ExtentOp>(op)) {
    definePosition(extent.getResult(),
                   compiler.axes.lookup(extent.getAxisAttr()).extent, compiler);
    return success();
  }
  if (!isa<stream::PadOp, stream::CumsumOp, stream::CummaxOp, stream::ScoresOp,
           stream::ApplyOp, stream::SolveOp>(op))
    return std::nullopt;
  if (op.getNumResults() != 1)
    return op.emitOpError("expected tensors and one result in an entry before "
                          "Tile");
  llvm::TypeSwitch<Operation *>(&op)
      .Case([&](stream::PadOp op) { compilePad(op, compiler, code); })
      .Case([&](stream::CumsumOp op) { compileCumsum(op, compiler, code); })
      .Case([&](stream::CummaxOp op) { compileCummax(op, compiler, code); })
      .Case([&](stream::ScoresOp op) { compileScores(op, compiler, code); })
      .Case([&](stream::ApplyOp op) { compileApply(op, compiler, code); })
      .Case([&](stream::SolveOp op) { compileSolve(op, compiler, code); });
  return success();
}
