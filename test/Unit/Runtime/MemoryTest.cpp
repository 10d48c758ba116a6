//===- MemoryTest.cpp - Host memory that may fail -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Memory.h"

#include <cstring>
#include <gtest/gtest.h>

using namespace seqmix::runtime;

TEST(KeptBufferTest, KeepsWhatIsAskedForAgain) {
  KeptBuffer buffer;
  void *first = buffer.get(4096);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % 64, 0u);
  std::memset(first, 0x5A, 4096);
  EXPECT_EQ(buffer.get(4096), first);
  EXPECT_EQ(static_cast<unsigned char *>(first)[4095], 0x5A);
}

TEST(KeptBufferTest, GrowsAndShrinks) {
  KeptBuffer buffer;
  for (int64_t bytes : {64, 1 << 20, 128}) {
    void *found = buffer.get(bytes);
    ASSERT_NE(found, nullptr);
    std::memset(found, 1, static_cast<size_t>(bytes));
  }
}

TEST(KeptBufferTest, TriesAgainAfterAFailure) {
  KeptBuffer buffer;
  ASSERT_NE(buffer.get(64), nullptr);
  constexpr int64_t tooMuch = int64_t(1) << 60;
  EXPECT_EQ(buffer.get(tooMuch), nullptr);
  EXPECT_EQ(buffer.get(tooMuch), nullptr);
  EXPECT_NE(buffer.get(64), nullptr);
}
