//===- CudaDriver.h - The CUDA driver, found at run time --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The few functions of the CUDA driver API that the runtime calls, declared
// here so that building needs no CUDA toolkit and running without a GPU needs
// no driver. Types and values are those of cuda.h; functions that have versions
// are named by the symbol that the library exports.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_RUNTIME_CUDADRIVER_H
#define SEQMIX_LIB_RUNTIME_CUDADRIVER_H

#include "Error.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace seqmix::runtime {

using CUresult = int;
using CUdevice = int;
using CUdeviceptr = uint64_t;
using CUcontext = struct CUctx_st *;
using CUmodule = struct CUmod_st *;
using CUfunction = struct CUfunc_st *;
using CUstream = struct CUstream_st *;
using CUevent = struct CUevent_st *;
using CUjit_option = int;
using CUfunction_attribute = int;

inline constexpr CUresult cudaSuccess = 0;
inline constexpr CUresult cudaErrorOutOfMemory = 2;
inline constexpr CUresult cudaErrorNoDevice = 100;
inline constexpr CUresult cudaErrorNoBinaryForGPU = 209;
inline constexpr CUjit_option jitErrorLogBuffer = 5;
inline constexpr CUjit_option jitErrorLogBufferSizeBytes = 6;
inline constexpr CUfunction_attribute maxDynamicSharedSizeBytes = 8;

/// The functions: name in this table, symbol, parameters.
#define SEQMIX_CUDA_FUNCTIONS(X)                                               \
  X(init, "cuInit", (unsigned flags))                                          \
  X(getErrorName, "cuGetErrorName", (CUresult, const char **))                 \
  X(getErrorString, "cuGetErrorString", (CUresult, const char **))             \
  X(deviceGetCount, "cuDeviceGetCount", (int *))                               \
  X(deviceGet, "cuDeviceGet", (CUdevice *, int ordinal))                       \
  X(primaryCtxRetain, "cuDevicePrimaryCtxRetain", (CUcontext *, CUdevice))     \
  X(primaryCtxRelease, "cuDevicePrimaryCtxRelease_v2", (CUdevice))             \
  X(ctxPushCurrent, "cuCtxPushCurrent_v2", (CUcontext))                        \
  X(ctxPopCurrent, "cuCtxPopCurrent_v2", (CUcontext *))                        \
  X(moduleLoadDataEx, "cuModuleLoadDataEx",                                    \
    (CUmodule *, const void *image, unsigned numOptions, CUjit_option *,       \
     void **values))                                                           \
  X(moduleUnload, "cuModuleUnload", (CUmodule))                                \
  X(moduleGetFunction, "cuModuleGetFunction",                                  \
    (CUfunction *, CUmodule, const char *name))                                \
  X(funcSetAttribute, "cuFuncSetAttribute",                                    \
    (CUfunction, CUfunction_attribute, int value))                             \
  X(memAlloc, "cuMemAlloc_v2", (CUdeviceptr *, size_t bytes))                  \
  X(memFree, "cuMemFree_v2", (CUdeviceptr))                                    \
  X(memcpyHtoD, "cuMemcpyHtoD_v2", (CUdeviceptr, const void *, size_t bytes))  \
  X(memcpyDtoH, "cuMemcpyDtoH_v2", (void *, CUdeviceptr, size_t bytes))        \
  X(memsetD8, "cuMemsetD8_v2", (CUdeviceptr, unsigned char, size_t count))     \
  X(ctxSynchronize, "cuCtxSynchronize", ())                                    \
  X(launchKernel, "cuLaunchKernel",                                            \
    (CUfunction, unsigned gridX, unsigned gridY, unsigned gridZ,               \
     unsigned blockX, unsigned blockY, unsigned blockZ, unsigned sharedBytes,  \
     CUstream, void **parameters, void **extra))                               \
  X(eventCreate, "cuEventCreate", (CUevent *, unsigned flags))                 \
  X(eventRecord, "cuEventRecord", (CUevent, CUstream))                         \
  X(eventSynchronize, "cuEventSynchronize", (CUevent))                         \
  X(eventElapsedTime, "cuEventElapsedTime", (float *, CUevent, CUevent))       \
  X(eventDestroy, "cuEventDestroy_v2", (CUevent))

/// The driver's functions, and errors in its words.
class CudaDriver {
public:
  /// Loads the library `name`, finds the functions and initialises the driver.
  /// UNSUPPORTED where there is no driver or no device.
  static Error load(const char *name, std::unique_ptr<CudaDriver> &driver);

  /// Success, or `what` with the driver's name and text for `result`.
  Error check(CUresult result, const std::string &what) const;

#define X(NAME, SYMBOL, PARAMETERS) CUresult(*NAME) PARAMETERS = nullptr;
  SEQMIX_CUDA_FUNCTIONS(X)
#undef X

private:
  CudaDriver() = default;
};

} // namespace seqmix::runtime

#endif // SEQMIX_LIB_RUNTIME_CUDADRIVER_H
