//===- Npy.h - NumPy array files --------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_NPY_H
#define SEQMIX_LIB_RUNTIME_NPY_H

#include "Error.h"
#include "Layout.h"
#include "Memory.h"

#include <string>
#include <string_view>
#include <vector>

namespace seqmix::runtime {

/// What the header of a .npy file says.
struct NpyHeader {
  std::string descr;
  bool fortranOrder = false;
  std::vector<int64_t> shape;
};

/// Parses the Python dictionary of a header. FILE, without the file's name.
Error parseNpyDictionary(std::string_view text, NpyHeader &header);

/// Reads a file of format 1 to 3 whose elements must be of `dtype`. FILE for
/// what is not such a file, MISMATCH for other elements.
Error readNpy(const std::string &path, seqmix_dtype dtype,
              std::vector<int64_t> &shape, HostBuffer &data);

/// Writes a format 1 file; it is removed again if it could not be written
/// whole. FILE.
Error writeNpy(const std::string &path, seqmix_dtype dtype,
               const Layout &layout, const void *data);

/// The same for any elements of a fixed size, such as '<f8'. FILE.
Error writeNpy(const std::string &path, const char *descr, int64_t elementBytes,
               const Layout &layout, const void *data);

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_NPY_H
