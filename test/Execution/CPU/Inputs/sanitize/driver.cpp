// Runs an instrumented operator (plan.h says which) on arrays of exactly its
// sizes, serially and by a parallel-for on 2 and on 7 plain threads; the bytes
// of all runs must be the same.
//   driver [runs=N]           N more runs on 7 threads (default 1)
//   driver short=NAME         array NAME has one element too few
//   driver share              two threads are given the same worker index
//   driver twice              every task is given to two threads
// The last three break the contract: a sanitizer must stop them.
#include "plan.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

const int64_t elemBytes[] = {4, 2, 2, 4};

uint64_t state = 88172645463325252u;
double uniform() {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return double(state >> 11) * 0x1p-53;
}
double normal() {
  double sum = -6;
  for (int i = 0; i < 12; ++i)
    sum += uniform();
  return sum;
}

void store(char *at, int elem, double value) {
  if (elem == PLAN_I32) {
    int32_t number = int32_t(value);
    std::memcpy(at, &number, 4);
  } else if (elem == PLAN_F16) {
    _Float16 number = _Float16(value);
    std::memcpy(at, &number, 2);
  } else {
    float number = float(value);
    // bf16 is the upper half.
    int64_t bytes = elemBytes[elem];
    std::memcpy(at, reinterpret_cast<char *>(&number) + 4 - bytes, bytes);
  }
}

using Drawn = std::map<std::string, std::vector<double>>;

void draw(const plan_array &a, char *data, int64_t count, Drawn &drawn) {
  std::vector<double> &values = drawn[a.name];
  values.resize(count);
  for (double &x : values)
    x = a.kind == PLAN_RANGE ? a.low + (a.high - a.low) * uniform()
        : a.kind == PLAN_INTEGER
            ? std::floor(a.low + (a.high - a.low) * uniform())
        : a.kind == PLAN_NONPOSITIVE ? std::log(1 - uniform())
        : a.kind == PLAN_NORMAL      ? a.low + a.high * normal()
                                     : normal();
  if (a.kind == PLAN_UNIT)
    for (int64_t i = 0; i + a.row <= count; i += a.row) {
      double squares = 0;
      for (int64_t k = 0; k < a.row; ++k)
        squares += values[i + k] * values[i + k];
      for (int64_t k = 0; k < a.row; ++k)
        values[i + k] /= std::sqrt(squares);
    }
  for (int64_t i = 0; a.of && i < count; ++i)
    values[i] *= drawn[a.of][i];
  for (int64_t i = 0; i < count; ++i)
    store(data + i * elemBytes[a.elem], a.elem, values[i]);
}

struct Threads {
  int count;
  bool share, twice;
};

// Each thread takes every count-th task: no atomics, which would order them.
void parallelFor(void *context, int64_t n, plan_task task, void *arg) {
  const Threads &threads = *static_cast<Threads *>(context);
  std::vector<std::thread> running;
  for (int t = 0; t < threads.count; ++t)
    running.emplace_back([=, &threads] {
      int64_t worker = threads.share ? 0 : t;
      int64_t step = threads.twice ? 1 : threads.count;
      for (int64_t i = threads.twice ? 0 : t; i < n; i += step)
        task(arg, i, worker);
    });
  for (std::thread &thread : running)
    thread.join();
}

struct Run {
  Threads threads{0, false, false};
  bool inPlace = false;
  std::string shortened;
};

using Results = std::map<std::string, std::vector<char>>;

// One call on fresh buffers, each a malloc of its own of exactly its size.
Results call(const Run &run, bool step) {
  state = 88172645463325252u;
  plan_begin(step);
  std::map<std::string, char *> buffers;
  std::map<std::string, int64_t> bytes;
  Drawn drawn;
  for (int i = 0; i < plan_array_count; ++i) {
    const plan_array &a = plan_arrays[i];
    bytes[a.name] = a.count * elemBytes[a.elem];
    if (run.inPlace && a.alias) {
      *a.place = buffers[a.alias];
      continue;
    }
    int64_t count = a.count - (run.shortened == a.name);
    char *data = static_cast<char *>(std::malloc(count * elemBytes[a.elem]));
    buffers[a.name] = data;
    if (a.is_result)
      std::memset(data, 0xA5, count * elemBytes[a.elem]);
    else
      draw(a, data, count, drawn);
    *a.place = data;
  }
  int64_t workers = std::max(run.threads.count, 1);
  int64_t size = plan_workspace_bytes(workers);
  void *workspace = nullptr;
  if (size < 0 || posix_memalign(&workspace, 64, size)) {
    std::printf("FAILED: no workspace of %lld bytes\n", (long long)size);
    std::exit(2);
  }
  Threads threads = run.threads;
  int32_t code =
      plan_run(workspace, size, threads.count ? parallelFor : nullptr, &threads,
               workers);
  if (code) {
    std::printf("FAILED: the entry returned %d\n", (int)code);
    std::exit(2);
  }
  Results results;
  for (int i = 0; i < plan_array_count; ++i) {
    const plan_array &a = plan_arrays[i];
    if (a.is_result && run.shortened.empty()) {
      char *data = static_cast<char *>(*a.place);
      results[a.name].assign(data, data + bytes[a.name]);
    }
  }
  std::free(workspace);
  for (auto &[name, data] : buffers)
    std::free(data);
  return results;
}

void expectSame(const Results &x, const Results &y, const char *what) {
  if (x == y)
    return;
  std::printf("FAILED: %s gives other bytes\n", what);
  std::exit(2);
}

} // namespace

int main(int argc, char **argv) {
  int runs = 1;
  Run broken;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word.rfind("runs=", 0) == 0)
      runs = std::atoi(word.c_str() + 5);
    else if (word.rfind("short=", 0) == 0)
      broken.shortened = word.substr(6);
    else if (word == "share" || word == "twice")
      broken.threads = {2, word == "share", word == "twice"};
    else
      return std::printf("FAILED: unknown word %s\n", argv[i]), 2;
  }
  if (broken.threads.count || !broken.shortened.empty()) {
    call(broken, false);
    std::printf("nobody noticed\n");
    return 0;
  }
  for (int step = 0; step <= plan_has_step; ++step) {
    Results serial = call({}, step);
    Run two, seven, inPlace;
    two.threads.count = 2, seven.threads.count = 7;
    inPlace.threads.count = 2, inPlace.inPlace = true;
    expectSame(serial, call(two, step), "a run on two threads");
    for (int i = 0; i < runs; ++i)
      expectSame(serial, call(seven, step), "a run on seven threads");
    if (std::any_of(plan_arrays, plan_arrays + plan_array_count,
                    [](const plan_array &a) { return a.alias; }))
      expectSame(serial, call(inPlace, step), "a run in place");
  }
  std::printf("clean\n");
}
