//===- ElementTest.cpp - Rounding to 16 bits ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Element.h"

#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace seqmix::runtime;

namespace {

double valueOfF16(uint16_t bits) {
  int exponent = (bits >> 10) & 31, mantissa = bits & 1023;
  double value = exponent ? std::ldexp(1024 + mantissa, exponent - 25)
                          : std::ldexp(mantissa, -24);
  return bits & 0x8000 ? -value : value;
}

TEST(Element, F16RoundsToNearestEven) {
  // Every finite value, the middle between it and the next, and just beside.
  for (uint16_t bits = 0; bits < 0x7BFF; ++bits) {
    double low = valueOfF16(bits), high = valueOfF16(bits + 1);
    ASSERT_EQ(fromF16(bits), low);
    ASSERT_EQ(fromF16(bits | 0x8000), -low);
    float middle = static_cast<float>((low + high) / 2);
    uint16_t even = bits & 1 ? bits + 1 : bits;
    ASSERT_EQ(toF16(static_cast<float>(low)), bits);
    ASSERT_EQ(toF16(-static_cast<float>(low)), bits | 0x8000);
    ASSERT_EQ(toF16(middle), even);
    ASSERT_EQ(toF16(std::nextafter(middle, 0.0f)), bits);
    ASSERT_EQ(toF16(std::nextafter(middle, 1e9f)), bits + 1);
  }
  EXPECT_EQ(toF16(65519.0f), 0x7BFF);
  EXPECT_EQ(toF16(65520.0f), 0x7C00);
  EXPECT_EQ(toF16(-INFINITY), 0xFC00);
  EXPECT_EQ(toF16(NAN) & 0x7FFF, 0x7E00);
  EXPECT_EQ(fromF16(0xFC00), -INFINITY);
  EXPECT_TRUE(std::isnan(fromF16(0x7E00)));
}

TEST(Element, BF16RoundsToNearestEven) {
  EXPECT_EQ(toBF16(1.0f), 0x3F80);
  EXPECT_EQ(toBF16(std::bit_cast<float>(0x3F808000u)), 0x3F80);
  EXPECT_EQ(toBF16(std::bit_cast<float>(0x3F818000u)), 0x3F82);
  EXPECT_EQ(toBF16(std::bit_cast<float>(0x3F808001u)), 0x3F81);
  EXPECT_EQ(toBF16(std::numeric_limits<float>::max()), 0x7F80);
  EXPECT_EQ(toBF16(-INFINITY), 0xFF80);
  EXPECT_EQ(fromBF16(0xBFC0), -1.5f);
  // A NaN whose set bits are all cut off.
  EXPECT_EQ(toBF16(std::bit_cast<float>(0x7F800001u)), 0x7FC0);
}

TEST(Element, Names) {
  for (seqmix_dtype dtype : {SEQMIX_F32, SEQMIX_BF16, SEQMIX_F16, SEQMIX_I32})
    EXPECT_EQ(parseElement(seqmix_dtype_name(dtype)), dtype);
  EXPECT_FALSE(parseElement("f64"));
  EXPECT_STREQ(seqmix_dtype_name(static_cast<seqmix_dtype>(9)), "?");
  EXPECT_EQ(getElementBytes(static_cast<seqmix_dtype>(9)), 0);
}

} // namespace
