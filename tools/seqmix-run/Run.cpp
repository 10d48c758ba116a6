//===- Run.cpp - Running and measuring an operator ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Run.h"
#include "OutputFiles.h"

#include <algorithm>
#include <cstdio>
#include <memory>

using namespace seqmix::run;

namespace {

struct ModuleDeleter {
  void operator()(seqmix_module *module) const {
    seqmix_module_destroy(module);
  }
};
struct CallDeleter {
  void operator()(seqmix_call *call) const { seqmix_call_destroy(call); }
};

/// One run of the tool.
class Runner {
public:
  Runner(const Options &options, std::string &message)
      : options(options), message(message) {}

  bool run();

private:
  /// Turns a failed call of the runtime into the message.
  bool check(seqmix_status status) {
    if (status != SEQMIX_STATUS_OK)
      message = error.message;
    return status == SEQMIX_STATUS_OK;
  }

  bool load();
  bool checkOutputs();
  bool setOperands();
  bool execute(int32_t repeat, double *milliseconds);
  bool bench();

  const Options &options;
  std::string &message;
  seqmix_error error = {};
  std::unique_ptr<seqmix_module, ModuleDeleter> module;
  std::unique_ptr<seqmix_call, CallDeleter> call;
};

} // namespace

bool Runner::load() {
  seqmix_module *loaded = nullptr;
  if (!check(seqmix_module_load(options.manifest.c_str(), &loaded, &error)))
    return false;
  module.reset(loaded);
  seqmix_call *created = nullptr;
  if (!check(seqmix_call_create(loaded, &created, &error)))
    return false;
  call.reset(created);
  return true;
}

/// Refuses a name before anything runs for nothing.
bool Runner::checkOutputs() {
  for (const auto &output : options.outputs) {
    bool isKnown = false;
    std::string known;
    for (size_t i = 0; i < seqmix_module_num_results(module.get()); ++i) {
      seqmix_array_info info;
      if (!check(seqmix_module_result_info(module.get(), i, &info, &error)))
        return false;
      isKnown |= output.first == info.name;
      known += (known.empty() ? "" : ", ") + std::string(info.name);
    }
    if (!isKnown) {
      message = std::string(seqmix_module_operator(module.get())) +
                " has no result '" + output.first + "'; it has " + known;
      return false;
    }
  }
  return true;
}

bool Runner::setOperands() {
  for (const auto &[name, path] : options.inputs)
    if (!check(seqmix_call_read_npy(call.get(), name.c_str(), path.c_str(),
                                    &error)))
      return false;
  for (const auto &[name, value] : options.sizes)
    if (!check(seqmix_call_set_size(call.get(), name.c_str(), value, &error)))
      return false;
  if (!options.bench)
    return true;
  return check(seqmix_call_default_sizes(call.get(), options.entry.c_str(),
                                         &error)) &&
         check(seqmix_call_draw(call.get(), options.seed, &error));
}

bool Runner::execute(int32_t repeat, double *milliseconds) {
  seqmix_run_options run = {};
  run.entry = options.entry.c_str();
  run.threads = options.threads;
  run.repeat = repeat;
  run.milliseconds = milliseconds;
  return check(seqmix_call_run(call.get(), &run, &error));
}

bool Runner::bench() {
  std::vector<double> times(static_cast<size_t>(options.repeat));
  if (!execute(1, nullptr) || !execute(options.repeat, times.data()))
    return false;
  std::printf("%s %s", seqmix_module_operator(module.get()),
              options.entry.c_str());
  for (size_t i = 0; i < seqmix_module_num_sizes(module.get()); ++i) {
    const char *name = seqmix_module_size_name(module.get(), i);
    int64_t value = 0;
    if (!check(seqmix_call_size(call.get(), name, &value, &error)))
      return false;
    std::printf(" %s=%lld", name, static_cast<long long>(value));
  }
  std::sort(times.begin(), times.end());
  size_t middle = times.size() / 2;
  double median = times.size() % 2 ? times[middle]
                                   : (times[middle - 1] + times[middle]) / 2;
  std::printf(": median %.4f ms, min %.4f ms, max %.4f ms of %zu\n", median,
              times.front(), times.back(), times.size());
  return true;
}

bool Runner::run() {
  if (!load() || !checkOutputs() || !setOperands())
    return false;
  if (options.bench ? !bench() : !execute(1, nullptr))
    return false;
  return writeOutputs(call.get(), options.outputs, message);
}

bool seqmix::run::run(const Options &options, std::string &message) {
  return Runner(options, message).run();
}
