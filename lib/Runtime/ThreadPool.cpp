//===- ThreadPool.cpp - The runtime's parallel for ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "ThreadPool.h"

#include <algorithm>
#include <omp.h>

using namespace seqmix::runtime;

ThreadPool::ThreadPool(int threads)
    : threads(threads > 0 ? threads : std::max(1, omp_get_max_threads())) {}

void ThreadPool::run(void *context, int64_t n, Task task, void *arg) {
  // A team may be smaller than asked for, never larger, so the number of a
  // thread is a number of a worker.
  int team = static_cast<int>(
      std::min<int64_t>(static_cast<const ThreadPool *>(context)->threads,
                        std::max<int64_t>(n, 1)));
#pragma omp parallel num_threads(team)
  {
    int64_t worker = omp_get_thread_num();
#pragma omp for schedule(dynamic, 1)
    for (int64_t index = 0; index < n; ++index)
      task(arg, index, worker);
  }
}
