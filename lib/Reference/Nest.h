//===- Nest.h - Loops over strided buffers ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_REFERENCE_NEST_H
#define SEQMIX_LIB_REFERENCE_NEST_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace seqmix::reference {

/// Nested loops in which each of some buffers moves by a stride of its own a
/// loop. The innermost loop is given out whole, as a row.
class Nest {
public:
  explicit Nest(unsigned buffers) : buffers(buffers) {}

  /// Adds a loop inside the others, with one stride a buffer.
  void addLoop(int64_t extent, llvm::ArrayRef<int64_t> loopStrides) {
    extents.push_back(extent);
    llvm::append_range(strides, loopStrides);
  }

  /// Removes loops of one iteration and joins loops that run like one.
  void simplify() {
    Nest result(buffers);
    for (unsigned loop = 0; loop < extents.size(); ++loop) {
      if (extents[loop] == 1)
        continue;
      bool joins = !result.extents.empty();
      unsigned last = result.extents.size() - 1;
      for (unsigned b = 0; b < buffers && joins; ++b)
        joins = result.getStride(last, b) == getStride(loop, b) * extents[loop];
      if (!joins) {
        result.addLoop(extents[loop], getStrides(loop));
        continue;
      }
      result.extents[last] *= extents[loop];
      llvm::copy(getStrides(loop), result.strides.begin() + last * buffers);
    }
    *this = std::move(result);
  }

  /// The stride of a buffer inside a row.
  int64_t getRowStride(unsigned buffer) const {
    return extents.empty() ? 0 : getStride(extents.size() - 1, buffer);
  }

  int64_t getRowLength() const { return extents.empty() ? 1 : extents.back(); }

  /// Calls `body(pointers, indices, n)` for each row of n elements. `pointers`
  /// are the buffers' at its first element, `indices` those of the loops around
  /// it.
  template <typename Body>
  void forEachRow(llvm::ArrayRef<double *> bases, Body body) const {
    if (llvm::is_contained(extents, 0))
      return;
    llvm::SmallVector<double *, 6> pointers(bases);
    unsigned outer = extents.empty() ? 0 : extents.size() - 1;
    llvm::SmallVector<int64_t, 6> indices(outer, 0);
    while (true) {
      body(pointers.data(), indices.data(), getRowLength());
      unsigned loop = outer;
      for (; loop > 0; --loop) {
        bool wraps = ++indices[loop - 1] == extents[loop - 1];
        int64_t steps = wraps ? 1 - extents[loop - 1] : 1;
        for (unsigned b = 0; b < buffers; ++b)
          pointers[b] += steps * getStride(loop - 1, b);
        if (!wraps)
          break;
        indices[loop - 1] = 0;
      }
      if (loop == 0)
        return;
    }
  }

  /// Copies buffer 1 to buffer 0.
  void copy(double *to, const double *from) const {
    int64_t toStride = getRowStride(0), fromStride = getRowStride(1);
    forEachRow({to, const_cast<double *>(from)},
               [&](double *const *p, const int64_t *, int64_t n) {
                 for (int64_t i = 0; i < n; ++i)
                   p[0][i * toStride] = p[1][i * fromStride];
               });
  }

private:
  int64_t getStride(unsigned loop, unsigned buffer) const {
    return strides[loop * buffers + buffer];
  }
  llvm::ArrayRef<int64_t> getStrides(unsigned loop) const {
    return llvm::ArrayRef(strides).slice(loop * buffers, buffers);
  }

  unsigned buffers;
  llvm::SmallVector<int64_t, 6> extents;
  llvm::SmallVector<int64_t, 18> strides;
};

} // namespace seqmix::reference

#endif // SEQMIX_LIB_REFERENCE_NEST_H
