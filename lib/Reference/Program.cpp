//===- Program.cpp - Steps over buffers of doubles ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Program.h"

#include <algorithm>
#include <limits>
#include <thread>

using namespace mlir;
using namespace seqmix::reference;

void Frame::grow(const Program &program) {
  for (size_t i = data.size(), e = program.slots.size(); i < e; ++i) {
    const Program::Slot &slot = program.slots[i];
    owned.emplace_back();
    data.push_back(nullptr);
    if (slot.elements < 0)
      continue;
    owned.back().reset(new double[std::max<int64_t>(slot.elements, 1)]);
    data.back() = owned.back().get();
    // NaN shows what is read before it is written.
    double fill = slot.fill.value_or(std::numeric_limits<double>::quiet_NaN());
    if (slot.values.empty())
      std::fill_n(data.back(), slot.elements, fill);
    else
      std::copy(slot.values.begin(), slot.values.end(), data.back());
  }
}

void seqmix::reference::run(const Code &code, Frame &frame) {
  for (const Step &step : code) {
    step(frame);
    if (frame.hasFailed())
      return;
  }
}

int64_t Place::getNumElements() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

SmallVector<int64_t, 4> Place::getStrides() const {
  SmallVector<int64_t, 4> strides(shape.size());
  int64_t stride = 1;
  for (size_t i = shape.size(); i > 0; --i) {
    strides[i - 1] = stride;
    stride *= shape[i - 1];
  }
  return strides;
}

std::optional<Place> Scope::lookup(Value value) {
  auto it = places.find(value);
  if (it != places.end())
    return it->second;
  std::optional<Place> place = parent ? parent->lookup(value) : std::nullopt;
  if (!place)
    return std::nullopt;
  unsigned outerSlot = place->slot;
  place->slot = program.addExternal();
  captures.push_back({place->slot, outerSlot});
  places[value] = *place;
  return place;
}

unsigned seqmix::reference::countRanges(int64_t n, unsigned threads) {
  int64_t most = threads ? threads : std::thread::hardware_concurrency();
  return std::clamp<int64_t>(most, 1, std::max<int64_t>(n, 1));
}

void seqmix::reference::parallelRanges(
    int64_t n, unsigned threads,
    llvm::function_ref<void(unsigned, int64_t, int64_t)> body) {
  unsigned ranges = countRanges(n, threads);
  auto bound = [&](unsigned range) { return n * range / ranges; };
  std::vector<std::thread> workers;
  for (unsigned range = 1; range < ranges; ++range)
    workers.emplace_back(
        [&, range] { body(range, bound(range), bound(range + 1)); });
  body(0, 0, bound(1));
  for (std::thread &worker : workers)
    worker.join();
}

void seqmix::reference::runParallel(
    const Program &program, Frame &outer, int64_t n, unsigned threads,
    llvm::function_ref<void(Frame &)> setUp,
    llvm::function_ref<void(Frame &, int64_t, int64_t)> body) {
  std::vector<std::optional<RunError>> errors(countRanges(n, threads));
  parallelRanges(n, threads, [&](unsigned range, int64_t begin, int64_t end) {
    Frame frame(program);
    setUp(frame);
    body(frame, begin, end);
    errors[range] = frame.getError();
  });
  for (const std::optional<RunError> &error : errors)
    if (error)
      return outer.fail(error->op, error->message);
}
