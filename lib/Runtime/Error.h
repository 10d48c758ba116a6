//===- Error.h - A status with its message ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime is built without exceptions where it can be: a function that can
// fail returns an Error, which is true if it failed.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_ERROR_H
#define SEQMIX_LIB_RUNTIME_ERROR_H

#include "seqmix/runtime.h"

#include <sstream>
#include <string>
#include <utility>

namespace seqmix::runtime {

/// Success, or a status code with a message. Converts to true on failure.
class [[nodiscard]] Error {
public:
  static Error success() { return Error(SEQMIX_STATUS_OK, {}); }

  /// Fails with the concatenation of `parts` as its message.
  template <typename... Parts>
  static Error make(seqmix_status code, const Parts &...parts) {
    std::ostringstream stream;
    (stream << ... << parts);
    return Error(code, stream.str());
  }

  explicit operator bool() const { return code != SEQMIX_STATUS_OK; }
  seqmix_status getCode() const { return code; }
  const std::string &getMessage() const { return message; }

private:
  Error(seqmix_status code, std::string message)
      : code(code), message(std::move(message)) {}

  seqmix_status code;
  std::string message;
};

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_ERROR_H
