//===- CudaModuleTest.cpp - Launching through a CUDA driver ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Executable.h"
#include "TestFiles.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

using namespace seqmix::runtime;
using namespace seqmix::test;

namespace {

constexpr const char *text = R"({
  "abi": 1, "operator": "fake", "target": "cuda", "params": {"K": 2},
  "sizes": ["B"],
  "operands": [{"name": "x", "axes": ["B", "K"], "elem": "f32"}],
  "results": [{"name": "y", "axes": ["B", "K"], "elem": "f32"}],
  "ptx": "fake.ptx", "cubin": "fake.cubin",
  "entries": [{"symbol": "seqmix_fake", "form": "chunkwise",
    "workspace": {"mul": ["B", 16, "workers"]},
    "launches": [
      {"kernel": "first", "grid": ["B", {"ceildiv": ["K", 4]}, 1],
       "block": [128, 1, 1], "shared": 65536},
      {"kernel": "second", "grid": ["B", 1, 0], "block": [1, 1, 1], "shared": 0}
    ]}]
})";

// The layout of the fake driver's record of a launch.
struct Launched {
  unsigned grid[3], block[3], shared;
  uint64_t parameters[64];
};

/// y = x + 1, where y has the poison of results.
void addOne(const uint64_t *parameters) {
  int64_t rows = static_cast<int64_t>(parameters[0]);
  const float *x = reinterpret_cast<const float *>(parameters[1]);
  float *y = reinterpret_cast<float *>(parameters[4]);
  for (int64_t i = 0; i + 1 < rows * 2; ++i)
    if (y[i] != y[i])
      y[i] = x[i] + 1;
}

class Cuda : public testing::Test {
protected:
  void SetUp() override {
    driver = dlopen(driverPath.c_str(), RTLD_NOW);
    ASSERT_NE(driver, nullptr);
    variable<int>("fake_num_parameters") = 9;
    variable<int>("fake_launches") = 0;
    variable<int>("fake_shared_attribute") = 0;
    variable<void (*)(const uint64_t *)>("fake_kernel") = addOne;
    writeText(folder / "fake.cubin", "wrong architecture");
    writeText(folder / "fake.ptx", "good");
    ASSERT_FALSE(parseManifest(text, folder / "fake.json", manifest));
  }
  template <typename T> T &variable(const char *name) {
    return *static_cast<T *>(dlsym(driver, name));
  }
  Error load() { return loadCUDA(manifest, driverPath.c_str(), module); }

  std::string driverPath = getInput("libfakecuda.so");
  void *driver = nullptr;
  TemporaryFolder folder;
  Manifest manifest;
  std::unique_ptr<Executable> module;
};

TEST_F(Cuda, AbsentDriver) {
  Error error = loadCUDA(manifest, "libno-such-cuda.so.1", module);
  EXPECT_EQ(error.getCode(), SEQMIX_STATUS_UNSUPPORTED);
  EXPECT_NE(
      error.getMessage().find("no CUDA driver found: libno-such-cuda.so.1"),
      std::string::npos)
      << error.getMessage();
}

TEST_F(Cuda, FallsBackToPTXAndReportsItsLog) {
  Error error = load();
  ASSERT_FALSE(error) << error.getMessage();
  module.reset();
  writeText(folder / "fake.ptx", "bad");
  std::string message = load().getMessage();
  EXPECT_NE(message.find("CUDA_ERROR_NO_BINARY_FOR_GPU"), std::string::npos);
  EXPECT_NE(message.find("ptxas: line 3; unknown"), std::string::npos);
  EXPECT_EQ(variable<int>("fake_contexts"), 0);
}

TEST_F(Cuda, MissingKernel) {
  manifest.entries[0].launches[1].kernel = "absent";
  std::string message = load().getMessage();
  EXPECT_NE(message.find("the kernel absent"), std::string::npos) << message;
}

TEST_F(Cuda, LaunchesWithSlotsAsParameters) {
  ASSERT_FALSE(load());
  Sizes sizes(manifest);
  ASSERT_FALSE(sizes.bind("B", 3, "test"));
  // Rows of 2 in a pitch of 5 and of 3.
  std::vector<float> x = {1, 2, 0, 0, 0, 3, 4, 0, 0, 0, 5, 6};
  std::vector<float> y(9, -1.0f);
  double milliseconds = 0;
  Invocation invocation{manifest, manifest.entries[0], sizes, {}, 0,
                        1,        &milliseconds};
  invocation.arrays = {
      {&manifest.operands[0], x.data(), Layout{{3, 2}, {5, 1}}},
      {&manifest.results[0], y.data(), Layout{{3, 2}, {3, 1}}}};
  Error error = module->run(invocation);
  ASSERT_FALSE(error) << error.getMessage();
  EXPECT_EQ(milliseconds, 1.5);
  EXPECT_EQ(std::vector<float>(y.begin(), y.begin() + 7),
            (std::vector<float>{2, 3, -1, 4, 5, -1, 6}));
  EXPECT_TRUE(y[7] != y[7]) << "the element that was not written shows";
  EXPECT_EQ(y[8], -1.0f);

  EXPECT_EQ(variable<int>("fake_launches"), 1) << "an empty grid is no launch";
  Launched last = variable<Launched>("fake_last_launch");
  EXPECT_EQ(last.grid[0], 3u);
  EXPECT_EQ(last.grid[1], 1u);
  EXPECT_EQ(last.block[0], 128u);
  EXPECT_EQ(last.shared, 65536u);
  EXPECT_EQ(variable<int>("fake_shared_attribute"), 65536);
  // B; x and its strides; y and its strides; workspace and its bytes.
  EXPECT_EQ(last.parameters[0], 3u);
  EXPECT_EQ(last.parameters[2], 2u);
  EXPECT_EQ(last.parameters[3], 1u);
  EXPECT_EQ(last.parameters[5], 2u);
  EXPECT_NE(last.parameters[7], 0u);
  EXPECT_EQ(last.parameters[8], 48u);
  EXPECT_EQ(variable<int>("fake_live_allocations"), 0);
  module.reset();
  EXPECT_EQ(variable<int>("fake_contexts"), 0);
}

} // namespace
