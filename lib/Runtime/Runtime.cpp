//===- Runtime.cpp - The C interface --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each function checks its pointers, calls one method and reports its error.
//
//===----------------------------------------------------------------------===//

#include "seqmix/runtime.h"
#include "Call.h"

#include <cstring>

using namespace seqmix::runtime;

/// Hands an error to the caller.
static seqmix_status report(const Error &error, seqmix_error *target) {
  if (error && target) {
    target->code = error.getCode();
    size_t room = sizeof(target->message) - 1;
    size_t length = std::min(error.getMessage().size(), room);
    std::memcpy(target->message, error.getMessage().data(), length);
    target->message[length] = '\0';
  }
  return error.getCode();
}

template <typename... Pointers>
static Error checkPointers(const Pointers *...pointers) {
  if ((... && pointers))
    return Error::success();
  return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT,
                     "expected handles, names and places for results, found a "
                     "null pointer");
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

const char *seqmix_runtime_version(void) { return SEQMIX_VERSION; }

static Error loadModule(const char *path, seqmix_module **result) {
  if (Error error = checkPointers(path, result))
    return error;
  *result = nullptr;
  auto module = std::make_unique<seqmix_module>();
  if (Error error = readManifest(path, module->manifest))
    return error;
  Error error =
      module->manifest.target == Target::CPU
          ? loadCPU(module->manifest, module->executable)
          : loadCUDA(module->manifest, "libcuda.so.1", module->executable);
  if (!error)
    *result = module.release();
  return error;
}

seqmix_status seqmix_module_load(const char *path, seqmix_module **module,
                                 seqmix_error *error) {
  return report(loadModule(path, module), error);
}

void seqmix_module_destroy(seqmix_module *module) { delete module; }

const char *seqmix_module_operator(const seqmix_module *module) {
  return module ? module->manifest.operatorName.c_str() : nullptr;
}

const char *seqmix_module_target(const seqmix_module *module) {
  if (!module)
    return nullptr;
  return module->manifest.target == Target::CPU ? "cpu" : "cuda";
}

size_t seqmix_module_num_sizes(const seqmix_module *module) {
  return module ? module->manifest.sizes.size() : 0;
}

const char *seqmix_module_size_name(const seqmix_module *module, size_t index) {
  if (index >= seqmix_module_num_sizes(module))
    return nullptr;
  return module->manifest.sizes[index].c_str();
}

static Error getParam(const seqmix_module *module, const char *name,
                      int64_t *value) {
  if (Error error = checkPointers(module, name, value))
    return error;
  for (const auto &[param, known] : module->manifest.params)
    if (param == name) {
      *value = known;
      return Error::success();
    }
  return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT,
                     module->manifest.operatorName, " has no parameter '", name,
                     "'");
}

seqmix_status seqmix_module_param(const seqmix_module *module, const char *name,
                                  int64_t *value, seqmix_error *error) {
  return report(getParam(module, name, value), error);
}

size_t seqmix_module_num_operands(const seqmix_module *module) {
  return module ? module->manifest.operands.size() : 0;
}

size_t seqmix_module_num_results(const seqmix_module *module) {
  return module ? module->manifest.results.size() : 0;
}

static Error checkIndex(size_t index, size_t count) {
  if (index < count)
    return Error::success();
  return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT, "expected an index below ",
                     count, ", found ", index);
}

static Error getInfo(const std::vector<ArraySpec> &specs, size_t index,
                     seqmix_array_info &info) {
  if (Error error = checkIndex(index, specs.size()))
    return error;
  const ArraySpec &spec = specs[index];
  info.name = spec.name.c_str();
  info.dtype = spec.dtype;
  info.rank = static_cast<int32_t>(spec.axes.size());
  info.axes = spec.axisPointers.data();
  info.may_alias = spec.mayAlias.empty() ? nullptr : spec.mayAlias.c_str();
  return Error::success();
}

seqmix_status seqmix_module_operand_info(const seqmix_module *module,
                                         size_t index, seqmix_array_info *info,
                                         seqmix_error *error) {
  if (Error null = checkPointers(module, info))
    return report(null, error);
  return report(getInfo(module->manifest.operands, index, *info), error);
}

seqmix_status seqmix_module_result_info(const seqmix_module *module,
                                        size_t index, seqmix_array_info *info,
                                        seqmix_error *error) {
  if (Error null = checkPointers(module, info))
    return report(null, error);
  return report(getInfo(module->manifest.results, index, *info), error);
}

size_t seqmix_module_num_entries(const seqmix_module *module) {
  return module ? module->manifest.entries.size() : 0;
}

seqmix_status seqmix_module_entry_info(const seqmix_module *module,
                                       size_t index, seqmix_entry_info *info,
                                       seqmix_error *error) {
  if (Error null = checkPointers(module, info))
    return report(null, error);
  if (Error range = checkIndex(index, module->manifest.entries.size()))
    return report(range, error);
  const Entry &entry = module->manifest.entries[index];
  *info = {entry.symbol.c_str(), entry.form.c_str()};
  return SEQMIX_STATUS_OK;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

seqmix_status seqmix_call_create(const seqmix_module *module,
                                 seqmix_call **call, seqmix_error *error) {
  if (Error null = checkPointers(module, call))
    return report(null, error);
  *call = new seqmix_call(*module);
  return SEQMIX_STATUS_OK;
}

void seqmix_call_destroy(seqmix_call *call) { delete call; }

seqmix_status seqmix_call_set_array(seqmix_call *call, const char *name,
                                    const seqmix_array *array,
                                    seqmix_error *error) {
  if (Error null = checkPointers(call, name))
    return report(null, error);
  return report(call->setArray(name, array), error);
}

seqmix_status seqmix_call_read_npy(seqmix_call *call, const char *name,
                                   const char *path, seqmix_error *error) {
  if (Error null = checkPointers(call, name, path))
    return report(null, error);
  return report(call->readNpy(name, path), error);
}

seqmix_status seqmix_call_write_npy(const seqmix_call *call, const char *name,
                                    const char *path, seqmix_error *error) {
  if (Error null = checkPointers(call, name, path))
    return report(null, error);
  return report(call->writeNpy(name, path), error);
}

seqmix_status seqmix_call_set_size(seqmix_call *call, const char *name,
                                   int64_t value, seqmix_error *error) {
  if (Error null = checkPointers(call, name))
    return report(null, error);
  return report(call->setSize(name, value), error);
}

seqmix_status seqmix_call_default_sizes(seqmix_call *call, const char *entry,
                                        seqmix_error *error) {
  if (Error null = checkPointers(call))
    return report(null, error);
  return report(call->defaultSizes(entry ? entry : ""), error);
}

seqmix_status seqmix_call_draw(seqmix_call *call, uint64_t seed,
                               seqmix_error *error) {
  if (Error null = checkPointers(call))
    return report(null, error);
  return report(call->draw(seed), error);
}

seqmix_status seqmix_call_prepare(seqmix_call *call, seqmix_error *error) {
  if (Error null = checkPointers(call))
    return report(null, error);
  return report(call->prepare(), error);
}

seqmix_status seqmix_call_size(const seqmix_call *call, const char *name,
                               int64_t *value, seqmix_error *error) {
  if (Error null = checkPointers(call, name, value))
    return report(null, error);
  return report(call->getSize(name, *value), error);
}

seqmix_status seqmix_call_array(const seqmix_call *call, const char *name,
                                seqmix_array *array, seqmix_error *error) {
  if (Error null = checkPointers(call, name, array))
    return report(null, error);
  return report(call->getArray(name, *array), error);
}

seqmix_status seqmix_call_run(seqmix_call *call,
                              const seqmix_run_options *options,
                              seqmix_error *error) {
  if (Error null = checkPointers(call))
    return report(null, error);
  constexpr seqmix_run_options defaults = {};
  return report(call->run(options ? *options : defaults), error);
}
