//===- CudaDriver.cpp - The CUDA driver, found at run time ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "CudaDriver.h"

#include <dlfcn.h>

using namespace seqmix::runtime;

Error CudaDriver::load(const char *name, std::unique_ptr<CudaDriver> &result) {
  // Never closed: the driver keeps threads and handlers in the process.
  void *library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return Error::make(SEQMIX_STATUS_UNSUPPORTED,
                       "no CUDA driver found: ", name, " cannot be loaded (",
                       ::dlerror(), ")");
  std::unique_ptr<CudaDriver> driver(new CudaDriver());
  const char *missing = nullptr;
#define X(NAME, SYMBOL, PARAMETERS)                                            \
  driver->NAME =                                                               \
      reinterpret_cast<decltype(driver->NAME)>(::dlsym(library, SYMBOL));      \
  if (!driver->NAME)                                                           \
    missing = SYMBOL;
  SEQMIX_CUDA_FUNCTIONS(X)
#undef X
  if (missing)
    return Error::make(SEQMIX_STATUS_UNSUPPORTED,
                       "the CUDA driver is too old: expected ", name,
                       " to have ", missing, ", found none");
  if (Error error = driver->check(driver->init(0), "cuInit"))
    return Error::make(SEQMIX_STATUS_UNSUPPORTED,
                       "the CUDA driver cannot start: ", error.getMessage());
  int count = 0;
  if (Error error =
          driver->check(driver->deviceGetCount(&count), "cuDeviceGetCount"))
    return error;
  if (count == 0)
    return Error::make(SEQMIX_STATUS_UNSUPPORTED,
                       "expected a CUDA device, found none");
  result = std::move(driver);
  return Error::success();
}

Error CudaDriver::check(CUresult result, const std::string &what) const {
  if (result == cudaSuccess)
    return Error::success();
  const char *name = nullptr, *text = nullptr;
  if (getErrorName(result, &name) != cudaSuccess || !name)
    name = "unknown error";
  if (getErrorString(result, &text) != cudaSuccess || !text)
    text = "no description";
  seqmix_status code = result == cudaErrorOutOfMemory
                           ? SEQMIX_STATUS_OUT_OF_MEMORY
                       : result == cudaErrorNoDevice ? SEQMIX_STATUS_UNSUPPORTED
                                                     : SEQMIX_STATUS_CUDA;
  return Error::make(code, what, ": ", name, " (", result, "): ", text);
}
