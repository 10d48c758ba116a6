//===- Identifier.h - Names that C accepts ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_EMIT_IDENTIFIER_H
#define SEQMIX_EMIT_IDENTIFIER_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace seqmix {

/// Whether the name is [A-Za-z_][A-Za-z0-9_]*: what the ABI allows as the name
/// of an operator, a size or an array.
bool isAbiName(llvm::StringRef name);

/// The nearest name that can be a field or a symbol in C and in C++: the name
/// itself unless it is a keyword, reserved, or no identifier.
std::string makeCIdentifier(llvm::StringRef name);

} // namespace seqmix

#endif // SEQMIX_EMIT_IDENTIFIER_H
