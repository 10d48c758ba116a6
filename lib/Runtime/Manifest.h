//===- Manifest.h - What a manifest says ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The manifest of docs/ABI.md as plain data. Whatever parseManifest accepts is
// consistent: names are unique and known where they are used.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_MANIFEST_H
#define SEQMIX_LIB_RUNTIME_MANIFEST_H

#include "Error.h"
#include "Expression.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace seqmix::runtime {

/// The version of docs/ABI.md that this runtime implements.
inline constexpr int64_t abiVersion = 1;

/// An axis has the extent of a name plus an offset (cu_seqlens is [N + 1]), or
/// with an empty name a fixed extent.
struct Axis {
  std::string name;
  int64_t offset = 0;

  std::string str() const;
};

/// A bound of a domain: a number, or a formula of sizes.
using Bound = std::variant<double, Expression>;

/// A hint for drawing an operand.
struct Domain {
  enum class Kind {
    Normal,
    Unit,
    Nonpositive,
    Range,
    Integer,
    Sorted,
    Offsets, ///< Ascending, the first low and the last high.
  };

  Kind kind = Kind::Normal;
  /// Unit: the position of the axis along which vectors have norm 1.
  size_t axis = 0;
  /// Range, Integer, Sorted, Offsets: the interval; Normal: mean and deviation.
  Bound low = 0.0;
  Bound high = 1.0;
  /// The position of the operand, drawn before, that each number multiplies.
  std::optional<size_t> of;
};

struct ArraySpec {
  std::string name;
  std::vector<Axis> axes;
  seqmix_dtype dtype = SEQMIX_F32;
  std::optional<Domain> domain;
  /// For a result: the operand whose buffer it may be, or empty.
  std::string mayAlias;
  /// The same as `axes`, for seqmix_array_info.
  std::vector<std::string> axisNames;
  std::vector<const char *> axisPointers;

  /// "[B, T, HK, K] bf16", for messages.
  std::string str() const;
};

struct Rule {
  enum class Kind {
    Divides, ///< lhs divides rhs.
    Equal,   ///< lhs, a name, is rhs.
  };

  Kind kind = Kind::Divides;
  Expression lhs;
  Expression rhs;

  std::string str() const;
};

/// Packed sequences: which operand has their positions, and which sizes are
/// their number and the end of the last.
struct Packed {
  std::string offsets;
  std::string count;
  std::string total;
};

/// One kernel of a CUDA entry.
struct Launch {
  std::string kernel;
  std::array<Expression, 3> grid;
  std::array<Expression, 3> block;
  Expression shared;
};

struct Entry {
  std::string symbol;
  std::string form;
  std::vector<std::pair<std::string, int64_t>> require;
  Expression workspace;
  std::vector<Launch> launches;
};

enum class Target { CPU, CUDA };

struct Manifest {
  /// The file, and its folder with a slash at its end ("./" if it has none).
  std::string path;
  std::string folder;

  std::string operatorName;
  Target target = Target::CPU;
  std::vector<std::pair<std::string, int64_t>> params;
  /// Run-time sizes in the argument struct, and those that an `equal` rule
  /// derives from them.
  std::vector<std::string> sizes;
  std::vector<std::string> derived;
  std::vector<Rule> rules;
  std::vector<ArraySpec> operands;
  std::vector<ArraySpec> results;
  std::vector<Entry> entries;
  std::optional<Packed> packed;
  /// File names in `folder`; empty where the manifest has none.
  std::string library;
  /// What the library must say of itself, or empty.
  std::string contract;
  std::string cubin;
  std::string ptx;

  bool isParam(std::string_view name) const;
  bool isSize(std::string_view name) const;
  bool isDerived(std::string_view name) const;

  /// Finds "main" (also ""), "step", or an entry by its form or symbol.
  /// INVALID_ARGUMENT, with the entries there are.
  Error findEntry(std::string_view name, const Entry *&entry) const;
};

/// Parses the text of a manifest; `path` is for messages and to find files.
/// MANIFEST.
Error parseManifest(const std::string &text, const std::string &path,
                    Manifest &manifest);

/// Reads and parses. FILE, MANIFEST.
Error readManifest(const std::string &path, Manifest &manifest);

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_MANIFEST_H
