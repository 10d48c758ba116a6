//===- Layout.h - Shapes and strides in memory ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_LAYOUT_H
#define SEQMIX_LIB_RUNTIME_LAYOUT_H

#include <cstdint>
#include <string>
#include <vector>

namespace seqmix::runtime {

/// Extents and strides, in elements, of an array whose last axis is dense.
struct Layout {
  std::vector<int64_t> shape;
  std::vector<int64_t> strides;

  /// The layout of a contiguous array.
  static Layout contiguous(std::vector<int64_t> shape);

  bool isContiguous() const;
  bool hasElements() const;
  /// The number of elements, which must fit (see checkedBytes).
  int64_t getElements() const;
};

/// The bytes of `shape`, or false if they do not fit int64_t or an extent is
/// negative.
bool checkedBytes(const std::vector<int64_t> &shape, int64_t elementBytes,
                  int64_t &bytes);

/// The bytes from the first to one past the last element, or false if they do
/// not fit int64_t. Extents and strides are not negative.
bool checkedSpan(const Layout &layout, int64_t elementBytes, int64_t &bytes);

/// Calls `visit(offset)` with the offset, in elements, of each row (run along
/// the last axis) in row-major order; one row for a scalar, none if empty.
template <typename Visit> void forEachRow(const Layout &layout, Visit visit) {
  if (!layout.hasElements())
    return;
  size_t outer = layout.shape.empty() ? 0 : layout.shape.size() - 1;
  std::vector<int64_t> index(outer, 0);
  int64_t offset = 0;
  while (true) {
    visit(offset);
    size_t axis = outer;
    for (; axis > 0; --axis) {
      offset += layout.strides[axis - 1];
      if (++index[axis - 1] < layout.shape[axis - 1])
        break;
      offset -= layout.strides[axis - 1] * layout.shape[axis - 1];
      index[axis - 1] = 0;
    }
    if (axis == 0)
      return;
  }
}

/// Copies between an array and a dense buffer of the same elements.
void pack(const Layout &layout, int64_t elementBytes, const void *array,
          void *dense);
void unpack(const Layout &layout, int64_t elementBytes, const void *dense,
            void *array);

/// "(2, 128, 4)", for messages.
std::string formatShape(const std::vector<int64_t> &shape);

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_LAYOUT_H
