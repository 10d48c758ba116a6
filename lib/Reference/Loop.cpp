//===- Loop.cpp - stream.loop, tile by tile -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "StreamCompiler.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

namespace {

/// An axis of the loop and its outer size.
struct LoopAxis {
  StringAttr name;
  int64_t tile;
  unsigned size;
  AxisSlots slots;
  /// Whether it holds sequences one after the other.
  bool isSegmented;
};

/// Where sequences lie on the segmented axes.
struct Segments {
  /// The offsets' slot, in the program around the loop.
  unsigned offsets;
  /// The number of the axis of the sequences, and of one that is segmented.
  unsigned axis, segmented;
  unsigned origin;
};

/// How an array's axis lies in a tile.
struct TileAxis {
  /// The loop's axis along which it moves, if it is not whole.
  std::optional<unsigned> loopAxis;
  /// Whether the array's axis divides the loop's.
  bool divides = false;
  /// Elements a tile; the axis is a dimension of the tile unless it is a point.
  int64_t tile;
  bool isPoint = false;
  bool isSegmented = false;
};

struct TileArray {
  Place array;
  SmallVector<TileAxis> axes;
  /// The tile's slot: an argument, or a value that a region yields.
  unsigned tile = 0;
};

/// A tile of which regions know the least and the greatest element.
struct TileBounds {
  TileArray array;
  unsigned low, high;
  bool isStreamed;
};

/// A region with the slots of what it yields.
struct LoopRegion {
  Code code;
  SmallVector<Place> yields;
};

struct LoopPlan {
  Program program;
  std::unique_ptr<StreamCompiler> compiler;
  /// The parallel axes, then the stream axis.
  std::vector<LoopAxis> axes;
  std::optional<Segments> segments;
  std::optional<LoopRegion> range, classify, full;
  LoopRegion init, absorb, finish;
  std::vector<TileArray> resident, streamed, streamedResults, finalResults;
  std::vector<TileBounds> bounds;
  /// The carry, and where the next one waits until it is whole.
  SmallVector<Place> carry, next;
};

/// The tiles of one thread.
class LoopRunner {
public:
  /// `offsets` are those of the segments, or null.
  LoopRunner(const LoopPlan &plan, Frame &frame, ArrayRef<int64_t> sizes,
             const double *offsets)
      : plan(plan), frame(frame), wholeSizes(sizes), offsets(offsets),
        sizes(sizes), positions(sizes.size(), 0) {}

  void run(int64_t task);

private:
  void setPosition(unsigned axis, int64_t position) {
    positions[axis] = position;
    *frame[plan.axes[axis].slots.position] = position;
  }
  bool enterSegment();
  bool runRegion(const LoopRegion &region) {
    reference::run(region.code, frame);
    return !frame.hasFailed();
  }
  void keepCarry(const LoopRegion &region);
  bool absorbTile(int64_t position);
  void load(const TileArray &array);
  void store(const TileArray &array, unsigned slot);
  void findBounds(bool isStreamed);
  bool clip(const TileArray &array, Nest &nest, int64_t &offset, bool loads);

  const LoopPlan &plan;
  Frame &frame;
  ArrayRef<int64_t> wholeSizes;
  const double *offsets;
  /// The sizes of the axes, those of the sequence at hand where they are
  /// segmented, and where it begins.
  SmallVector<int64_t> sizes;
  int64_t origin = 0;
  SmallVector<int64_t> positions;
};

} // namespace

/// Sets the sizes to those of the task's sequence. Returns whether the task's
/// tile exists.
bool LoopRunner::enterSegment() {
  const Segments &segments = *plan.segments;
  int64_t total = wholeSizes[segments.segmented];
  int64_t number = positions[segments.axis];
  auto at = [&](int64_t n, int64_t low) {
    return std::min(std::max(static_cast<int64_t>(offsets[n]), low), total);
  };
  origin = at(number, 0);
  int64_t length = at(number + 1, origin) - origin;
  *frame[segments.origin] = origin;
  bool exists = true;
  for (auto [axis, size, position] : llvm::zip(plan.axes, sizes, positions)) {
    if (!axis.isSegmented)
      continue;
    size = length;
    *frame[axis.slots.extent] = length;
    exists &= &axis == &plan.axes.back() || position < length;
  }
  return exists;
}

/// Loops over the elements of a tile that exist, with buffer 0 the tile if it
/// is loaded and the array if it is stored. Returns whether all exist.
bool LoopRunner::clip(const TileArray &array, Nest &nest, int64_t &offset,
                      bool loads) {
  bool isWhole = true;
  int64_t tileStride = 1;
  for (const TileAxis &axis : array.axes)
    if (!axis.isPoint)
      tileStride *= axis.tile;
  for (auto [axis, whole, stride] :
       llvm::zip(array.axes, array.array.shape, array.array.getStrides())) {
    int64_t position = axis.loopAxis ? positions[*axis.loopAxis] : 0;
    int64_t size = whole;
    if (axis.isSegmented) {
      offset += origin * stride;
      size = sizes[*axis.loopAxis];
    }
    if (axis.divides)
      position /= sizes[*axis.loopAxis] / size;
    offset += position * stride;
    if (axis.isPoint)
      continue;
    tileStride /= axis.tile;
    int64_t count = std::clamp<int64_t>(size - position, 0, axis.tile);
    isWhole &= count == axis.tile;
    if (loads)
      nest.addLoop(count, {tileStride, stride});
    else
      nest.addLoop(count, {stride, tileStride});
  }
  nest.simplify();
  return isWhole;
}

void LoopRunner::load(const TileArray &array) {
  Nest nest(2);
  int64_t offset = 0, elements = 1;
  for (const TileAxis &axis : array.axes)
    elements *= axis.isPoint ? 1 : axis.tile;
  if (!clip(array, nest, offset, /*loads=*/true))
    std::fill_n(frame[array.tile], elements, 0.0);
  nest.copy(frame[array.tile], frame[array.array.slot] + offset);
}

void LoopRunner::store(const TileArray &array, unsigned slot) {
  Nest nest(2);
  int64_t offset = 0;
  clip(array, nest, offset, /*loads=*/false);
  nest.copy(frame[array.array.slot] + offset, frame[slot]);
}

/// Finds the bounds of tiles that are streamed, or of the others.
void LoopRunner::findBounds(bool isStreamed) {
  for (const TileBounds &bounds : plan.bounds) {
    if (bounds.isStreamed != isStreamed)
      continue;
    load(bounds.array);
    // How many elements exist along each dimension of the tile.
    SmallVector<std::pair<int64_t, int64_t>> dims;
    int64_t elements = 1;
    for (const TileAxis &axis : bounds.array.axes)
      if (!axis.isPoint) {
        int64_t valid = axis.loopAxis
                            ? sizes[*axis.loopAxis] - positions[*axis.loopAxis]
                            : axis.tile;
        dims.push_back({axis.tile, valid});
        elements *= axis.tile;
      }
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (int64_t i = 0; i < elements; ++i) {
      int64_t rest = i;
      bool exists = true;
      for (auto [tile, valid] : llvm::reverse(dims)) {
        exists &= rest % tile < valid;
        rest /= tile;
      }
      if (!exists)
        continue;
      double x = frame[bounds.array.tile][i];
      low = std::isnan(x) || x < low ? x : low;
      high = std::isnan(x) || x > high ? x : high;
      if (std::isnan(x))
        break;
    }
    *frame[bounds.low] = low;
    *frame[bounds.high] = high;
  }
}

/// The first values that a region yields become the carry.
void LoopRunner::keepCarry(const LoopRegion &region) {
  for (auto [next, yielded] : llvm::zip(plan.next, region.yields))
    std::copy_n(frame[yielded.slot], next.getNumElements(), frame[next.slot]);
  for (auto [current, next] : llvm::zip(plan.carry, plan.next))
    frame.swap(current.slot, next.slot);
}

bool LoopRunner::absorbTile(int64_t position) {
  unsigned stream = plan.axes.size() - 1;
  setPosition(stream, position);
  bool all = true;
  if (plan.classify) {
    findBounds(/*isStreamed=*/true);
    if (!runRegion(*plan.classify))
      return false;
    if (*frame[plan.classify->yields[0].slot] == 0)
      return true;
    all = *frame[plan.classify->yields[1].slot] != 0;
  }
  for (auto [axis, size, at] : llvm::zip(plan.axes, sizes, positions))
    all &= at + axis.tile <= size;
  for (const TileArray &array : plan.streamed)
    load(array);
  const LoopRegion &region = all && plan.full ? *plan.full : plan.absorb;
  if (!runRegion(region))
    return false;
  for (auto [array, yielded] :
       llvm::zip(plan.streamedResults,
                 ArrayRef(region.yields).drop_front(plan.carry.size())))
    store(array, yielded.slot);
  keepCarry(region);
  return true;
}

void LoopRunner::run(int64_t task) {
  unsigned stream = plan.axes.size() - 1;
  for (unsigned i = stream; i > 0; --i) {
    const LoopAxis &axis = plan.axes[i - 1];
    int64_t tiles = (wholeSizes[i - 1] + axis.tile - 1) / axis.tile;
    setPosition(i - 1, task % tiles * axis.tile);
    task /= tiles;
  }
  if (plan.segments && !enterSegment())
    return;
  for (const TileArray &array : plan.resident)
    load(array);
  if (!runRegion(plan.init))
    return;
  keepCarry(plan.init);
  findBounds(/*isStreamed=*/false);
  int64_t first = 0, end = sizes[stream], tile = plan.axes[stream].tile;
  if (plan.range) {
    if (!runRegion(*plan.range))
      return;
    first = std::max<int64_t>(first, *frame[plan.range->yields[0].slot]);
    end = std::min<int64_t>(end, *frame[plan.range->yields[1].slot]);
  }
  // Tiles lie at multiples of their size.
  for (int64_t position = first / tile * tile; position < end; position += tile)
    if (!absorbTile(position))
      return;
  if (!runRegion(plan.finish))
    return;
  for (auto [array, yielded] : llvm::zip(plan.finalResults, plan.finish.yields))
    store(array, yielded.slot);
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

namespace {

class LoopCompiler {
public:
  LoopCompiler(stream::LoopOp op, StreamCompiler &outer, LoopPlan &plan)
      : op(op), outer(outer), inner(*plan.compiler), plan(plan) {}

  LogicalResult compile();

private:
  void addAxis(StringAttr name, int64_t tile, Value size);
  void setArray(TileArray &array, Value value, ArrayAttr axes);
  void addTile(TileArray &array);
  void addArrays(std::vector<TileArray> &arrays, ValueRange values,
                 bool hasTiles);
  void addBounds(Region &region);
  LogicalResult compileRegion(Region &region, ArrayRef<unsigned> arguments,
                              LoopRegion &result);
  LogicalResult compileOptional(Region &region, ArrayRef<unsigned> arguments,
                                std::optional<LoopRegion> &result);

  stream::LoopOp op;
  StreamCompiler &outer, &inner;
  LoopPlan &plan;
  unsigned numArrays = 0;
};

} // namespace

void LoopCompiler::addAxis(StringAttr name, int64_t tile, Value size) {
  AxisSlots slots = {plan.program.addSlot(1), plan.program.addSlot(1)};
  inner.axes[name] = slots;
  plan.axes.push_back({name, tile, outer.get(size).slot, slots,
                       op.isSegmented(name.getValue())});
}

/// The rule of the enclosing entry about an axis: what it equals or divides.
static StringAttr getRule(Operation *op, StringRef rules, StringAttr axis) {
  for (Operation *parent = op->getParentOp(); parent;
       parent = parent->getParentOp())
    if (auto all = parent->getAttrOfType<DictionaryAttr>(rules))
      return all.getAs<StringAttr>(axis);
  return {};
}

void LoopCompiler::setArray(TileArray &array, Value value, ArrayAttr axes) {
  auto find = [&](StringAttr name) -> std::optional<unsigned> {
    for (auto [i, axis] : llvm::enumerate(plan.axes))
      if (axis.name == name)
        return i;
    return std::nullopt;
  };
  // The array itself, as this program sees it.
  array.array = inner.get(value);
  for (auto [attribute, size] : llvm::zip(axes, array.array.shape)) {
    auto name = cast<StringAttr>(attribute);
    TileAxis axis;
    axis.tile = op.getTileOf(name.getValue());
    axis.loopAxis = find(name);
    if (!axis.loopAxis)
      if (StringAttr same = getRule(op, "equals", name)) {
        name = same;
        axis.loopAxis = find(name);
      }
    if (!axis.loopAxis)
      if (StringAttr group = getRule(op, "divides", name)) {
        axis.loopAxis = find(group);
        axis.divides = axis.loopAxis.has_value();
      }
    axis.isPoint = axis.tile == 1;
    axis.isSegmented = op.isSegmented(name.getValue());
    if (axis.tile == 0)
      axis.tile = size;
    array.axes.push_back(axis);
  }
}

void LoopCompiler::addTile(TileArray &array) {
  int64_t elements = 1;
  for (const TileAxis &axis : array.axes)
    elements *= axis.isPoint ? 1 : axis.tile;
  array.tile = plan.program.addSlot(elements);
}

void LoopCompiler::addArrays(std::vector<TileArray> &arrays, ValueRange values,
                             bool hasTiles) {
  for (Value value : values) {
    TileArray &array = arrays.emplace_back();
    setArray(array, value, op.getAxesOf(numArrays++));
    if (hasTiles)
      addTile(array);
  }
}

/// What regions know of tiles is found before they run.
void LoopCompiler::addBounds(Region &region) {
  for (auto asked : region.getOps<stream::BoundsOp>()) {
    TileBounds &bounds = plan.bounds.emplace_back();
    setArray(bounds.array, asked.getArray(), asked.getAxes());
    addTile(bounds.array);
    bounds.low = inner.define(asked.getLow()).slot;
    bounds.high = inner.define(asked.getHigh()).slot;
    bounds.isStreamed =
        llvm::any_of(bounds.array.axes, [&](const TileAxis &axis) {
          return axis.loopAxis == plan.axes.size() - 1;
        });
  }
}

LogicalResult LoopCompiler::compileRegion(Region &region,
                                          ArrayRef<unsigned> arguments,
                                          LoopRegion &result) {
  for (auto [argument, slot] :
       llvm::zip_equal(region.getArguments(), arguments)) {
    Place place;
    place.slot = slot;
    place.shape.assign(getStaticShape(argument.getType()));
    inner.getScope().define(argument, place);
  }
  if (failed(inner.compile(region.front(), result.code)))
    return failure();
  for (Value value : region.front().getTerminator()->getOperands())
    result.yields.push_back(inner.get(value));
  return success();
}

LogicalResult LoopCompiler::compileOptional(Region &region,
                                            ArrayRef<unsigned> arguments,
                                            std::optional<LoopRegion> &result) {
  return region.empty() ? success()
                        : compileRegion(region, arguments, result.emplace());
}

LogicalResult LoopCompiler::compile() {
  for (auto [name, tile, size] : llvm::zip(
           op.getParallelAxes(), op.getParallelTiles(), op.getParallelSizes()))
    addAxis(cast<StringAttr>(name), tile, size);
  addAxis(op.getStreamAxisAttr(), op.getStreamTile(), op.getStreamSize());
  if (op.getOffsets()) {
    Segments &segments = plan.segments.emplace();
    segments.offsets = outer.get(op.getOffsets()).slot;
    for (auto [i, axis] : llvm::enumerate(plan.axes))
      if (axis.name == op.getSegmentAxisAttr())
        segments.axis = i;
    segments.segmented = plan.axes.size() - 1;
    segments.origin = inner.origin = plan.program.addSlot(1);
  }
  addArrays(plan.resident, op.getResident(), true);
  addArrays(plan.streamed, op.getStreamed(), true);
  addArrays(plan.streamedResults, op.getStreamedResults(), false);
  addArrays(plan.finalResults, op.getFinalResults(), false);
  addBounds(op.getRange());
  addBounds(op.getClassify());

  SmallVector<unsigned> resident, state, absorbed;
  for (const TileArray &array : plan.resident)
    resident.push_back(array.tile);
  for (Type type : op.getCarryTypes()) {
    plan.carry.push_back(inner.makePlace(type));
    plan.next.push_back(inner.makePlace(type));
    state.push_back(plan.carry.back().slot);
  }
  llvm::append_range(state, resident);
  absorbed = state;
  for (const TileArray &array : plan.streamed)
    absorbed.push_back(array.tile);
  return failure(
      failed(compileOptional(op.getRange(), {}, plan.range)) ||
      failed(compileOptional(op.getClassify(), {}, plan.classify)) ||
      failed(compileRegion(op.getInit(), resident, plan.init)) ||
      failed(compileRegion(op.getAbsorb(), absorbed, plan.absorb)) ||
      failed(compileOptional(op.getAbsorbFull(), absorbed, plan.full)) ||
      failed(compileRegion(op.getFinish(), state, plan.finish)));
}

LogicalResult seqmix::reference::compileLoop(stream::LoopOp op,
                                             StreamCompiler &outer,
                                             Code &code) {
  auto plan = std::make_shared<LoopPlan>();
  plan->compiler =
      std::make_unique<StreamCompiler>(plan->program, &outer, outer.threads);
  if (failed(LoopCompiler(op, outer, *plan).compile()))
    return failure();
  code.push_back([=, threads = outer.threads](Frame &frame) {
    SmallVector<int64_t> sizes;
    int64_t tasks = 1;
    for (const LoopAxis &axis : plan->axes) {
      sizes.push_back(*frame[axis.size]);
      if (&axis != &plan->axes.back())
        tasks *= (sizes.back() + axis.tile - 1) / axis.tile;
    }
    runParallel(
        plan->program, frame, tasks, threads,
        [&](Frame &own) {
          plan->compiler->getScope().bindCaptures(own, frame);
          for (auto [axis, size] : llvm::zip(plan->axes, sizes))
            *own[axis.slots.extent] = size;
        },
        [&](Frame &own, int64_t begin, int64_t end) {
          LoopRunner runner(*plan, own, sizes,
                            plan->segments ? frame[plan->segments->offsets]
                                           : nullptr);
          for (int64_t task = begin; task < end && !own.hasFailed(); ++task)
            runner.run(task);
        });
  });
  return success();
}
