//===- Tensors.cpp - tensor on tiles --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "StreamCompiler.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/ADT/TypeSwitch.h"

#include <limits>

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

namespace {

/// A slice of a tile: its loops, over the slice (buffer 0) and the tile
/// (buffer 1), and where it starts.
struct Slice {
  Operation *op;
  MixedOffsets offsets;
  SmallVector<int64_t> sizes, steps, strides, shape;
  Nest nest{2};

  /// The offset of the first element; fails the frame if an element lies
  /// outside.
  int64_t getOffset(Frame &frame) const {
    int64_t offset = 0;
    for (auto [dim, first] : llvm::enumerate(offsets.read(frame))) {
      int64_t last = first + (sizes[dim] - 1) * steps[dim];
      if (std::min(first, last) < 0 || std::max(first, last) >= shape[dim]) {
        frame.fail(op, "the slice reaches from " + std::to_string(first) +
                           " to " + std::to_string(last) + " in dimension " +
                           std::to_string(dim) + ", which has " +
                           std::to_string(shape[dim]) + " elements");
        return 0;
      }
      offset += first * strides[dim];
    }
    return offset;
  }
};

/// Of extract_slice and insert_slice, whose offsets, sizes and strides are
/// alike.
template <typename Op>
FailureOr<Slice> makeSlice(Op op, const Place &tile, const Place &slice,
                           StreamCompiler &compiler) {
  if (llvm::any_of(op.getStaticSizes(), ShapedType::isDynamic) ||
      llvm::any_of(op.getStaticStrides(), ShapedType::isDynamic))
    return op.emitOpError("expected static sizes and strides");
  Slice result{op,
               MixedOffsets(op.getMixedOffsets(), compiler),
               llvm::to_vector(op.getStaticSizes()),
               llvm::to_vector(op.getStaticStrides()),
               SmallVector<int64_t>(tile.getStrides()),
               SmallVector<int64_t>(ArrayRef(tile.shape))};
  llvm::SmallBitVector dropped = op.getDroppedDims();
  auto sliceStrides = slice.getStrides();
  unsigned next = 0;
  for (unsigned dim = 0; dim < result.sizes.size(); ++dim)
    if (!dropped.test(dim))
      result.nest.addLoop(
          result.sizes[dim],
          {sliceStrides[next++], result.strides[dim] * result.steps[dim]});
  result.nest.simplify();
  return result;
}

LogicalResult compileExtractSlice(tensor::ExtractSliceOp op,
                                  StreamCompiler &compiler, Code &code) {
  Place tile = compiler.get(op.getSource());
  Place result = compiler.define(op.getResult());
  FailureOr<Slice> slice = makeSlice(op, tile, result, compiler);
  if (failed(slice))
    return failure();
  code.push_back([=, slice = *slice](Frame &frame) {
    int64_t offset = slice.getOffset(frame);
    if (!frame.hasFailed())
      slice.nest.copy(frame[result.slot], frame[tile.slot] + offset);
  });
  return success();
}

/// Copies the whole destination, then the slice over it.
LogicalResult compileInsertSlice(tensor::InsertSliceOp op,
                                 StreamCompiler &compiler, Code &code) {
  Place source = compiler.get(op.getSource());
  Place tile = compiler.get(op.getDest());
  Place result = compiler.define(op.getResult());
  FailureOr<Slice> slice = makeSlice(op, result, source, compiler);
  if (failed(slice))
    return failure();
  // Out of the slice into the tile: the buffers change places.
  code.push_back([=, slice = *slice](Frame &frame) {
    std::copy_n(frame[tile.slot], tile.getNumElements(), frame[result.slot]);
    int64_t offset = slice.getOffset(frame);
    if (frame.hasFailed())
      return;
    int64_t from = slice.nest.getRowStride(0), to = slice.nest.getRowStride(1);
    slice.nest.forEachRow({frame[source.slot], frame[result.slot] + offset},
                          [&](double *const *p, const int64_t *, int64_t n) {
                            for (int64_t i = 0; i < n; ++i)
                              p[1][i * to] = p[0][i * from];
                          });
  });
  return success();
}

void compileExtract(tensor::ExtractOp op, StreamCompiler &compiler,
                    Code &code) {
  Place tile = compiler.get(op.getTensor());
  SmallVector<unsigned> slots;
  for (Value index : op.getIndices())
    slots.push_back(compiler.get(index).slot);
  code.push_back([=, out = compiler.define(op.getResult()).slot,
                  operation = op.getOperation()](Frame &frame) {
    SmallVector<const double *> positions;
    for (unsigned slot : slots)
      positions.push_back(frame[slot]);
    gather(frame, operation, tile, frame[out], positions, 1);
  });
}

void compileFromElements(tensor::FromElementsOp op, StreamCompiler &compiler,
                         Code &code) {
  SmallVector<unsigned> slots;
  for (Value element : op.getElements())
    slots.push_back(compiler.get(element).slot);
  code.push_back([=, out = compiler.define(op.getResult()).slot](Frame &frame) {
    for (auto [i, slot] : llvm::enumerate(slots))
      frame[out][i] = *frame[slot];
  });
}

/// Tiles are dense and in row-major order, so that another shape is the same
/// numbers.
void compileReshape(Operation *op, StreamCompiler &compiler) {
  Place place = compiler.get(op->getOperand(0));
  place.shape.assign(getStaticShape(op->getResult(0).getType()));
  compiler.getScope().define(op->getResult(0), place);
}

} // namespace

std::optional<LogicalResult>
seqmix::reference::compileTensorOp(Operation &op, StreamCompiler &compiler,
                                   Code &code) {
  using Result = std::optional<LogicalResult>;
  return llvm::TypeSwitch<Operation *, Result>(&op)
      .Case([&](tensor::EmptyOp op) {
        // It holds nothing: whoever reads it gets NaN.
        Place place = compiler.define(op.getResult());
        code.push_back([=](Frame &frame) {
          std::fill_n(frame[place.slot], place.getNumElements(),
                      std::numeric_limits<double>::quiet_NaN());
        });
        return success();
      })
      .Case([&](tensor::ExtractSliceOp op) {
        return compileExtractSlice(op, compiler, code);
      })
      .Case([&](tensor::InsertSliceOp op) {
        return compileInsertSlice(op, compiler, code);
      })
      .Case([&](tensor::ExtractOp op) {
        compileExtract(op, compiler, code);
        return success();
      })
      .Case([&](tensor::FromElementsOp op) {
        compileFromElements(op, compiler, code);
        return success();
      })
      .Case([&](tensor::SplatOp op) {
        Place place = compiler.define(op.getResult());
        code.push_back(
            [=, scalar = compiler.get(op.getInput()).slot](Frame &frame) {
              std::fill_n(frame[place.slot], place.getNumElements(),
                          *frame[scalar]);
            });
        return success();
      })
      .Case<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp>(
          [&](Operation *op) {
            compileReshape(op, compiler);
            return success();
          })
      .Default([](Operation *) -> Result { return std::nullopt; });
}
