//===- Window.cpp - Parts of arrays ---------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SeqCompiler.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

int64_t seqmix::reference::getStrideOf(const Place &place, StringAttr axis) {
  const auto *it = llvm::find(place.axes, axis);
  return it == place.axes.end() ? 0
                                : place.getStrides()[it - place.axes.begin()];
}

Window::Window(const OperatorContext &context, const Place &whole,
               ArrayRef<StringAttr> parallel, StringAttr sequence,
               ArrayRef<StringAttr> inner) {
  seq::OperatorOp op = context.getOp();
  int64_t stride = 1;
  SmallVector<int64_t> innerStrides(inner.size(), 0);
  for (size_t i = whole.axes.size(); i > 0; --i) {
    StringAttr axis = whole.axes[i - 1];
    const auto *in = llvm::find(inner, axis);
    // A parallel axis may be named itself, or by one that equals or divides it.
    const auto *at = llvm::find(parallel, axis);
    if (at == parallel.end())
      at = llvm::find(parallel, op.groupOf(op.canonicalSize(axis)));
    if (axis == sequence) {
      sequenceStride = stride;
    } else if (in != inner.end()) {
      innerStrides[in - inner.begin()] = stride;
    } else if (at != parallel.end()) {
      int64_t extent = whole.shape[i - 1];
      // Without elements nothing is read.
      int64_t ratio = extent ? context.getSize(*at) / extent : 1;
      parallelAxes.push_back(
          {static_cast<unsigned>(at - parallel.begin()), ratio, stride});
    }
    stride *= whole.shape[i - 1];
  }
  int64_t partStride = 1;
  SmallVector<int64_t> partStrides(inner.size());
  for (size_t i = inner.size(); i > 0; --i) {
    partStrides[i - 1] = partStride;
    partStride *= context.getSize(inner[i - 1]);
  }
  for (auto [axis, part, all] : llvm::zip(inner, partStrides, innerStrides)) {
    inward.addLoop(context.getSize(axis), {part, all});
    outward.addLoop(context.getSize(axis), {all, part});
  }
  inward.simplify();
  outward.simplify();
}

Grid::Grid(const OperatorContext &context, ArrayRef<StringAttr> axes) {
  for (StringAttr axis : axes) {
    sizes.push_back(context.getSize(axis));
    count *= sizes.back();
  }
}

SmallVector<int64_t, 4> Grid::getIndex(int64_t number) const {
  SmallVector<int64_t, 4> index(sizes.size());
  for (size_t i = sizes.size(); i > 0; --i) {
    index[i - 1] = number % sizes[i - 1];
    number /= sizes[i - 1];
  }
  return index;
}
