//===- AbiTest.cpp - What docs/ABI.md promises
//-----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Harness.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/MemoryBuffer.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <thread>

using namespace seqmix::test;

namespace {

/// y = x + s row by row; s, then its row, is the state h = s.
const char *const text = R"mlir(
kernel.entry @entry attributes {operator_name = "add", sizes = ["T", "H", "HK"],
    params = {K = 20 : i64}, divides = {HK = "H"}, equals = {},
    arrays = [{name = "x", axes = ["T", "H", "K"], elem = f32},
              {name = "s", axes = ["H", "K"], elem = f32},
              {name = "y", axes = ["T", "H", "K"], elem = f32, result},
              {name = "h", axes = ["H", "K"], elem = f32, result, may_alias = "s"}],
    form = "sequential", require = {HK = 1 : i64}, product_type = f32} {
^bb0(%T: index, %H: index, %HK: index,
     %x: memref<?x?x20xf32, strided<[?, ?, 1]>>, %s: memref<?x20xf32, strided<[?, 1]>>,
     %y: memref<?x?x20xf32, strided<[?, ?, 1]>>, %h: memref<?x20xf32, strided<[?, 1]>>):
  kernel.parallel grid(%T, %H) {
  ^bb0(%t: index, %i: index, %near: memref<200xi8, #kernel.memory<near>>, %far: memref<256xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %av = memref.view %near[%c0][] : memref<200xi8, #kernel.memory<near>> to memref<32xf32, #kernel.memory<near>>
    %bv = memref.view %far[%c0][] : memref<256xi8, #kernel.memory<far>> to memref<32xf32, #kernel.memory<far>>
    %a = memref.subview %av[0] [20] [1] : memref<32xf32, #kernel.memory<near>> to memref<20xf32, strided<[1]>, #kernel.memory<near>>
    %b = memref.subview %bv[0] [20] [1] : memref<32xf32, #kernel.memory<far>> to memref<20xf32, strided<[1]>, #kernel.memory<far>>
    kernel.load %x[%t, %i, %c0] dims [2] into %a : memref<?x?x20xf32, strided<[?, ?, 1]>>, memref<20xf32, strided<[1]>, #kernel.memory<near>>
    kernel.load %s[%i, %c0] dims [1] into %b : memref<?x20xf32, strided<[?, 1]>>, memref<20xf32, strided<[1]>, #kernel.memory<far>>
    linalg.generic {indexing_maps = [affine_map<(d) -> (d)>, affine_map<(d) -> (d)>], iterator_types = ["parallel"]}
        ins(%b : memref<20xf32, strided<[1]>, #kernel.memory<far>>) outs(%a : memref<20xf32, strided<[1]>, #kernel.memory<near>>) {
    ^bb0(%p: f32, %q: f32):
      %r = arith.addf %p, %q : f32
      linalg.yield %r : f32
    }
    kernel.store %a into %y[%t, %i, %c0] dims [2] : memref<20xf32, strided<[1]>, #kernel.memory<near>>, memref<?x?x20xf32, strided<[?, ?, 1]>>
  }
  kernel.parallel grid(%H) {
  ^bb0(%i: index, %near: memref<128xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %b = memref.view %near[%c0][] : memref<128xi8, #kernel.memory<near>> to memref<20xf32, #kernel.memory<near>>
    kernel.load %s[%i, %c0] dims [1] into %b : memref<?x20xf32, strided<[?, 1]>>, memref<20xf32, #kernel.memory<near>>
    kernel.store %b into %h[%i, %c0] dims [1] : memref<20xf32, #kernel.memory<near>>, memref<?x20xf32, strided<[?, 1]>>
  }
}
)mlir";

/// Slots of the struct, in order.
enum Slot {
  T,
  H,
  HK,
  X,
  X0,
  X1,
  X2,
  S,
  S0,
  S1,
  Y,
  Y0,
  Y1,
  Y2,
  State,
  State0,
  State1,
  Workspace,
  WorkspaceBytes,
  Runner,
  Context,
  Workers
};

class Abi : public ::testing::Test {
protected:
  static constexpr int64_t kSlice = 256 + 256; // 200 → 256, and 256

  void SetUp() override {
    program = Program::compile(text, "all");
    ASSERT_TRUE(program);
    prepare(6, 4);
  }

  void prepare(int64_t t, int64_t h) {
    x.assign(t * h * 20, 0);
    s.assign(h * 20, 0);
    for (size_t i = 0; i < x.size(); ++i)
      x[i] = i % 91;
    for (size_t i = 0; i < s.size(); ++i)
      s[i] = i % 13;
    y.assign(x.size(), -1);
    state.assign(s.size(), -1);
    memory.assign(8 * kSlice + 64, 0);
    int64_t base = (reinterpret_cast<int64_t>(memory.data()) + 63) / 64 * 64;
    slots = {t,      h,  1, at(x),     h * 20, 20, 1,    at(s),  20, 1, at(y),
             h * 20, 20, 1, at(state), 20,     1,  base, kSlice, 0,  0, 1};
  }

  static int64_t at(std::vector<float> &data) {
    return reinterpret_cast<int64_t>(data.data());
  }

  int32_t with(std::vector<std::pair<Slot, int64_t>> changes) {
    std::vector<int64_t> changed = slots;
    for (auto [slot, value] : changes)
      changed[slot] = value;
    return program->call(changed);
  }

  void expectRight() {
    for (int64_t i = 0; i < static_cast<int64_t>(y.size()); ++i)
      ASSERT_EQ(y[i], x[i] + s[i % s.size()]) << i;
    EXPECT_EQ(state, s);
  }

  std::unique_ptr<Program> program;
  std::vector<float> x, s, y, state;
  std::vector<uint8_t> memory;
  std::vector<int64_t> slots;
};

TEST_F(Abi, Runs) {
  EXPECT_EQ(program->call(slots), 0);
  expectRight();
}

TEST_F(Abi, NullArguments) {
  std::vector<int64_t> none;
  // data() of an empty vector is null.
  EXPECT_EQ(program->call(none), 1);
  EXPECT_LT(program->workspace(none), 0);
}

TEST_F(Abi, Codes) {
  EXPECT_EQ(with({{T, -1}}), 2);
  EXPECT_EQ(with({{HK, 2}}), 2); // require
  EXPECT_EQ(with({{HK, 0}}), 2); // 0 does not divide 4
  EXPECT_EQ(with({{X, 0}}), 1);
  EXPECT_EQ(with({{State, 0}}), 1);
  EXPECT_EQ(with({{X2, 2}}), 3);
  EXPECT_EQ(with({{S0, -20}}), 3);
  EXPECT_EQ(with({{WorkspaceBytes, kSlice - 1}}), 4);
  EXPECT_EQ(with({{Workspace, 0}}), 4);
  EXPECT_EQ(with({{Y, slots[X]}}), 5);
  EXPECT_EQ(with({{Y, slots[X] + 4}}), 5);
  EXPECT_EQ(with({{Y, slots[X] - 4}}), 5);
  EXPECT_EQ(with({{State, slots[S] + 80}}), 5);
  EXPECT_EQ(with({{State, slots[Y]}}), 5);
  // Nothing was touched.
  EXPECT_TRUE(std::all_of(y.begin(), y.end(), [](float v) { return v == -1; }));
}

TEST_F(Abi, OrderOfChecks) {
  EXPECT_EQ(with({{T, -1}, {X, 0}, {X2, 2}, {Workspace, 0}}), 2);
  EXPECT_EQ(with({{X, 0}, {X2, 2}, {Workspace, 0}}), 1);
  EXPECT_EQ(with({{X2, 2}, {Workspace, 0}, {Y, slots[X]}}), 3);
  EXPECT_EQ(with({{Workspace, 0}, {Y, slots[X]}}), 4);
}

TEST_F(Abi, StateInPlace) {
  std::vector<float> before = s;
  EXPECT_EQ(with({{State, slots[S]}}), 0);
  EXPECT_EQ(s, before);
  // The same buffer under another layout is an overlap.
  EXPECT_EQ(with({{State, slots[S]}, {State0, 0}}), 5);
}

TEST_F(Abi, EmptySizes) {
  EXPECT_EQ(with({{T, 0}, {X, 0}, {Y, 0}}), 0);
  EXPECT_EQ(state, s);
  EXPECT_EQ(with({{H, 0}, {X, 0}, {Y, 0}, {S, 0}, {State, 0}}), 0);
}

TEST_F(Abi, WorkspaceQuery) {
  EXPECT_EQ(program->workspace(slots), kSlice);
  slots[Workers] = 8;
  EXPECT_EQ(program->workspace(slots), 8 * kSlice);
  slots[T] = -1;
  EXPECT_LT(program->workspace(slots), 0);
}

/// Calls tasks backwards on as many threads as `context` says.
void runBackwards(void *context, int64_t n,
                  void (*task)(void *, int64_t, int64_t), void *arg) {
  int64_t workers = *static_cast<int64_t *>(context);
  std::vector<std::thread> threads;
  threads.reserve(workers);
  for (int64_t worker = 0; worker < workers; ++worker)
    threads.emplace_back([=] {
      for (int64_t i = n - 1 - worker; i >= 0; i -= workers)
        task(arg, i, worker);
    });
  for (std::thread &thread : threads)
    thread.join();
}

TEST_F(Abi, ParallelFor) {
  for (int64_t workers : {1, 2, 5, 8}) {
    prepare(50, 7);
    EXPECT_EQ(with({{Runner, reinterpret_cast<int64_t>(&runBackwards)},
                    {Context, reinterpret_cast<int64_t>(&workers)},
                    {Workers, workers},
                    {WorkspaceBytes, workers * kSlice}}),
              0);
    expectRight();
    EXPECT_EQ(with({{Runner, reinterpret_cast<int64_t>(&runBackwards)},
                    {Context, reinterpret_cast<int64_t>(&workers)},
                    {Workers, workers + 1},
                    {WorkspaceBytes, workers * kSlice}}),
              4);
  }
}

TEST_F(Abi, Strides) {
  // Rows of x 32 apart, heads of y 24 apart.
  std::vector<float> wide(6 * 4 * 32, 7), apart(6 * 4 * 24, -1);
  for (int64_t i = 0; i < 24; ++i)
    std::copy_n(&x[i * 20], 20, &wide[i * 32]);
  EXPECT_EQ(with({{X, at(wide)},
                  {X0, 4 * 32},
                  {X1, 32},
                  {Y, at(apart)},
                  {Y0, 4 * 24},
                  {Y1, 24}}),
            0);
  for (int64_t i = 0; i < 24; ++i)
    for (int64_t k = 0; k < 24; ++k)
      ASSERT_EQ(apart[i * 24 + k],
                k < 20 ? x[i * 20 + k] + s[i % 4 * 20 + k] : -1);
}

TEST_F(Abi, Symbols) {
  // Two symbols out, none in.
  std::string bytes = program->object();
  auto buffer = llvm::MemoryBuffer::getMemBuffer(bytes, "entry.o", false);
  auto object = llvm::object::ObjectFile::createELFObjectFile(*buffer);
  ASSERT_TRUE(bool(object));
  std::set<std::string> defined, undefined;
  for (const llvm::object::SymbolRef &symbol : (*object)->symbols()) {
    uint32_t flags = llvm::cantFail(symbol.getFlags());
    if (!(flags & llvm::object::SymbolRef::SF_Global))
      continue;
    std::string name = llvm::cantFail(symbol.getName()).str();
    (flags & llvm::object::SymbolRef::SF_Undefined ? undefined : defined)
        .insert(name);
  }
  EXPECT_EQ(defined, (std::set<std::string>{"entry", "entry_workspace"}));
  EXPECT_EQ(undefined, (std::set<std::string>{}));
}

} // namespace
