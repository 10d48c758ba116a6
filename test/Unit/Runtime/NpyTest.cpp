//===- NpyTest.cpp - NumPy array files ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Npy.h"
#include "Element.h"
#include "TestFiles.h"

#include <cstring>
#include <gtest/gtest.h>

using namespace seqmix::runtime;
using namespace seqmix::test;

namespace {

/// A file of `version` with this dictionary and so many bytes of elements.
std::string makeFile(const std::string &dictionary, size_t bytes,
                     int version = 1) {
  std::string header = dictionary + "\n";
  std::string file = "\x93NUMPY";
  file += static_cast<char>(version);
  file += '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
    file += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  file += header;
  for (size_t i = 0; i < bytes; ++i)
    file += static_cast<char>(i);
  return file;
}

std::string dictionary(const std::string &descr, const std::string &shape) {
  return "{'descr': '" + descr +
         "', 'fortran_order': False, 'shape': " + shape + ", }";
}

class Npy : public testing::Test {
protected:
  Error read(const std::string &contents, seqmix_dtype dtype = SEQMIX_F32) {
    writeText(folder / "x.npy", contents);
    return readNpy(folder / "x.npy", dtype, shape, data);
  }

  std::string failureOf(const std::string &contents) {
    Error error = read(contents);
    EXPECT_TRUE(error);
    return error.getMessage();
  }

  TemporaryFolder folder;
  std::vector<int64_t> shape;
  HostBuffer data;
};

#define EXPECT_CONTAINS(TEXT, PART)                                            \
  EXPECT_NE((TEXT).find(PART), std::string::npos) << (TEXT)

TEST_F(Npy, RoundTripOfEachTypeAndRank) {
  std::string bytes(24 * 4, '\0');
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(i * 37);
  std::vector<std::vector<int64_t>> shapes = {{},     {24},      {1},      {0},
                                              {4, 6}, {2, 3, 4}, {2, 0, 4}};
  for (seqmix_dtype dtype : {SEQMIX_F32, SEQMIX_BF16, SEQMIX_F16, SEQMIX_I32})
    for (const std::vector<int64_t> &written : shapes) {
      Layout layout = Layout::contiguous(written);
      ASSERT_FALSE(writeNpy(folder / "x.npy", dtype, layout, bytes.data()));
      Error error = readNpy(folder / "x.npy", dtype, shape, data);
      ASSERT_FALSE(error) << error.getMessage();
      EXPECT_EQ(shape, written);
      size_t count =
          static_cast<size_t>(layout.getElements() * getElementBytes(dtype));
      EXPECT_EQ(std::memcmp(data.get(), bytes.data(), count), 0);
    }
}

TEST_F(Npy, WritesWhatNumPyWrites) {
  float values[] = {1, 2};
  ASSERT_FALSE(
      writeNpy(folder / "x.npy", SEQMIX_F32, Layout::contiguous({2}), values));
  std::string text = readText(folder / "x.npy");
  std::string expected("\x93NUMPY\x01\x00\x76\x00", 10);
  expected += "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
  expected.resize(127, ' ');
  expected += '\n';
  ASSERT_EQ(text.size(), 136u);
  EXPECT_EQ(text.substr(0, 128), expected);
}

TEST_F(Npy, WritesRowsOfAStridedArray) {
  int32_t values[] = {0, 1, -1, 2, 3, -1};
  ASSERT_FALSE(
      writeNpy(folder / "x.npy", SEQMIX_I32, Layout{{2, 2}, {3, 1}}, values));
  ASSERT_FALSE(readNpy(folder / "x.npy", SEQMIX_I32, shape, data));
  int32_t expected[] = {0, 1, 2, 3};
  EXPECT_EQ(std::memcmp(data.get(), expected, sizeof(expected)), 0);
}

TEST_F(Npy, ReadsAllVersionsAndSpellings) {
  for (int version : {1, 2, 3})
    EXPECT_FALSE(read(makeFile(dictionary("<f4", "(2, 3)"), 24, version)));
  EXPECT_EQ(shape, (std::vector<int64_t>{2, 3}));
  EXPECT_FALSE(read(makeFile("{ \"shape\" : (  ) ,'fortran_order':False,"
                             "'descr':'<f4'}   ",
                             4)));
  EXPECT_TRUE(shape.empty());
  for (const char *descr : {"<u2", "|V2", "<V2"})
    EXPECT_FALSE(read(makeFile(dictionary(descr, "(3,)"), 6), SEQMIX_BF16));
  EXPECT_FALSE(read(makeFile(dictionary("<f2", "(3,)"), 6), SEQMIX_F16));
}

TEST_F(Npy, Refusals) {
  EXPECT_CONTAINS(failureOf("PK\x03\x04 zip file"), "magic string");
  EXPECT_CONTAINS(failureOf(makeFile(dictionary("<f4", "(1,)"), 4, 4)),
                  "found 4.0");
  EXPECT_CONTAINS(
      failureOf(makeFile("{'descr': '<f4', 'fortran_order': True, 'shape': "
                         "(2, 2)}",
                         16)),
      "x.npy: expected C order, found Fortran order");
  EXPECT_CONTAINS(failureOf(makeFile(dictionary("<f8", "(1,)"), 8)),
                  "expected elements '<f4' (f32), found '<f8'");
  EXPECT_CONTAINS(failureOf(makeFile(dictionary(">f4", "(1,)"), 4)),
                  "found '>f4'");
  EXPECT_CONTAINS(
      read(makeFile(dictionary("<f4", "(1,)"), 4), SEQMIX_BF16).getMessage(),
      "'<u2' (bf16 as its bit pattern, or '|V2')");
  EXPECT_CONTAINS(failureOf(makeFile(dictionary("<f4", "(2, 3)"), 23)),
                  "expected 24 bytes of elements for the shape (2, 3), "
                  "found 23");
  EXPECT_CONTAINS(failureOf(makeFile(dictionary("<f4", "(2, 3)"), 25)),
                  "found 25");
  std::string huge = "(4294967296, 4294967296)";
  EXPECT_CONTAINS(failureOf(makeFile(dictionary("<f4", huge), 0)),
                  "does not fit 64 bits");
  EXPECT_CONTAINS(
      failureOf(makeFile(dictionary("<f4", "(99999999999999999999,)"), 0)),
      "expected an extent of at most 63 bits");
  // Far more than there is: refused by the length of the file.
  EXPECT_CONTAINS(
      failureOf(makeFile(dictionary("<f4", "(1000000000000000,)"), 0)),
      "found 0");
}

TEST_F(Npy, MalformedDictionaries) {
  for (const char *text :
       {"", "{", "}", "{}", "[]", "{'descr': '<f4'}", "{'descr' '<f4'}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': [1]}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}",
        "{'descr': '<f4\\'', 'fortran_order': False, 'shape': ()}"}) {
    NpyHeader header;
    EXPECT_TRUE(parseNpyDictionary(text, header)) << text;
  }
  std::string many = "(";
  for (int i = 0; i < 40; ++i)
    many += "1, ";
  EXPECT_CONTAINS(failureOf(makeFile(dictionary("<f4", many + ")"), 4)),
                  "at most 32 axes");
}

TEST_F(Npy, NoTruncationOrChangedByteCrashes) {
  std::string good = makeFile(dictionary("<f4", "(2, 3)"), 24);
  ASSERT_FALSE(read(good));
  for (size_t length = 0; length < good.size(); ++length)
    EXPECT_TRUE(read(good.substr(0, length)));
  for (size_t i = 0; i < good.size() - 24; ++i)
    for (char c : {'\0', '\'', '(', '}', '9', '\xff'}) {
      std::string changed = good;
      changed[i] = c;
      (void)bool(read(changed));
    }
}

TEST_F(Npy, FailedWritesSayWhy) {
  float value = 1;
  Error error =
      writeNpy(folder / "no/x.npy", SEQMIX_F32, Layout::contiguous({}), &value);
  EXPECT_EQ(error.getCode(), SEQMIX_STATUS_FILE);
  EXPECT_CONTAINS(error.getMessage(), "no/x.npy: cannot write: ");
  // A device that takes no byte; it must survive.
  if (!std::filesystem::exists("/dev/full"))
    GTEST_SKIP();
  std::vector<float> many(100000);
  EXPECT_CONTAINS(writeNpy("/dev/full", SEQMIX_F32,
                           Layout::contiguous({100000}), many.data())
                      .getMessage(),
                  "/dev/full: cannot write: ");
  EXPECT_TRUE(std::filesystem::exists("/dev/full"));
}

} // namespace
