//===- Elements.cpp - Numbers as arrays store them ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Reference/Elements.h"

#include <bit>
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace seqmix::reference;

static_assert(std::endian::native == std::endian::little,
              "bytes are little-endian and copied as they are");

static uint16_t encodeBF16(float x) {
  uint32_t bits = std::bit_cast<uint32_t>(x);
  // A NaN keeps a bit of its fraction, so that it does not become an infinity.
  if (std::isnan(x))
    return (bits >> 16) | 0x40;
  return (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
}

static float decodeBF16(uint16_t bits) {
  return std::bit_cast<float>(uint32_t(bits) << 16);
}

static uint16_t encodeF16(float x) {
  return std::bit_cast<uint16_t>(static_cast<_Float16>(x));
}

static float decodeF16(uint16_t bits) {
  return static_cast<float>(std::bit_cast<_Float16>(bits));
}

static int32_t encodeI32(double x) {
  if (!(x > -0x1p31))
    return std::isnan(x) ? 0 : INT32_MIN;
  return x < 0x1p31 - 1 ? static_cast<int32_t>(std::floor(x)) : INT32_MAX;
}

template <typename Stored, typename Decode>
static void decodeAll(const void *bytes, MutableArrayRef<double> numbers,
                      Decode decode) {
  for (size_t i = 0; i < numbers.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, static_cast<const char *>(bytes) + i * sizeof(stored),
                sizeof(stored));
    numbers[i] = decode(stored);
  }
}

template <typename Encode>
static void encodeAll(ArrayRef<double> numbers, void *bytes, Encode encode) {
  for (size_t i = 0; i < numbers.size(); ++i) {
    auto stored = encode(numbers[i]);
    std::memcpy(static_cast<char *>(bytes) + i * sizeof(stored), &stored,
                sizeof(stored));
  }
}

int64_t seqmix::reference::getElementBytes(Type element) {
  if (element.isF32() || element.isInteger(32))
    return 4;
  return element.isBF16() || element.isF16() ? 2 : 0;
}

void seqmix::reference::decodeElements(Type element, const void *bytes,
                                       MutableArrayRef<double> numbers) {
  if (element.isF32())
    decodeAll<float>(bytes, numbers, [](float x) { return x; });
  else if (element.isBF16())
    decodeAll<uint16_t>(bytes, numbers, decodeBF16);
  else if (element.isF16())
    decodeAll<uint16_t>(bytes, numbers, decodeF16);
  else
    decodeAll<int32_t>(bytes, numbers, [](int32_t x) { return x; });
}

void seqmix::reference::encodeElements(Type element, ArrayRef<double> numbers,
                                       void *bytes) {
  if (element.isF32())
    encodeAll(numbers, bytes, [](double x) { return static_cast<float>(x); });
  else if (element.isBF16())
    encodeAll(numbers, bytes, encodeBF16);
  else if (element.isF16())
    encodeAll(numbers, bytes, encodeF16);
  else
    encodeAll(numbers, bytes, encodeI32);
}

void seqmix::reference::roundToElements(Type element,
                                        MutableArrayRef<double> numbers) {
  for (double &number : numbers) {
    int32_t stored;
    encodeElements(element, number, &stored);
    decodeElements(element, &stored, number);
  }
}
