//===- ThreadPool.h - The runtime's parallel for ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_THREADPOOL_H
#define SEQMIX_LIB_RUNTIME_THREADPOOL_H

#include <cstdint>

namespace seqmix::runtime {

/// seqmix_task and seqmix_parallel_for of docs/ABI.md.
using Task = void (*)(void *arg, int64_t index, int64_t worker);
using ParallelFor = void (*)(void *context, int64_t n, Task task, void *arg);

/// Lends OpenMP's threads to compiled entries.
class ThreadPool {
public:
  /// `threads` > 0, or 0 for OpenMP's default.
  explicit ThreadPool(int threads);

  int64_t getWorkers() const { return threads; }

  /// A ParallelFor whose context is a ThreadPool. Each thread takes the next
  /// index as soon as it is free: tasks may differ in length, and what a task
  /// computes does not depend on who runs it.
  static void run(void *context, int64_t n, Task task, void *arg);

private:
  int threads;
};

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_THREADPOOL_H
