//===- LayoutTest.cpp - Shapes and strides --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Layout.h"

#include <gtest/gtest.h>
#include <numeric>

using namespace seqmix::runtime;

namespace {

TEST(Layout, PackAndUnpackVisitRowsInOrder) {
  // Axes 0 and 1 exchanged, rows of 2 in a pitch of 3.
  Layout layout{{2, 3, 2}, {3, 6, 1}};
  EXPECT_FALSE(layout.isContiguous());
  std::vector<int32_t> array(18), dense(12), back(18, -1);
  std::iota(array.begin(), array.end(), 0);
  pack(layout, 4, array.data(), dense.data());
  EXPECT_EQ(dense,
            (std::vector<int32_t>{0, 1, 6, 7, 12, 13, 3, 4, 9, 10, 15, 16}));
  unpack(layout, 4, dense.data(), back.data());
  for (int32_t i = 0; i < 18; ++i)
    EXPECT_EQ(back[i], i % 3 == 2 ? -1 : i);
}

TEST(Layout, ScalarAndEmpty) {
  int rows = 0;
  forEachRow(Layout::contiguous({}), [&](int64_t) { ++rows; });
  EXPECT_EQ(rows, 1);
  forEachRow(Layout::contiguous({2, 0, 3}), [&](int64_t) { ++rows; });
  EXPECT_EQ(rows, 1);
  EXPECT_EQ(Layout::contiguous({}).getElements(), 1);
  EXPECT_EQ(Layout::contiguous({2, 0}).getElements(), 0);
}

TEST(Layout, OverflowIsSeen) {
  int64_t bytes = 0;
  int64_t huge = int64_t(1) << 32;
  EXPECT_FALSE(checkedBytes({huge, huge}, 4, bytes));
  EXPECT_FALSE(checkedBytes({0, huge, huge}, 4, bytes));
  EXPECT_FALSE(checkedBytes({-1}, 4, bytes));
  EXPECT_TRUE(checkedBytes({0, huge}, 4, bytes));
  EXPECT_EQ(bytes, 0);
  EXPECT_FALSE(checkedSpan(Layout{{3, 1}, {INT64_MAX, 1}}, 4, bytes));
  EXPECT_TRUE(checkedSpan(Layout{{2, 3}, {10, 1}}, 4, bytes));
  EXPECT_EQ(bytes, 52);
}

} // namespace
