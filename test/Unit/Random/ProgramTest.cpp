//===- ProgramTest.cpp - What is drawn is a spec --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Random/Program.h"
#include "dialects/Seq/Seq.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace seqmix;
using seqmix::random::Program;

namespace {

class Programs : public testing::Test {
protected:
  Programs() { context.loadDialect<seq::SeqDialect>(); }

  OwningOpRef<ModuleOp> parse(const Program &program) {
    return parseSourceString<ModuleOp>(program.text, &context);
  }

  MLIRContext context{MLIRContext::Threading::DISABLED};
};

template <typename Mixer> bool has(ModuleOp module) {
  return module.walk([](Mixer) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

} // namespace

TEST_F(Programs, RecurrencesParseAndVerify) {
  for (uint64_t seed = 0; seed < 400; ++seed) {
    Program program = random::drawRecurrence(seed);
    OwningOpRef<ModuleOp> module = parse(program);
    ASSERT_TRUE(module) << program.text;
    EXPECT_TRUE(has<seq::RecurrenceOp>(*module)) << program.text;
  }
}

TEST_F(Programs, AttentionsParseAndVerify) {
  for (uint64_t seed = 0; seed < 400; ++seed) {
    Program program = random::drawAttention(seed);
    OwningOpRef<ModuleOp> module = parse(program);
    ASSERT_TRUE(module) << program.text;
    EXPECT_TRUE(has<seq::AttentionOp>(*module)) << program.text;
  }
}

TEST_F(Programs, SeedsDecide) {
  Program one = random::drawRecurrence(7), again = random::drawRecurrence(7);
  EXPECT_EQ(one.text, again.text);
  EXPECT_EQ(check::describe(one.test), check::describe(again.test));
  EXPECT_NE(one.text, random::drawRecurrence(8).text);
}

// Words that some program among many must use: the vocabulary is drawn from.
TEST_F(Programs, UseTheVocabulary) {
  std::string recurrences, attentions;
  for (uint64_t seed = 0; seed < 600; ++seed) {
    recurrences += random::drawRecurrence(seed).text;
    attentions += random::drawAttention(seed).text;
  }
  for (const char *word :
       {"seq.substeps", "seq.rename", "seq.select", "seq.sigmoid", "seq.exp",
        "seq.tanh", "seq.softplus", "seq.max", "seq.sum", "chunk =", "-inf",
        "HK divides H", "unit =", "nonpositive", "fan_in", "x i32"})
    EXPECT_NE(recurrences.find(word), std::string::npos) << word;
  for (const char *word :
       {"\"softmax\"", "\"sink\"", "\"sigmoid\"", "\"relu\"", "\"none\"",
        "S = T", "seq.at", "seq.mod", "seq.floordiv", "seq.select", "seq.and",
        "seq.or", "seq.not", "seq.tanh", "sorted", "score(", "mask("})
    EXPECT_NE(attentions.find(word), std::string::npos) << word;
}
