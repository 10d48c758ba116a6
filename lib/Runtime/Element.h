//===- Element.h - Element types --------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_ELEMENT_H
#define SEQMIX_LIB_RUNTIME_ELEMENT_H

#include "seqmix/runtime.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace seqmix::runtime {

/// Bytes of one element; 0 for a value outside the enumeration.
int64_t getElementBytes(seqmix_dtype dtype);

/// The element type that a manifest calls `name`.
std::optional<seqmix_dtype> parseElement(std::string_view name);

/// Bit patterns of `value` rounded to nearest, ties to even; overflow gives an
/// infinity, NaN stays NaN.
uint16_t toBF16(float value);
uint16_t toF16(float value);

/// The number of a bit pattern.
float fromBF16(uint16_t bits);
float fromF16(uint16_t bits);

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_ELEMENT_H
