//===- Call.h - Arrays bound to a module ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_CALL_H
#define SEQMIX_LIB_RUNTIME_CALL_H

#include "Executable.h"
#include "Memory.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// A manifest and its loaded code.
struct seqmix_module {
  seqmix::runtime::Manifest manifest;
  std::unique_ptr<seqmix::runtime::Executable> executable;
};

/// The methods are the functions of seqmix/runtime.h of the same name.
struct seqmix_call {
  using Error = seqmix::runtime::Error;

  explicit seqmix_call(const seqmix_module &module);

  Error setArray(const std::string &name, const seqmix_array *array);
  Error readNpy(const std::string &name, const std::string &path);
  Error writeNpy(const std::string &name, const std::string &path) const;
  Error setSize(const std::string &name, int64_t value);
  Error defaultSizes(const std::string &entry);
  Error draw(uint64_t seed);
  Error prepare();
  Error getSize(const std::string &name, int64_t &value) const;
  Error getArray(const std::string &name, seqmix_array &array) const;
  Error run(const seqmix_run_options &options);

private:
  /// Where the elements of an argument come from.
  enum class Source {
    None,      ///< Not set; for a result, not allocated yet.
    Caller,    ///< The caller's memory.
    File,      ///< An operand in our memory, read from a file.
    Drawn,     ///< An operand in our memory, drawn.
    Allocated, ///< A result in our memory.
  };

  struct Argument {
    seqmix::runtime::BoundArray array;
    bool isResult = false;
    Source source = Source::None;
    seqmix::runtime::HostBuffer storage;
    /// The file that `storage` was read from.
    std::string file;

    /// "operand 'q'", with its file if it has one, for messages.
    std::string str() const;

    /// Whether its shape says something about sizes.
    bool isGiven() const {
      return source == Source::Caller || source == Source::File;
    }
  };

  struct FixedSize {
    int64_t value;
    std::string source;
  };

  Error find(const std::string &name, const Argument *&argument) const;
  Error find(const std::string &name, Argument *&argument);

  /// Computes what is known of the sizes.
  Error inferSizes(seqmix::runtime::Sizes &sizes) const;
  /// Gives an argument memory of its own for `shape`.
  Error allocate(Argument &argument, std::vector<int64_t> shape, Source source);
  Error checkOperandsSet() const;
  Error checkOverlap() const;
  /// Checks the positions of packed sequences: 0 first, ascending, the size of
  /// their axis last.
  Error checkOffsets() const;

  const seqmix_module &module;
  /// Operands, then results.
  std::vector<Argument> arguments;
  std::map<std::string, FixedSize> fixedSizes;
  /// Complete once the call is prepared, empty when it is not.
  std::optional<seqmix::runtime::Sizes> prepared;
  /// Of the last run: the next needs no new pages.
  seqmix::runtime::KeptBuffer workspace;
};

#endif // SEQMIX_LIB_RUNTIME_CALL_H
