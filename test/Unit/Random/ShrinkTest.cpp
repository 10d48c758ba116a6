//===- ShrinkTest.cpp - What fails is made small --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Random/Shrink.h"
#include "llvm/ADT/StringRef.h"
#include "gtest/gtest.h"

using namespace seqmix;
using seqmix::random::Program;

namespace {

unsigned countOps(const Program &program) {
  return llvm::StringRef(program.text).count(" = seq.");
}

/// Shrinks the first programs drawn that have a word, as long as they have it;
/// gives the most ops that are left.
template <typename Draw> unsigned shrinkAll(Draw draw, llvm::StringRef word) {
  unsigned most = 0, found = 0;
  for (uint64_t seed = 0; found < 5 && seed < 1000; ++seed) {
    Program program = draw(seed);
    auto fails = [&](const Program &candidate) {
      return llvm::StringRef(candidate.text).contains(word);
    };
    if (!fails(program))
      continue;
    ++found;
    Program small = random::shrink(program, fails, 1000);
    EXPECT_TRUE(fails(small));
    EXPECT_LE(countOps(small), countOps(program));
    EXPECT_EQ(small.test.sizes["T"], 1) << small.text;
    EXPECT_FALSE(small.test.compile.chunk);
    most = std::max(most, countOps(small));
  }
  EXPECT_EQ(found, 5u);
  return most;
}

} // namespace

TEST(Shrink, KeepsWhatFails) {
  // The mixer itself, the op, what its axes need.
  EXPECT_LE(shrinkAll(random::drawRecurrence, "seq.tanh"), 8u);
  EXPECT_LE(shrinkAll(random::drawAttention, "seq.mod"), 8u);
}

TEST(Shrink, StaysInItsBudget) {
  unsigned asked = 0;
  Program program = random::drawRecurrence(1);
  auto fails = [&](const Program &) { return ++asked, true; };
  random::shrink(program, fails, 10);
  EXPECT_EQ(asked, 10u);
}

TEST(Shrink, LeavesWhatNeedsAll) {
  Program program = random::drawRecurrence(1);
  auto fails = [&](const Program &) { return false; };
  EXPECT_EQ(random::shrink(program, fails, 1000).text, program.text);
}

TEST(Shrink, KeepsWhatAnotherIsDrawnFrom) {
  Program program;
  program.text = R"(
    seq.operator @f sizes(T) (%a: [T], %b: [T] {of = "a", range = [0.0, 1.0]}, %c: [T]) -> (y: [T]) {
      %x = seq.tanh %a : [T]
      %w = seq.mul %x, %c : [T], [T]
      %y = seq.add %w, %b : [T], [T]
      seq.return %y : [T]
    })";
  auto fails = [](const Program &candidate) {
    return llvm::StringRef(candidate.text).contains("of =");
  };
  std::string small = random::shrink(program, fails, 1000).text;
  EXPECT_NE(small.find("(%a: [T], %b: [T] {of"), std::string::npos) << small;
  EXPECT_EQ(small.find("tanh"), std::string::npos) << small;
}
