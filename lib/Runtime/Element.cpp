//===- Element.cpp - Element types ----------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Element.h"

#include <bit>
#include <cmath>

using namespace seqmix::runtime;

extern "C" const char *seqmix_dtype_name(seqmix_dtype dtype) {
  switch (dtype) {
  case SEQMIX_F32:
    return "f32";
  case SEQMIX_BF16:
    return "bf16";
  case SEQMIX_F16:
    return "f16";
  case SEQMIX_I32:
    return "i32";
  case SEQMIX_DTYPE_LIMIT:
    break;
  }
  return "?";
}

int64_t seqmix::runtime::getElementBytes(seqmix_dtype dtype) {
  switch (dtype) {
  case SEQMIX_F32:
  case SEQMIX_I32:
    return 4;
  case SEQMIX_BF16:
  case SEQMIX_F16:
    return 2;
  case SEQMIX_DTYPE_LIMIT:
    break;
  }
  return 0;
}

std::optional<seqmix_dtype>
seqmix::runtime::parseElement(std::string_view name) {
  for (seqmix_dtype dtype : {SEQMIX_F32, SEQMIX_BF16, SEQMIX_F16, SEQMIX_I32})
    if (name == seqmix_dtype_name(dtype))
      return dtype;
  return std::nullopt;
}

uint16_t seqmix::runtime::toBF16(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  // Set a mantissa bit that survives the cut, so that a NaN does not become an
  // infinity.
  if (std::isnan(value))
    return static_cast<uint16_t>((bits >> 16) | 0x40);
  return static_cast<uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

uint16_t seqmix::runtime::toF16(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  uint16_t sign = static_cast<uint16_t>((bits >> 16) & 0x8000);
  if (std::isnan(value))
    return sign | 0x7E00;
  float magnitude = std::fabs(value);
  // Halfway between the largest f16 (65504) and the next power of two.
  if (magnitude >= 65520.0f)
    return sign | 0x7C00;
  // Below the least normal f16 the spacing is 2^-24: adding 0.5 puts the wanted
  // digits last in an f32, rounded by the addition.
  if (magnitude < 0x1p-14f)
    return sign |
           static_cast<uint16_t>(std::bit_cast<uint32_t>(magnitude + 0.5f) -
                                 std::bit_cast<uint32_t>(0.5f));
  uint32_t rounded = (bits & 0x7FFFFFFF) + 0xFFF + ((bits >> 13) & 1);
  return sign | static_cast<uint16_t>((rounded - ((127u - 15u) << 23)) >> 13);
}

float seqmix::runtime::fromBF16(uint16_t bits) {
  return std::bit_cast<float>(uint32_t(bits) << 16);
}

float seqmix::runtime::fromF16(uint16_t bits) {
  uint32_t sign = uint32_t(bits & 0x8000) << 16;
  uint32_t rest = uint32_t(bits & 0x7FFF) << 13;
  // Infinities and NaN keep the largest exponent; for the others the change of
  // bias is a multiplication, which normalises what is below the least normal.
  if ((bits & 0x7C00) == 0x7C00)
    return std::bit_cast<float>(sign | rest | 0x7F800000);
  return std::bit_cast<float>(sign | rest) * 0x1p112f;
}
