/*===- emulate_cuda.c - A CUDA driver that runs kernels on the CPU
 * ----------===*/
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Linked with emulate.c and the kernels into a libcuda.so.1: what the runtime
 * loads then runs whole operators without a GPU. Module images are ignored. */

#define _GNU_SOURCE
#include "emulate.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int token;

/* A module's functions live until it is unloaded, as the driver's do. */
struct function {
  void (*kernel)(void);
  const int32_t *slots;
  struct function *next;
};
static struct function *functions;

int cuInit(unsigned flags) { return flags != 0; }
int cuGetErrorName(int error, const char **name) {
  *name = "CUDA_ERROR_EMULATED";
  return error == 0;
}
int cuGetErrorString(int error, const char **text) {
  *text = "error of the emulated driver";
  return error == 0;
}
int cuDeviceGetCount(int *count) {
  *count = 1;
  return 0;
}
int cuDeviceGet(int *device, int ordinal) {
  *device = ordinal;
  return 0;
}
int cuDevicePrimaryCtxRetain(void **context, int device) {
  *context = &token;
  return device;
}
int cuDevicePrimaryCtxRelease_v2(int device) { return device; }
int cuCtxPushCurrent_v2(void *context) { return context != &token; }
int cuCtxPopCurrent_v2(void **context) {
  *context = &token;
  return 0;
}
int cuCtxSynchronize(void) { return 0; }
int cuModuleLoadDataEx(void **module, const void *image, unsigned n,
                       int *options, void **values) {
  (void)n, (void)options, (void)values;
  *module = &token;
  return image == NULL;
}
int cuModuleUnload(void *module) {
  while (functions) {
    struct function *next = functions->next;
    free(functions);
    functions = next;
  }
  return module != &token;
}
int cuModuleGetFunction(void **result, void *module, const char *name) {
  (void)module;
  /* The kernels lie in this library, which was loaded without its names. */
  static void *self;
  Dl_info info;
  if (!self && dladdr((void *)&token, &info))
    self = dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD);
  char slots[256];
  if (!self || snprintf(slots, sizeof(slots), "%s_slots", name) < 0)
    return 500;
  struct function *function = malloc(sizeof(*function));
  function->kernel = (void (*)(void))dlsym(self, name);
  function->slots = dlsym(self, slots);
  function->next = functions;
  functions = function;
  *result = function;
  return function->kernel && function->slots ? 0 : 500;
}
int cuFuncSetAttribute(void *function, int attribute, int value) {
  (void)function;
  return attribute != 8 || value > EMU_SHARED;
}
int cuMemAlloc_v2(uint64_t *address, size_t bytes) {
  *address = (uint64_t)(uintptr_t)aligned_alloc(256, (bytes + 255) / 256 * 256);
  return *address == 0;
}
int cuMemFree_v2(uint64_t address) {
  free((void *)(uintptr_t)address);
  return 0;
}
int cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t bytes) {
  memcpy((void *)(uintptr_t)to, from, bytes);
  return 0;
}
int cuMemcpyDtoH_v2(void *to, uint64_t from, size_t bytes) {
  memcpy(to, (const void *)(uintptr_t)from, bytes);
  return 0;
}
int cuMemsetD8_v2(uint64_t to, unsigned char value, size_t count) {
  memset((void *)(uintptr_t)to, value, count);
  return 0;
}
int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz,
                   unsigned bx, unsigned by, unsigned bz, unsigned shared,
                   void *stream, void **parameters, void **extra) {
  int64_t slots[EMU_SLOTS] = {0};
  if (gx == 0 || gy != 1 || gz != 1 || bx != EMU_THREADS || by != 1 ||
      bz != 1 || shared > EMU_SHARED || stream || extra)
    return 1;
  const struct function *f = function;
  for (int i = 0; i < *f->slots; ++i)
    memcpy(&slots[i], parameters[i], 8);
  emu_launch(f->kernel, slots, gx);
  return 0;
}
int cuEventCreate(void **event, unsigned flags) {
  (void)flags;
  *event = &token;
  return 0;
}
int cuEventRecord(void *event, void *stream) {
  return event != &token || stream;
}
int cuEventSynchronize(void *event) { return event != &token; }
int cuEventElapsedTime(float *ms, void *first, void *last) {
  *ms = 1;
  return first != last;
}
int cuEventDestroy_v2(void *event) { return event != &token; }
