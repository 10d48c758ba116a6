//===- CudaModule.cpp - Compiled operators for CUDA devices ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "CudaDriver.h"
#include "Element.h"
#include "Executable.h"
#include "File.h"
#include "Memory.h"

#include <limits>
#include <map>

using namespace seqmix::runtime;

namespace {

/// Bytes of dynamic shared memory that a kernel gets without asking.
constexpr int64_t defaultSharedBytes = 48 * 1024;
constexpr int64_t maxImageBytes = int64_t(1) << 30;
constexpr size_t jitLogBytes = 8192;

/// Makes a context current on this thread for as long as this lives, and then
/// gives the caller back its own.
class CurrentContext {
public:
  CurrentContext(const CudaDriver &driver, CUcontext context)
      : driver(driver), result(driver.ctxPushCurrent(context)) {}
  ~CurrentContext() {
    CUcontext popped = nullptr;
    if (result == cudaSuccess)
      driver.ctxPopCurrent(&popped);
  }
  CurrentContext(const CurrentContext &) = delete;
  CurrentContext &operator=(const CurrentContext &) = delete;

  Error check() const { return driver.check(result, "cuCtxPushCurrent"); }

private:
  const CudaDriver &driver;
  CUresult result;
};

/// Device memory; address 0 for no bytes.
class DeviceBuffer {
public:
  explicit DeviceBuffer(const CudaDriver &driver) : driver(driver) {}
  ~DeviceBuffer() {
    if (address)
      driver.memFree(address);
  }
  DeviceBuffer(DeviceBuffer &&other)
      : driver(other.driver), address(std::exchange(other.address, 0)),
        bytes(other.bytes) {}

  Error allocate(int64_t count, const std::string &what) {
    bytes = static_cast<size_t>(count);
    if (bytes == 0)
      return Error::success();
    return driver.check(driver.memAlloc(&address, bytes),
                        "device memory of " + std::to_string(bytes) +
                            " bytes for " + what);
  }

  CUdeviceptr getAddress() const { return address; }
  size_t getBytes() const { return bytes; }

private:
  const CudaDriver &driver;
  CUdeviceptr address = 0;
  size_t bytes = 0;
};

/// A pair of events around the kernels of one repetition.
class Stopwatch {
public:
  explicit Stopwatch(const CudaDriver &driver) : driver(driver) {}
  ~Stopwatch() {
    for (CUevent event : {first, last})
      if (event)
        driver.eventDestroy(event);
  }
  Stopwatch(const Stopwatch &) = delete;
  Stopwatch &operator=(const Stopwatch &) = delete;

  Error create() {
    if (Error error =
            driver.check(driver.eventCreate(&first, 0), "cuEventCreate"))
      return error;
    return driver.check(driver.eventCreate(&last, 0), "cuEventCreate");
  }
  Error start() {
    return driver.check(driver.eventRecord(first, nullptr), "cuEventRecord");
  }
  /// Waits for the kernels; reports what went wrong in them.
  Error stop(const std::string &symbol, double &milliseconds) {
    if (Error error =
            driver.check(driver.eventRecord(last, nullptr), "cuEventRecord"))
      return error;
    if (Error error =
            driver.check(driver.eventSynchronize(last), "running " + symbol))
      return error;
    float elapsed = 0;
    if (Error error =
            driver.check(driver.eventElapsedTime(&elapsed, first, last),
                         "running " + symbol))
      return error;
    milliseconds = elapsed;
    return Error::success();
  }

private:
  const CudaDriver &driver;
  CUevent first = nullptr;
  CUevent last = nullptr;
};

/// A kernel with its launch shape for one invocation.
struct PreparedLaunch {
  CUfunction function = nullptr;
  std::string name;
  unsigned grid[3] = {};
  unsigned block[3] = {};
  unsigned shared = 0;

  bool isEmpty() const { return !grid[0] || !grid[1] || !grid[2]; }
};

class CudaModule : public Executable {
public:
  explicit CudaModule(const Manifest &manifest) : manifest(manifest) {}
  ~CudaModule() override;

  Error load(const char *driverName);
  Error run(const Invocation &invocation) const override;

private:
  Error loadImage();
  Error loadFile(const std::string &name);
  Error findKernels();

  Error prepareLaunch(const Launch &launch, const Scope &scope,
                      PreparedLaunch &prepared) const;
  Error copyIn(const BoundArray &array, const DeviceBuffer &buffer,
               bool isResult) const;
  Error copyOut(const BoundArray &array, const DeviceBuffer &buffer) const;
  Error launchAll(const std::vector<PreparedLaunch> &launches,
                  Arguments &arguments) const;

  const Manifest &manifest;
  std::unique_ptr<CudaDriver> driver;
  CUdevice device = 0;
  CUcontext context = nullptr;
  CUmodule module = nullptr;
  std::map<std::string, CUfunction> kernels;
};

} // namespace

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

CudaModule::~CudaModule() {
  if (!context)
    return;
  if (module) {
    CurrentContext current(*driver, context);
    driver->moduleUnload(module);
  }
  driver->primaryCtxRelease(device);
}

Error CudaModule::load(const char *driverName) {
  if (Error error = CudaDriver::load(driverName, driver))
    return Error::make(error.getCode(), manifest.path, ": ",
                       error.getMessage());
  if (Error error = driver->check(driver->deviceGet(&device, 0), "cuDeviceGet"))
    return error;
  if (Error error = driver->check(driver->primaryCtxRetain(&context, device),
                                  "cuDevicePrimaryCtxRetain")) {
    context = nullptr;
    return error;
  }
  CurrentContext current(*driver, context);
  if (Error error = current.check())
    return error;
  if (Error error = loadImage())
    return error;
  return findKernels();
}

Error CudaModule::loadImage() {
  if (manifest.cubin.empty())
    return loadFile(manifest.ptx);
  Error error = loadFile(manifest.cubin);
  // A cubin is for one architecture; PTX may still fit this device.
  if (error && !manifest.ptx.empty()) {
    Error ptxError = loadFile(manifest.ptx);
    if (!ptxError)
      return ptxError;
    return Error::make(error.getCode(), error.getMessage(), "; and ",
                       ptxError.getMessage());
  }
  return error;
}

Error CudaModule::loadFile(const std::string &name) {
  std::string path = manifest.folder + name;
  // The driver takes PTX as a string: c_str() ends it with a null.
  std::string image;
  if (Error error = readFile(path, maxImageBytes, image))
    return error;
  std::string log(jitLogBytes, '\0');
  CUjit_option options[] = {jitErrorLogBuffer, jitErrorLogBufferSizeBytes};
  void *values[] = {log.data(), reinterpret_cast<void *>(log.size() - 1)};
  Error error = driver->check(
      driver->moduleLoadDataEx(&module, image.c_str(), 2, options, values),
      path + ": cannot load it on device 0");
  if (!error)
    return error;
  module = nullptr;
  log.resize(log.find('\0'));
  return Error::make(error.getCode(), error.getMessage(),
                     log.empty() ? "" : "\n", log);
}

Error CudaModule::findKernels() {
  for (const Entry &entry : manifest.entries)
    for (const Launch &launch : entry.launches)
      if (Error error = driver->check(
              driver->moduleGetFunction(&kernels[launch.kernel], module,
                                        launch.kernel.c_str()),
              manifest.path + ": the kernel " + launch.kernel))
        return error;
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// Evaluates a number of a launch, which must lie in [least, 2^31).
static Error evaluate(const Launch &launch, const char *what,
                      const Expression &expression, const Scope &scope,
                      int64_t least, unsigned &result) {
  int64_t value = 0;
  if (Error error = expression.evaluate(scope, value))
    return error;
  if (value < least || value > std::numeric_limits<int32_t>::max())
    return Error::make(SEQMIX_STATUS_MISMATCH, "the kernel ", launch.kernel,
                       ": expected its ", what, " ", expression.str(),
                       " to be at least ", least, " and to fit 31 bits, found ",
                       value);
  result = static_cast<unsigned>(value);
  return Error::success();
}

Error CudaModule::prepareLaunch(const Launch &launch, const Scope &scope,
                                PreparedLaunch &prepared) const {
  prepared.function = kernels.at(launch.kernel);
  prepared.name = launch.kernel;
  for (size_t i = 0; i < 3; ++i) {
    if (Error error = evaluate(launch, "grid", launch.grid[i], scope, 0,
                               prepared.grid[i]))
      return error;
    if (Error error = evaluate(launch, "block", launch.block[i], scope, 1,
                               prepared.block[i]))
      return error;
  }
  if (Error error = evaluate(launch, "shared memory", launch.shared, scope, 0,
                             prepared.shared))
    return error;
  if (prepared.shared <= defaultSharedBytes)
    return Error::success();
  return driver->check(
      driver->funcSetAttribute(prepared.function, maxDynamicSharedSizeBytes,
                               static_cast<int>(prepared.shared)),
      "the kernel " + launch.kernel + " with " +
          std::to_string(prepared.shared) + " bytes of shared memory");
}

Error CudaModule::copyIn(const BoundArray &array, const DeviceBuffer &buffer,
                         bool isResult) const {
  if (buffer.getBytes() == 0)
    return Error::success();
  std::string what = "copying '" + array.spec->name + "' to the device";
  if (isResult)
    return driver->check(
        driver->memsetD8(buffer.getAddress(), 0xFF, buffer.getBytes()), what);
  const void *source = array.data;
  HostBuffer dense;
  if (!array.layout.isContiguous()) {
    dense = allocateBytes(static_cast<int64_t>(buffer.getBytes()));
    if (!dense)
      return Error::make(SEQMIX_STATUS_OUT_OF_MEMORY, "no memory for ", what);
    pack(array.layout, getElementBytes(array.spec->dtype), source, dense.get());
    source = dense.get();
  }
  return driver->check(
      driver->memcpyHtoD(buffer.getAddress(), source, buffer.getBytes()), what);
}

Error CudaModule::copyOut(const BoundArray &array,
                          const DeviceBuffer &buffer) const {
  if (buffer.getBytes() == 0)
    return Error::success();
  std::string what = "copying '" + array.spec->name + "' from the device";
  HostBuffer dense;
  void *target = array.data;
  bool isContiguous = array.layout.isContiguous();
  if (!isContiguous) {
    dense = allocateBytes(static_cast<int64_t>(buffer.getBytes()));
    if (!dense)
      return Error::make(SEQMIX_STATUS_OUT_OF_MEMORY, "no memory for ", what);
    target = dense.get();
  }
  if (Error error = driver->check(
          driver->memcpyDtoH(target, buffer.getAddress(), buffer.getBytes()),
          what))
    return error;
  if (!isContiguous)
    unpack(array.layout, getElementBytes(array.spec->dtype), target,
           array.data);
  return Error::success();
}

Error CudaModule::launchAll(const std::vector<PreparedLaunch> &launches,
                            Arguments &arguments) const {
  std::vector<void *> parameters;
  for (uint64_t *parameter : arguments.getKernelParameters())
    parameters.push_back(parameter);
  // One stream: each kernel sees what the one before wrote.
  for (const PreparedLaunch &launch : launches) {
    // An empty grid is an error to the driver and no work to us.
    if (launch.isEmpty())
      continue;
    const unsigned *grid = launch.grid, *block = launch.block;
    if (Error error = driver->check(
            driver->launchKernel(launch.function, grid[0], grid[1], grid[2],
                                 block[0], block[1], block[2], launch.shared,
                                 nullptr, parameters.data(), nullptr),
            "launching " + launch.name))
      return error;
  }
  return Error::success();
}

Error CudaModule::run(const Invocation &invocation) const {
  const Entry &entry = invocation.entry;
  CurrentContext current(*driver, context);
  if (Error error = current.check())
    return error;
  ScopeWith scope(invocation.sizes, "workers", 1);

  std::vector<PreparedLaunch> launches(entry.launches.size());
  for (size_t i = 0; i < launches.size(); ++i)
    if (Error error = prepareLaunch(entry.launches[i], scope, launches[i]))
      return error;

  size_t numOperands = invocation.manifest.operands.size();
  Arguments arguments(invocation);
  std::vector<DeviceBuffer> buffers;
  for (size_t i = 0; i < invocation.arrays.size(); ++i) {
    const BoundArray &array = invocation.arrays[i];
    DeviceBuffer &buffer = buffers.emplace_back(*driver);
    if (Error error = buffer.allocate(array.layout.getElements() *
                                          getElementBytes(array.spec->dtype),
                                      "'" + array.spec->name + "'"))
      return error;
    if (Error error = copyIn(array, buffer, i >= numOperands))
      return error;
    arguments.setArray(i, buffer.getAddress(),
                       Layout::contiguous(array.layout.shape));
  }

  int64_t workspaceBytes = 0;
  if (Error error = entry.workspace.evaluate(scope, workspaceBytes))
    return error;
  if (workspaceBytes < 0)
    return Error::make(SEQMIX_STATUS_MISMATCH, entry.symbol,
                       ": expected its workspace ", entry.workspace.str(),
                       " to be at least 0, found ", workspaceBytes);
  DeviceBuffer workspace(*driver);
  if (Error error = workspace.allocate(workspaceBytes, "workspace"))
    return error;
  arguments.setWorkspace(workspace.getAddress(), workspaceBytes);

  Stopwatch stopwatch(*driver);
  if (Error error = stopwatch.create())
    return error;
  for (int i = 0; i < invocation.repeat; ++i) {
    double elapsed = 0;
    if (Error error = stopwatch.start())
      return error;
    if (Error error = launchAll(launches, arguments))
      return error;
    if (Error error = stopwatch.stop(entry.symbol, elapsed))
      return error;
    if (invocation.milliseconds)
      invocation.milliseconds[i] = elapsed;
  }

  for (size_t i = numOperands; i < buffers.size(); ++i)
    if (Error error = copyOut(invocation.arrays[i], buffers[i]))
      return error;
  return Error::success();
}

Error seqmix::runtime::loadCUDA(const Manifest &manifest, const char *driver,
                                std::unique_ptr<Executable> &result) {
  auto loaded = std::make_unique<CudaModule>(manifest);
  if (Error error = loaded->load(driver))
    return error;
  result = std::move(loaded);
  return Error::success();
}
