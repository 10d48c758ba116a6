//===- ElementsTest.cpp - Numbers as arrays store them --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Reference/Elements.h"
#include "Helpers.h"

#include <limits>

using namespace seqmix::reference;

static double round(mlir::Type type, double number) {
  roundToElements(type, number);
  return number;
}

TEST(Elements, RoundToNearestEven) {
  mlir::MLIRContext context;
  auto bf16 = mlir::BFloat16Type::get(&context);
  auto f16 = mlir::Float16Type::get(&context);
  auto f32 = mlir::Float32Type::get(&context);
  // One is followed by 1 + 2^-7 in bf16, by 1 + 2^-10 in f16.
  EXPECT_EQ(round(bf16, 1 + 0x1p-8), 1);
  EXPECT_EQ(round(bf16, 1 + 0x3p-8), 1 + 0x1p-6);
  EXPECT_EQ(round(bf16, 1 + 0x1p-8 + 0x1p-20), 1 + 0x1p-7);
  EXPECT_EQ(round(f16, 1 + 0x1p-11), 1);
  EXPECT_EQ(round(f16, 1 + 0x3p-11), 1 + 0x1p-9);
  EXPECT_EQ(round(f16, 0x1.8p-24), 0x1p-23);
  EXPECT_EQ(round(f32, 0.1), 0.1f);
  for (mlir::Type type : {mlir::Type(bf16), mlir::Type(f16), mlir::Type(f32)}) {
    EXPECT_EQ(round(type, -infinity), -infinity);
    EXPECT_TRUE(std::isnan(round(type, std::nan(""))));
    EXPECT_EQ(round(type, 1e300), infinity);
    EXPECT_EQ(round(type, -1.5), -1.5);
  }
  EXPECT_EQ(round(f16, 65520), infinity);
  EXPECT_EQ(round(f16, 65519), 65504);
}

TEST(Elements, IntegersAndBytes) {
  mlir::MLIRContext context;
  auto i32 = mlir::IntegerType::get(&context, 32);
  EXPECT_EQ(round(i32, -7), -7);
  EXPECT_EQ(round(i32, 1e30), 2147483647);
  EXPECT_EQ(round(i32, -1e30), -2147483648.0);
  EXPECT_EQ(getElementBytes(i32), 4);
  EXPECT_EQ(getElementBytes(mlir::BFloat16Type::get(&context)), 2);
  EXPECT_EQ(getElementBytes(mlir::Float64Type::get(&context)), 0);
  unsigned char bytes[4];
  encodeElements(mlir::BFloat16Type::get(&context), {1.0, -2.0}, bytes);
  EXPECT_EQ(bytes[0], 0x80);
  EXPECT_EQ(bytes[1], 0x3F);
  EXPECT_EQ(bytes[2], 0x00);
  EXPECT_EQ(bytes[3], 0xC0);
}
