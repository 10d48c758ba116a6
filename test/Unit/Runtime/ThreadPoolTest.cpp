//===- ThreadPoolTest.cpp - The parallel for ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "ThreadPool.h"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

using namespace seqmix::runtime;

namespace {

struct Seen {
  explicit Seen(int64_t n, int64_t workers)
      : calls(static_cast<size_t>(n)), busy(static_cast<size_t>(workers)) {}

  std::vector<std::atomic<int>> calls;
  std::vector<std::atomic<int>> busy;
  std::atomic<int> outOfRange = 0;
  std::atomic<int> shared = 0;
};

void visit(void *arg, int64_t index, int64_t worker) {
  Seen &seen = *static_cast<Seen *>(arg);
  if (worker < 0 || worker >= static_cast<int64_t>(seen.busy.size())) {
    ++seen.outOfRange;
    return;
  }
  size_t place = static_cast<size_t>(worker);
  if (seen.busy[place]++)
    ++seen.shared;
  std::this_thread::yield();
  ++seen.calls[static_cast<size_t>(index)];
  --seen.busy[place];
}

TEST(ThreadPool, EachIndexOnceWorkersInRangeAndNeverShared) {
  for (int threads : {1, 2, 4, 7})
    for (int64_t n : {0, 1, 3, 500}) {
      ThreadPool pool(threads);
      ASSERT_EQ(pool.getWorkers(), threads);
      Seen seen(n, threads);
      ThreadPool::run(&pool, n, visit, &seen);
      EXPECT_EQ(seen.outOfRange, 0);
      EXPECT_EQ(seen.shared, 0);
      for (const std::atomic<int> &calls : seen.calls)
        EXPECT_EQ(calls, 1);
    }
}

TEST(ThreadPool, DefaultHasAWorker) {
  EXPECT_GE(ThreadPool(0).getWorkers(), 1);
}

} // namespace
