//===- Layout.cpp - Shapes and strides in memory --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Layout.h"

#include <cstring>

using namespace seqmix::runtime;

Layout Layout::contiguous(std::vector<int64_t> shape) {
  Layout layout;
  layout.strides.resize(shape.size());
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    layout.strides[i] = stride;
    stride *= shape[i] > 0 ? shape[i] : 1;
  }
  layout.shape = std::move(shape);
  return layout;
}

bool Layout::isContiguous() const {
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    if (shape[i] != 1 && strides[i] != stride)
      return false;
    stride *= shape[i];
  }
  return true;
}

bool Layout::hasElements() const {
  for (int64_t extent : shape)
    if (extent == 0)
      return false;
  return true;
}

int64_t Layout::getElements() const {
  int64_t elements = hasElements() ? 1 : 0;
  for (int64_t extent : shape)
    elements *= extent;
  return elements;
}

bool seqmix::runtime::checkedBytes(const std::vector<int64_t> &shape,
                                   int64_t elementBytes, int64_t &bytes) {
  // An extent of 0 does not excuse others whose product overflows: strides are
  // computed from them.
  int64_t product = elementBytes;
  bool isEmpty = false;
  for (int64_t extent : shape) {
    if (extent < 0)
      return false;
    isEmpty |= extent == 0;
    if (__builtin_mul_overflow(product, extent ? extent : 1, &product))
      return false;
  }
  bytes = isEmpty ? 0 : product;
  return true;
}

bool seqmix::runtime::checkedSpan(const Layout &layout, int64_t elementBytes,
                                  int64_t &bytes) {
  bytes = 0;
  if (!layout.hasElements())
    return true;
  int64_t span = 1;
  for (size_t i = 0; i < layout.shape.size(); ++i) {
    int64_t step = 0;
    if (__builtin_mul_overflow(layout.shape[i] - 1, layout.strides[i], &step) ||
        __builtin_add_overflow(span, step, &span))
      return false;
  }
  return !__builtin_mul_overflow(span, elementBytes, &bytes);
}

/// Calls `copy(row in the array, row in the dense buffer, bytes)`.
template <typename Copy>
static void forEachPair(const Layout &layout, int64_t elementBytes, Copy copy) {
  int64_t rowBytes =
      (layout.shape.empty() ? 1 : layout.shape.back()) * elementBytes;
  int64_t denseOffset = 0;
  forEachRow(layout, [&](int64_t offset) {
    copy(offset * elementBytes, denseOffset, static_cast<size_t>(rowBytes));
    denseOffset += rowBytes;
  });
}

void seqmix::runtime::pack(const Layout &layout, int64_t elementBytes,
                           const void *array, void *dense) {
  forEachPair(layout, elementBytes, [&](int64_t from, int64_t to, size_t n) {
    std::memcpy(static_cast<char *>(dense) + to,
                static_cast<const char *>(array) + from, n);
  });
}

void seqmix::runtime::unpack(const Layout &layout, int64_t elementBytes,
                             const void *dense, void *array) {
  forEachPair(layout, elementBytes, [&](int64_t to, int64_t from, size_t n) {
    std::memcpy(static_cast<char *>(array) + to,
                static_cast<const char *>(dense) + from, n);
  });
}

std::string seqmix::runtime::formatShape(const std::vector<int64_t> &shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + ")";
}
