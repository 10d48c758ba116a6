//===- ManifestTest.cpp - Good and bad manifests --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Manifest.h"
#include "TestFiles.h"

#include <gtest/gtest.h>

using namespace seqmix::runtime;
using namespace seqmix::test;

namespace {

std::string goodText() { return readText(getInput("fake.json")); }

/// The message for the good manifest with one change.
std::string failureOf(const std::string &from, const std::string &to) {
  Manifest manifest;
  Error error =
      parseManifest(replaced(goodText(), from, to), "dir/fake.json", manifest);
  EXPECT_EQ(error.getCode(), SEQMIX_STATUS_MANIFEST) << from << " -> " << to;
  return error.getMessage();
}

#define EXPECT_CONTAINS(TEXT, PART)                                            \
  EXPECT_NE((TEXT).find(PART), std::string::npos) << (TEXT)

TEST(Manifest, ReadsAllFields) {
  Manifest manifest;
  Error error = parseManifest(goodText(), "dir/fake.json", manifest);
  ASSERT_FALSE(error) << error.getMessage();
  EXPECT_EQ(manifest.folder, "dir/");
  EXPECT_EQ(manifest.library, "fake.so");
  EXPECT_EQ(manifest.sizes, (std::vector<std::string>{"B", "T", "H", "HK"}));
  ASSERT_EQ(manifest.operands.size(), 5u);
  EXPECT_EQ(manifest.operands[1].str(), "[B, T, HK, K] bf16");
  EXPECT_EQ(manifest.operands[3].str(), "[] f32");
  EXPECT_EQ(manifest.operands[0].domain->axis, 3u);
  EXPECT_EQ(manifest.results[1].mayAlias, "s0");
  EXPECT_EQ(manifest.rules[0].str(), "HK divides H");
  EXPECT_EQ(manifest.entries[0].workspace.str(), "mul(64, workers)");
  EXPECT_EQ(manifest.entries[1].require[0].second, 1);
}

TEST(Manifest, FindsEntries) {
  Manifest manifest;
  ASSERT_FALSE(parseManifest(goodText(), "fake.json", manifest));
  EXPECT_EQ(manifest.folder, "./");
  for (const char *name : {"", "main", "chunkwise", "seqmix_fake"}) {
    const Entry *entry = nullptr;
    ASSERT_FALSE(manifest.findEntry(name, entry)) << name;
    EXPECT_EQ(entry, &manifest.entries[0]);
  }
  for (const char *name : {"step", "seqmix_fake_step"}) {
    const Entry *entry = nullptr;
    ASSERT_FALSE(manifest.findEntry(name, entry)) << name;
    EXPECT_EQ(entry, &manifest.entries[1]);
  }
  const Entry *entry = nullptr;
  std::string message = manifest.findEntry("split", entry).getMessage();
  EXPECT_CONTAINS(message, "no entry 'split'");
  EXPECT_CONTAINS(message, "seqmix_fake_step (step)");
}

TEST(Manifest, DerivedSizesAndAxesWithOffsets) {
  Manifest manifest;
  std::string text =
      replaced(replaced(goodText(), R"([{"divides": ["HK", "H"]}])",
                        R"([{"divides": ["S", "H"]}, {"equal": ["S", "T"]}])"),
               R"(["B", "T", "HK", "K"])", R"([{"add": ["B", 1]}, "S", 4])");
  Error error = parseManifest(text, "fake.json", manifest);
  ASSERT_FALSE(error) << error.getMessage();
  EXPECT_TRUE(manifest.isDerived("S"));
  EXPECT_EQ(manifest.operands[1].str(), "[B + 1, S, 4] bf16");
}

TEST(Manifest, MessagesSayWhereAndWhat) {
  EXPECT_EQ(failureOf(R"("abi": 1)", R"("abi": 2)"),
            "dir/fake.json: abi: expected ABI version 1, found 2; use the "
            "runtime of the compiler that wrote it");
  EXPECT_EQ(failureOf(R"("elem": "bf16")", R"("elem": "f64")"),
            "dir/fake.json: operands[1].elem: expected \"f32\", \"bf16\", "
            "\"f16\" or \"i32\", found \"f64\"");
  EXPECT_EQ(failureOf(R"("operator")", R"("operater")"),
            "dir/fake.json: expected a field 'operator', found none");
  EXPECT_CONTAINS(failureOf(R"("target": "cpu")", R"("target": "tpu")"),
                  "target: expected \"cpu\" or \"cuda\", found \"tpu\"");
  EXPECT_CONTAINS(failureOf(R"(["H"])", R"(["Q"])"),
                  "operands[2].axes[0]: expected a size");
  EXPECT_CONTAINS(failureOf(R"("name": "k")", R"("name": "q")"), "is taken");
  EXPECT_CONTAINS(failureOf(R"("HK"],)", R"("B"],)"), "is taken");
  EXPECT_CONTAINS(failureOf(R"("HK"],)", R"("workers"],)"), "is taken");
  EXPECT_CONTAINS(failureOf(R"("fake.so")", R"("../fake.so")"),
                  "library: expected the name of a file beside the manifest");
  EXPECT_CONTAINS(failureOf(R"("axis": "K")", R"("axis": "Q")"),
                  "domain.axis: expected an axis of 'q'");
  for (const char *of : {R"("x")", R"("c")", R"("q")"})
    EXPECT_CONTAINS(
        failureOf(R"("high": 0.5)", std::string(R"("high": 0.5, "of": )") + of),
        "operands[3].domain.of: expected an operand of real numbers before "
        "'c', with no axes but its own, found ");
  EXPECT_CONTAINS(failureOf(R"("may_alias": "s0")", R"("may_alias": "o")"),
                  "expected the name of an operand");
  EXPECT_CONTAINS(failureOf(R"({"T": 1})", R"({"K": 1})"),
                  "entries[1].require.K");
  EXPECT_CONTAINS(failureOf(R"({"T": 1})", R"({"T": 1.5})"),
                  "expected an integer, found 1.5");
  EXPECT_CONTAINS(failureOf(R"({"K": 4})", R"({"K": 18446744073709551615})"),
                  "expected an integer of 64 bits");
  EXPECT_CONTAINS(failureOf(R"("mul")", R"("pow")"), "one of the operations");
  EXPECT_CONTAINS(failureOf(R"("K": 4)", R"("K": 1e999)"), "fake.json");
  EXPECT_CONTAINS(failureOf("abi\": 1,", "abi\": 1;"),
                  "expected JSON, found a syntax error at byte ");
}

TEST(Manifest, DeepNestingIsRefusedNotFollowed) {
  for (const char *place : {R"({"mul": [64, "workers"]})", R"("cpu")"}) {
    std::string deep;
    for (int i = 0; i < 100000; ++i)
      deep += R"({"add": [)";
    deep += "1";
    for (int i = 0; i < 100000; ++i)
      deep += "]}";
    failureOf(place, deep);
  }
}

TEST(Manifest, NoTruncationOrChangedByteCrashes) {
  std::string text = goodText();
  Manifest manifest;
  size_t end = text.find_last_of('}');
  for (size_t length = 0; length <= end; ++length)
    EXPECT_TRUE(parseManifest(text.substr(0, length), "m", manifest));
  for (size_t i = 0; i <= end; ++i)
    for (char c : {'\0', '"', '[', '}', '9', '-', '\xff'}) {
      std::string changed = text;
      changed[i] = c;
      (void)bool(parseManifest(changed, "m", manifest));
    }
}

TEST(Manifest, EachFieldOfEachOtherTypeIsSafe) {
  // Replaces every value that follows a colon or starts an element.
  std::string text = goodText();
  Manifest manifest;
  for (const char *other :
       {"null", "true", "-1", "1e300", "\"\"", "\"\\u0000\"", "[]", "{}",
        "[[]]", "{\"add\": []}", "{\"div\": [1]}"})
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '"' && !std::isdigit(static_cast<unsigned char>(text[i])))
        continue;
      size_t end = text[i] == '"' ? text.find('"', i + 1) + 1 : i + 1;
      std::string changed = text.substr(0, i) + other + text.substr(end);
      (void)bool(parseManifest(changed, "m", manifest));
      i = end;
    }
}

TEST(Manifest, MissingFile) {
  Manifest manifest;
  Error error = readManifest("/nonexistent/x.json", manifest);
  EXPECT_EQ(error.getCode(), SEQMIX_STATUS_FILE);
  EXPECT_CONTAINS(error.getMessage(), "/nonexistent/x.json: cannot read");
  EXPECT_CONTAINS(readManifest("/", manifest).getMessage(),
                  "not a regular file");
}

} // namespace
