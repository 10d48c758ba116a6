//===- fake_cuda.c - A CUDA driver in host memory -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stands in for libcuda.so.1 where there is no GPU: "device" memory is the
// host's, and launching a kernel keeps what it was launched with and calls
// fake_kernel. A module image is good if it starts with "good".
//
//===----------------------------------------------------------------------===//

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

struct fake_launch {
  unsigned grid[3], block[3], shared;
  uint64_t parameters[64];
};

EXPORT int fake_live_allocations;
EXPORT int fake_contexts;
EXPORT int fake_launches;
EXPORT int fake_shared_attribute;
EXPORT int fake_num_parameters = 0;
EXPORT struct fake_launch fake_last_launch;
/// Called with the parameters of each launch.
EXPORT void (*fake_kernel)(const uint64_t *parameters);

EXPORT int cuInit(unsigned flags) { return flags ? 1 : 0; }
EXPORT int cuGetErrorName(int error, const char **name) {
  *name = error == 218   ? "CUDA_ERROR_INVALID_PTX"
          : error == 209 ? "CUDA_ERROR_NO_BINARY_FOR_GPU"
                         : "CUDA_ERROR_FAKE";
  return 0;
}
EXPORT int cuGetErrorString(int error, const char **text) {
  (void)error;
  *text = "fake text";
  return 0;
}
EXPORT int cuDeviceGetCount(int *count) {
  *count = 1;
  return 0;
}
EXPORT int cuDeviceGet(int *device, int ordinal) {
  *device = ordinal;
  return 0;
}
EXPORT int cuDevicePrimaryCtxRetain(void **context, int device) {
  (void)device;
  *context = &fake_contexts;
  ++fake_contexts;
  return 0;
}
EXPORT int cuDevicePrimaryCtxRelease_v2(int device) {
  (void)device;
  --fake_contexts;
  return 0;
}
static int depth;
EXPORT int cuCtxPushCurrent_v2(void *context) {
  ++depth;
  return context ? 0 : 201;
}
EXPORT int cuCtxPopCurrent_v2(void **context) {
  --depth;
  *context = &fake_contexts;
  return 0;
}
EXPORT int cuCtxSynchronize(void) { return 0; }
EXPORT int cuModuleLoadDataEx(void **module, const void *image, unsigned n,
                              int *options, void **values) {
  const char *text = image;
  if (strncmp(text, "wrong architecture", 18) == 0)
    return 209;
  if (strncmp(text, "good", 4) != 0) {
    if (n == 2 && options[0] == 5 && options[1] == 6)
      snprintf(values[0], (size_t)values[1], "ptxas: line 3; unknown");
    return 218;
  }
  *module = malloc(1);
  return depth == 1 ? 0 : 201;
}
EXPORT int cuModuleUnload(void *module) {
  free(module);
  return 0;
}
EXPORT int cuModuleGetFunction(void **function, void *module,
                               const char *name) {
  *function = module;
  return strcmp(name, "absent") == 0 ? 500 : 0;
}
EXPORT int cuFuncSetAttribute(void *function, int attribute, int value) {
  (void)function;
  if (attribute != 8)
    return 1;
  fake_shared_attribute = value;
  return 0;
}
EXPORT int cuMemAlloc_v2(uint64_t *address, size_t bytes) {
  if (bytes == 0)
    return 1;
  ++fake_live_allocations;
  *address = (uint64_t)(uintptr_t)malloc(bytes);
  return 0;
}
EXPORT int cuMemFree_v2(uint64_t address) {
  --fake_live_allocations;
  free((void *)(uintptr_t)address);
  return 0;
}
EXPORT int cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t bytes) {
  memcpy((void *)(uintptr_t)to, from, bytes);
  return 0;
}
EXPORT int cuMemcpyDtoH_v2(void *to, uint64_t from, size_t bytes) {
  memcpy(to, (const void *)(uintptr_t)from, bytes);
  return 0;
}
EXPORT int cuMemsetD8_v2(uint64_t to, unsigned char value, size_t count) {
  memset((void *)(uintptr_t)to, value, count);
  return 0;
}
EXPORT int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz,
                          unsigned bx, unsigned by, unsigned bz,
                          unsigned shared, void *stream, void **parameters,
                          void **extra) {
  (void)function;
  if (!gx || !gy || !gz || stream || extra)
    return 1;
  ++fake_launches;
  fake_last_launch.grid[0] = gx, fake_last_launch.grid[1] = gy;
  fake_last_launch.grid[2] = gz;
  fake_last_launch.block[0] = bx, fake_last_launch.block[1] = by;
  fake_last_launch.block[2] = bz;
  fake_last_launch.shared = shared;
  for (int i = 0; i < fake_num_parameters; ++i)
    memcpy(&fake_last_launch.parameters[i], parameters[i], 8);
  if (fake_kernel)
    fake_kernel(fake_last_launch.parameters);
  return 0;
}
EXPORT int cuEventCreate(void **event, unsigned flags) {
  (void)flags;
  *event = malloc(1);
  return 0;
}
EXPORT int cuEventRecord(void *event, void *stream) {
  (void)stream;
  return event ? 0 : 1;
}
EXPORT int cuEventSynchronize(void *event) { return event ? 0 : 1; }
EXPORT int cuEventElapsedTime(float *ms, void *first, void *last) {
  *ms = 1.5f;
  return first && last ? 0 : 1;
}
EXPORT int cuEventDestroy_v2(void *event) {
  free(event);
  return 0;
}
