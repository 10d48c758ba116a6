//===- CpuModule.cpp - Compiled operators in shared libraries -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "Executable.h"
#include "ThreadPool.h"

#include <chrono>
#include <dlfcn.h>

using namespace seqmix::runtime;

namespace {

using EntryFunction = int32_t (*)(const void *args);
using WorkspaceFunction = int64_t (*)(const void *args);

struct LibraryCloser {
  void operator()(void *handle) const { ::dlclose(handle); }
};

/// The functions of one entry, in the order of the manifest's entries.
struct EntryFunctions {
  EntryFunction entry = nullptr;
  WorkspaceFunction workspace = nullptr;
};

class CpuModule : public Executable {
public:
  explicit CpuModule(const Manifest &manifest) : manifest(manifest) {}

  Error load();
  Error run(const Invocation &invocation) const override;

private:
  Error checkContract() const;
  template <typename Function>
  Error find(const std::string &symbol, Function &function) const;

  const Manifest &manifest;
  std::unique_ptr<void, LibraryCloser> library;
  std::vector<EntryFunctions> functions;
};

} // namespace

Error CpuModule::load() {
  std::string path = manifest.folder + manifest.library;
  // Local: two operators may have symbols in common.
  library.reset(::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!library)
    return Error::make(SEQMIX_STATUS_FILE, manifest.path,
                       ": cannot load its library: ", ::dlerror());
  if (Error error = checkContract())
    return error;
  for (const Entry &entry : manifest.entries) {
    EntryFunctions &found = functions.emplace_back();
    if (Error error = find(entry.symbol, found.entry))
      return error;
    if (Error error = find(entry.symbol + "_workspace", found.workspace))
      return error;
  }
  return Error::success();
}

/// A library of another compilation may take other arrays by the same symbols.
Error CpuModule::checkContract() const {
  if (manifest.contract.empty())
    return Error::success();
  const char *found = nullptr;
  std::string symbol = "seqmix_" + manifest.operatorName + "_contract";
  if (Error error = find(symbol, found))
    return error;
  if (manifest.contract == found)
    return Error::success();
  return Error::make(SEQMIX_STATUS_FILE, manifest.path, ": expected ",
                     manifest.library, " of the same compilation (contract ",
                     manifest.contract, "), found another (contract ", found,
                     "); compile the operator again, or keep the files of one "
                     "compilation together");
}

template <typename Function>
Error CpuModule::find(const std::string &symbol, Function &function) const {
  function = reinterpret_cast<Function>(::dlsym(library.get(), symbol.c_str()));
  if (!function)
    return Error::make(SEQMIX_STATUS_FILE, manifest.folder, manifest.library,
                       ": expected the symbol ", symbol, ", found none");
  return Error::success();
}

/// What a code of docs/ABI.md means.
static const char *describeCode(int32_t code) {
  switch (code) {
  case 1:
    return "SEQMIX_NULL_POINTER: the data of an array is null";
  case 2:
    return "SEQMIX_BAD_SIZE: a size is negative or breaks a rule";
  case 3:
    return "SEQMIX_BAD_STRIDE: a last stride is not 1 or a stride is negative";
  case 4:
    return "SEQMIX_WORKSPACE_TOO_SMALL";
  case 5:
    return "SEQMIX_OVERLAP: a result overlaps another array";
  case 6:
    return "SEQMIX_UNSUPPORTED_CPU: this processor lacks instructions that the "
           "object needs";
  }
  return "a code that this runtime does not know";
}

static Error makeEntryError(const Entry &entry, int32_t code) {
  constexpr int32_t unsupportedCPU = 6;
  return Error::make(
      code == unsupportedCPU ? SEQMIX_STATUS_UNSUPPORTED : SEQMIX_STATUS_ENTRY,
      entry.symbol, " returned ", code, ", ", describeCode(code));
}

Error CpuModule::run(const Invocation &invocation) const {
  const Entry &entry = invocation.entry;
  const EntryFunctions &called =
      functions[static_cast<size_t>(&entry - manifest.entries.data())];
  ThreadPool pool(invocation.threads);
  Arguments arguments(invocation);
  if (pool.getWorkers() > 1)
    arguments.setParallelFor(&ThreadPool::run, &pool, pool.getWorkers());
  else
    arguments.setParallelFor(nullptr, nullptr, 1);

  int64_t bytes = called.workspace(arguments.getStruct());
  if (bytes < 0)
    return Error::make(SEQMIX_STATUS_ENTRY, entry.symbol,
                       "_workspace returned ", bytes,
                       ": it refuses these sizes");
  KeptBuffer own;
  void *workspace = nullptr;
  if (bytes > 0) {
    workspace = (invocation.workspace ? *invocation.workspace : own).get(bytes);
    if (!workspace)
      return Error::make(SEQMIX_STATUS_OUT_OF_MEMORY, "no memory for ", bytes,
                         " bytes of workspace of ", entry.symbol);
  }
  arguments.setWorkspace(reinterpret_cast<uintptr_t>(workspace), bytes);

  for (int i = 0; i < invocation.repeat; ++i) {
    auto start = std::chrono::steady_clock::now();
    int32_t code = called.entry(arguments.getStruct());
    auto end = std::chrono::steady_clock::now();
    if (code != 0)
      return makeEntryError(entry, code);
    if (invocation.milliseconds)
      invocation.milliseconds[i] =
          std::chrono::duration<double, std::milli>(end - start).count();
  }
  return Error::success();
}

Error seqmix::runtime::loadCPU(const Manifest &manifest,
                               std::unique_ptr<Executable> &result) {
  auto loaded = std::make_unique<CpuModule>(manifest);
  if (Error error = loaded->load())
    return error;
  result = std::move(loaded);
  return Error::success();
}
