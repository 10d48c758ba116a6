//===- CallTest.cpp - Checking and running through the C interface --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "TestFiles.h"
#include "seqmix/runtime.h"

#include <cmath>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

using namespace seqmix::test;

namespace {

/// The fake operator with B = 2, T = 3, H = 2, HK = 1, K = 4.
class Call : public testing::Test {
protected:
  void SetUp() override {
    std::string path = getInput("fake.json");
    ASSERT_EQ(seqmix_module_load(path.c_str(), &module, &error),
              SEQMIX_STATUS_OK)
        << error.message;
    ASSERT_EQ(seqmix_call_create(module, &call, &error), SEQMIX_STATUS_OK);
    library = dlopen(getInput("fake.so").c_str(), RTLD_NOW);
    ASSERT_NE(library, nullptr);
    std::iota(q.begin(), q.end(), 0.0f);
  }
  void TearDown() override {
    variable<int32_t>("fake_code") = 0;
    variable<int32_t>("fake_writes_nothing") = 0;
    variable<int64_t>("fake_workspace_answer") = -2;
    seqmix_call_destroy(call);
    seqmix_module_destroy(module);
    dlclose(library);
  }

  /// A variable of the fake operator.
  template <typename T> T &variable(const char *name) {
    return *static_cast<T *>(dlsym(library, name));
  }
  const uint64_t *lastSlots() { return &variable<uint64_t>("fake_last"); }

  seqmix_status set(const char *name, void *data, seqmix_dtype dtype,
                    std::vector<int64_t> shape,
                    std::vector<int64_t> strides = {}) {
    seqmix_array array = {data, dtype, static_cast<int32_t>(shape.size()),
                          shape.data(),
                          strides.empty() ? nullptr : strides.data()};
    return seqmix_call_set_array(call, name, &array, &error);
  }
  void setAll() {
    EXPECT_EQ(set("q", q.data(), SEQMIX_F32, {2, 3, 2, 4}), 0);
    EXPECT_EQ(set("k", k.data(), SEQMIX_BF16, {2, 3, 1, 4}), 0);
    EXPECT_EQ(set("g", g.data(), SEQMIX_F32, {2}), 0);
    EXPECT_EQ(set("c", &c, SEQMIX_F32, {}), 0);
    EXPECT_EQ(set("s0", s0.data(), SEQMIX_F32, {2, 4}), 0);
  }
  seqmix_status run(const char *entry = nullptr, int32_t threads = 1) {
    seqmix_run_options options = {};
    options.entry = entry;
    options.threads = threads;
    return seqmix_call_run(call, &options, &error);
  }
  seqmix_array get(const char *name) {
    seqmix_array array = {};
    EXPECT_EQ(seqmix_call_array(call, name, &array, &error), 0)
        << error.message;
    return array;
  }
  float oAt(int64_t row, int64_t h, int64_t i) {
    return static_cast<float *>(get("o").data)[(row * 2 + h) * 4 + i];
  }
  void expectResults() {
    for (int64_t row = 0; row < 6; ++row)
      for (int64_t h = 0; h < 2; ++h)
        for (int64_t i = 0; i < 4; ++i)
          EXPECT_EQ(oAt(row, h, i),
                    g[h] * q[(row * 2 + h) * 4 + i] + c + s0[row / 3 * 4 + i]);
  }

  seqmix_module *module = nullptr;
  seqmix_call *call = nullptr;
  void *library = nullptr;
  seqmix_error error = {};
  std::vector<float> q = std::vector<float>(48);
  std::vector<uint16_t> k = std::vector<uint16_t>(24);
  std::vector<float> g = {2, 3};
  std::vector<float> s0 = std::vector<float>(8, 5.0f);
  float c = 0.5f;
};

#define EXPECT_MESSAGE(PART)                                                   \
  EXPECT_NE(std::string(error.message).find(PART), std::string::npos)          \
      << error.message

TEST_F(Call, QueriesTheModule) {
  EXPECT_STREQ(seqmix_module_operator(module), "fake");
  EXPECT_STREQ(seqmix_module_target(module), "cpu");
  EXPECT_EQ(seqmix_module_num_sizes(module), 4u);
  EXPECT_STREQ(seqmix_module_size_name(module, 3), "HK");
  EXPECT_EQ(seqmix_module_size_name(module, 4), nullptr);
  int64_t value = 0;
  EXPECT_EQ(seqmix_module_param(module, "K", &value, &error), 0);
  EXPECT_EQ(value, 4);
  EXPECT_NE(seqmix_module_param(module, "V", &value, &error), 0);
  seqmix_array_info info;
  ASSERT_EQ(seqmix_module_operand_info(module, 1, &info, &error), 0);
  EXPECT_STREQ(info.name, "k");
  EXPECT_EQ(info.dtype, SEQMIX_BF16);
  ASSERT_EQ(info.rank, 4);
  EXPECT_STREQ(info.axes[2], "HK");
  ASSERT_EQ(seqmix_module_result_info(module, 1, &info, &error), 0);
  EXPECT_STREQ(info.may_alias, "s0");
  EXPECT_EQ(seqmix_module_result_info(module, 2, &info, &error),
            SEQMIX_STATUS_INVALID_ARGUMENT);
  seqmix_entry_info entry;
  ASSERT_EQ(seqmix_module_num_entries(module), 2u);
  ASSERT_EQ(seqmix_module_entry_info(module, 1, &entry, &error), 0);
  EXPECT_STREQ(entry.form, "step");
}

TEST_F(Call, SlotsAreLaidOutAsDocumented) {
  setAll();
  ASSERT_EQ(run(nullptr, 3), 0) << error.message;
  seqmix_array o = get("o"), s = get("s");
  auto address = [](const void *pointer) {
    return reinterpret_cast<uint64_t>(pointer);
  };
  std::vector<uint64_t> expected = {
      2,
      3,
      2,
      1, // B T H HK
      address(q.data()),
      24,
      8,
      4,
      1, // q
      address(k.data()),
      12,
      4,
      4,
      1, // k
      address(g.data()),
      1,           // g
      address(&c), // c, a scalar
      address(s0.data()),
      4,
      1, // s0
      address(o.data),
      24,
      8,
      4,
      1, // o
      address(s.data),
      4,
      1, // s
  };
  std::vector<uint64_t> found(lastSlots(), lastSlots() + expected.size());
  EXPECT_EQ(found, expected);
  const uint64_t *rest = lastSlots() + expected.size();
  EXPECT_NE(rest[0], 0u);
  EXPECT_EQ(rest[0] % 64, 0u);
  EXPECT_EQ(rest[1], 3u * 64);
  EXPECT_NE(rest[2], 0u);
  EXPECT_EQ(rest[4], 3u);
  expectResults();
}

TEST_F(Call, OneThreadIsSerial) {
  setAll();
  ASSERT_EQ(run(nullptr, 1), 0) << error.message;
  const uint64_t *rest = lastSlots() + 28;
  EXPECT_EQ(rest[2], 0u);
  EXPECT_EQ(rest[4], 1u);
  expectResults();
}

TEST_F(Call, WorkersAreInRangeAndNeverShared) {
  setAll();
  for (int threads : {2, 5}) {
    variable<int64_t>("fake_tasks") = 0;
    ASSERT_EQ(run(nullptr, threads), 0) << error.message;
    EXPECT_EQ(variable<int64_t>("fake_tasks"), 6);
  }
  EXPECT_EQ(variable<int64_t>("fake_bad_workers"), 0);
  EXPECT_EQ(variable<int64_t>("fake_shared_workers"), 0);
  expectResults();
}

TEST_F(Call, StridesReachTheEntry) {
  setAll();
  // q of [B, T, H, K] in memory of [B, H, T, 5].
  std::vector<float> wide(2 * 2 * 3 * 5, -1.0f);
  std::vector<int64_t> strides = {30, 5, 15, 1};
  for (int64_t i = 0; i < 48; ++i)
    wide[i / 24 * 30 + i / 8 % 3 * 5 + i / 4 % 2 * 15 + i % 4] = q[i];
  ASSERT_EQ(set("q", wide.data(), SEQMIX_F32, {2, 3, 2, 4}, strides), 0);
  ASSERT_EQ(run(), 0) << error.message;
  expectResults();
}

TEST_F(Call, UnwrittenResultsShow) {
  setAll();
  variable<int32_t>("fake_writes_nothing") = 1;
  ASSERT_EQ(run(), 0);
  EXPECT_TRUE(std::isnan(oAt(0, 0, 0)));
  // A bound result is the caller's.
  std::vector<float> own(48, 7.0f);
  ASSERT_EQ(set("o", own.data(), SEQMIX_F32, {2, 3, 2, 4}), 0);
  ASSERT_EQ(run(), 0);
  EXPECT_EQ(own[0], 7.0f);
}

TEST_F(Call, StateInPlaceButNoOtherOverlap) {
  setAll();
  ASSERT_EQ(set("s", s0.data(), SEQMIX_F32, {2, 4}), 0);
  ASSERT_EQ(run(), 0) << error.message;
  EXPECT_EQ(s0[0], 6.0f);
  std::vector<float> shifted(9);
  ASSERT_EQ(set("s0", shifted.data(), SEQMIX_F32, {2, 4}), 0);
  ASSERT_EQ(set("s", shifted.data() + 1, SEQMIX_F32, {2, 4}), 0);
  EXPECT_EQ(run(), SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("result 's' overlaps operand 's0'");
  ASSERT_EQ(set("s0", s0.data(), SEQMIX_F32, {2, 4}), 0);
  ASSERT_EQ(set("s", q.data(), SEQMIX_F32, {2, 4}), 0);
  EXPECT_EQ(run(), SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("result 's' overlaps operand 'q'");
}

TEST_F(Call, AxesMustAgree) {
  setAll();
  ASSERT_EQ(set("k", k.data(), SEQMIX_BF16, {2, 2, 1, 4}), 0);
  EXPECT_EQ(run(), SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("expected T = 3 (operand 'q', axis 1 (T) of (2, 3, 2, 4)), "
                 "found 2 (operand 'k', axis 1 (T) of (2, 2, 1, 4))");
}

TEST_F(Call, RulesAndRequirements) {
  setAll();
  std::vector<uint16_t> wide(72);
  ASSERT_EQ(set("k", wide.data(), SEQMIX_BF16, {2, 3, 3, 4}), 0);
  EXPECT_EQ(run(), SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("expected HK divides H, found HK = 3 (operand 'k'");
  setAll();
  EXPECT_EQ(run("step"), SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("the entry 'step' expects T = 1, found T = 3");
  EXPECT_EQ(run("split"), SEQMIX_STATUS_INVALID_ARGUMENT);
  EXPECT_MESSAGE("no entry 'split'");
}

TEST_F(Call, ArraysThatDoNotFit) {
  EXPECT_EQ(set("q", q.data(), SEQMIX_F16, {2, 3, 2, 4}),
            SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("operand 'q': expected elements f32, found f16");
  EXPECT_EQ(set("q", q.data(), SEQMIX_F32, {6, 2, 4}), SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("expected 4 axes [B, T, H, K] f32, found 3 (6, 2, 4)");
  EXPECT_EQ(set("q", q.data(), SEQMIX_F32, {2, 3, 1, 8}),
            SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("expected K = 4 (a parameter of the compiled operator), "
                 "found 8 (operand 'q', axis 3 (K)");
  EXPECT_EQ(set("q", q.data(), SEQMIX_F32, {2, 3, 2, 4}, {24, 8, 4, 2}),
            SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("expected strides");
  EXPECT_EQ(set("q", q.data(), SEQMIX_F32, {2, 3, 2, 4}, {-24, 8, 4, 1}),
            SEQMIX_STATUS_MISMATCH);
  EXPECT_EQ(set("q", q.data(), SEQMIX_F32, {2, -3, 2, 4}),
            SEQMIX_STATUS_MISMATCH);
  EXPECT_EQ(set("q", nullptr, SEQMIX_F32, {2, 3, 2, 4}),
            SEQMIX_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(set("q", reinterpret_cast<char *>(q.data()) + 2, SEQMIX_F32,
                {1, 1, 1, 4}),
            SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("aligned to 4 bytes");
  int64_t huge = int64_t(1) << 40;
  EXPECT_EQ(set("q", q.data(), SEQMIX_F32, {huge, huge, 2, 4}),
            SEQMIX_STATUS_MISMATCH);
  EXPECT_EQ(set("q", q.data(), SEQMIX_F32, {2, 3, 2, 4}, {INT64_MAX, 8, 4, 1}),
            SEQMIX_STATUS_MISMATCH);
  EXPECT_EQ(set("x", q.data(), SEQMIX_F32, {1}),
            SEQMIX_STATUS_INVALID_ARGUMENT);
  EXPECT_MESSAGE("fake has no operand or result 'x'; it has q, k, g, c, s0, o");
}

TEST_F(Call, MissingOperandsAreNamed) {
  ASSERT_EQ(set("q", q.data(), SEQMIX_F32, {2, 3, 2, 4}), 0);
  ASSERT_EQ(set("c", &c, SEQMIX_F32, {}), 0);
  EXPECT_EQ(run(), SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("fake: not set: operand 'k' [B, T, HK, K] bf16; operand 'g' "
                 "[H] f32; operand 's0' [B, K] f32");
  EXPECT_EQ(seqmix_call_set_array(call, "c", nullptr, &error), 0);
  EXPECT_EQ(run(), SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("operand 'c' [] f32");
}

TEST_F(Call, EmptySequence) {
  setAll();
  ASSERT_EQ(set("q", nullptr, SEQMIX_F32, {2, 0, 2, 4}), 0);
  ASSERT_EQ(set("k", nullptr, SEQMIX_BF16, {2, 0, 1, 4}), 0);
  ASSERT_EQ(run(nullptr, 2), 0) << error.message;
  EXPECT_EQ(static_cast<float *>(get("s").data)[7], 6.0f);
}

TEST_F(Call, CodesOfEntriesAreExplained) {
  setAll();
  variable<int32_t>("fake_code") = 5;
  EXPECT_EQ(run(), SEQMIX_STATUS_ENTRY);
  EXPECT_MESSAGE("seqmix_fake returned 5, SEQMIX_OVERLAP");
  variable<int32_t>("fake_code") = 6;
  EXPECT_EQ(run(), SEQMIX_STATUS_UNSUPPORTED);
  variable<int32_t>("fake_code") = 77;
  EXPECT_EQ(run(), SEQMIX_STATUS_ENTRY);
  variable<int32_t>("fake_code") = 0;
  variable<int64_t>("fake_workspace_answer") = -1;
  EXPECT_EQ(run(), SEQMIX_STATUS_ENTRY);
  EXPECT_MESSAGE("seqmix_fake_workspace returned -1");
  variable<int64_t>("fake_workspace_answer") = INT64_MAX / 2;
  EXPECT_EQ(run(), SEQMIX_STATUS_OUT_OF_MEMORY);
}

TEST_F(Call, DrawsAtDefaultAndGivenSizes) {
  ASSERT_EQ(seqmix_call_set_size(call, "T", 5, &error), 0);
  ASSERT_EQ(seqmix_call_default_sizes(call, "main", &error), 0);
  ASSERT_EQ(seqmix_call_draw(call, 1, &error), 0) << error.message;
  double times[3] = {-1, -1, -1};
  seqmix_run_options options = {};
  options.repeat = 3;
  options.milliseconds = times;
  ASSERT_EQ(seqmix_call_run(call, &options, &error), 0) << error.message;
  for (double time : times)
    EXPECT_GE(time, 0.0);
  int64_t value = 0;
  for (auto [name, expected] : {std::pair("B", 1), {"T", 5}, {"HK", 4}}) {
    ASSERT_EQ(seqmix_call_size(call, name, &value, &error), 0);
    EXPECT_EQ(value, expected);
  }
  // Other sizes, drawn anew.
  ASSERT_EQ(seqmix_call_set_size(call, "T", 6, &error), 0);
  EXPECT_EQ(run(), SEQMIX_STATUS_MISMATCH);
  ASSERT_EQ(seqmix_call_draw(call, 1, &error), 0);
  EXPECT_EQ(run(), 0) << error.message;
  EXPECT_EQ(seqmix_call_set_size(call, "K", 6, &error),
            SEQMIX_STATUS_INVALID_ARGUMENT);
  EXPECT_MESSAGE("no run-time size 'K'; it has B, T, H, HK");
}

TEST_F(Call, StepDefaultsToOneToken) {
  ASSERT_EQ(seqmix_call_default_sizes(call, "step", &error), 0);
  ASSERT_EQ(seqmix_call_draw(call, 1, &error), 0);
  EXPECT_EQ(run("step"), 0) << error.message;
  EXPECT_EQ(lastSlots()[1], 1u);
  EXPECT_EQ(lastSlots()[28], 0u) << "no workspace is needed";
}

TEST_F(Call, Files) {
  TemporaryFolder folder;
  setAll();
  ASSERT_EQ(run(), 0);
  std::vector<float> before(static_cast<float *>(get("o").data),
                            static_cast<float *>(get("o").data) + 48);
  for (const char *name : {"q", "k", "o"})
    ASSERT_EQ(
        seqmix_call_write_npy(call, name, (folder / name).c_str(), &error), 0);
  ASSERT_EQ(seqmix_call_read_npy(call, "q", (folder / "q").c_str(), &error), 0)
      << error.message;
  ASSERT_EQ(seqmix_call_read_npy(call, "k", (folder / "k").c_str(), &error), 0);
  ASSERT_EQ(run(), 0) << error.message;
  EXPECT_EQ(std::vector<float>(static_cast<float *>(get("o").data),
                               static_cast<float *>(get("o").data) + 48),
            before);
  EXPECT_EQ(seqmix_call_read_npy(call, "k", (folder / "q").c_str(), &error),
            SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("operand 'k': ");
  EXPECT_EQ(seqmix_call_read_npy(call, "o", (folder / "o").c_str(), &error),
            SEQMIX_STATUS_INVALID_ARGUMENT);
  // The file is named when its axes disagree with another's.
  ASSERT_EQ(set("s0", s0.data(), SEQMIX_F32, {1, 4}), 0);
  EXPECT_EQ(run(), SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE(folder / "q");
  // And no longer once it is replaced.
  setAll();
  ASSERT_EQ(set("s0", s0.data(), SEQMIX_F32, {1, 4}), 0);
  EXPECT_EQ(run(), SEQMIX_STATUS_MISMATCH);
  EXPECT_MESSAGE("operand 'q', axis 0");
}

TEST_F(Call, NullPointersAreRefused) {
  EXPECT_EQ(seqmix_module_load(nullptr, &module, nullptr),
            SEQMIX_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(seqmix_call_run(nullptr, nullptr, &error),
            SEQMIX_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(seqmix_call_set_array(call, nullptr, nullptr, &error),
            SEQMIX_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(seqmix_module_num_sizes(nullptr), 0u);
  seqmix_call_destroy(nullptr);
  seqmix_module_destroy(nullptr);
}

TEST(Load, MissingLibraryAndSymbols) {
  TemporaryFolder folder;
  std::string text = readText(getInput("fake.json"));
  writeText(folder / "fake.json", text);
  seqmix_module *module = nullptr;
  seqmix_error error;
  EXPECT_EQ(seqmix_module_load((folder / "fake.json").c_str(), &module, &error),
            SEQMIX_STATUS_FILE);
  EXPECT_EQ(module, nullptr);
  EXPECT_MESSAGE("cannot load its library");
  std::filesystem::copy(getInput("fake.so"), folder / "fake.so");
  writeText(folder / "fake.json",
            replaced(text, "seqmix_fake_step", "seqmix_fake_leap"));
  EXPECT_EQ(seqmix_module_load((folder / "fake.json").c_str(), &module, &error),
            SEQMIX_STATUS_FILE);
  EXPECT_MESSAGE("expected the symbol seqmix_fake_leap, found none");
}

} // namespace
