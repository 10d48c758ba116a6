//===- Harness.cpp - Compiles tile programs and calls them
//-----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Harness.h"
#include "dialects/Kernel/Kernel.h"
#include "lib/Target/CPU/EmitObject.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "seqmix/Target/Target.h"
#include "llvm/ADT/APFloat.h"
#include <cmath>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <unistd.h>

using namespace seqmix;
using namespace seqmix::test;

std::vector<std::string> seqmix::test::isas() {
  std::vector<std::string> found{"v3"};
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd"))
    found.emplace_back("v4");
  return found;
}

//===----------------------------------------------------------------------===//
// Arrays
//===----------------------------------------------------------------------===//

static const llvm::fltSemantics &semantics(const std::string &elem) {
  return elem == "bf16"  ? llvm::APFloat::BFloat()
         : elem == "f16" ? llvm::APFloat::IEEEhalf()
                         : llvm::APFloat::IEEEsingle();
}

double seqmix::test::roundTo(const std::string &elem, double value) {
  if (elem == "i32")
    return std::nearbyint(value);
  llvm::APFloat number(value);
  bool lost;
  number.convert(semantics(elem), llvm::APFloat::rmNearestTiesToEven, &lost);
  number.convert(llvm::APFloat::IEEEdouble(),
                 llvm::APFloat::rmNearestTiesToEven, &lost);
  return number.convertToDouble();
}

int64_t Array::size() const {
  int64_t size = 1;
  for (int64_t dim : shape)
    size *= dim;
  return size;
}

Array &Array::draw(std::mt19937 &random) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  values.resize(size());
  for (double &value : values)
    value =
        roundTo(elem, elem == "i32" ? 100 * uniform(random) : uniform(random));
  return *this;
}

static unsigned bytesOf(const std::string &elem) {
  return elem == "f32" || elem == "i32" ? 4 : 2;
}

std::vector<uint8_t> seqmix::test::encode(const Array &array) {
  unsigned width = bytesOf(array.elem);
  std::vector<uint8_t> bytes(array.size() * width, 0xA5);
  for (size_t i = 0; i < array.values.size(); ++i) {
    uint64_t bits;
    if (array.elem == "i32") {
      bits = static_cast<uint32_t>(static_cast<int32_t>(array.values[i]));
    } else {
      llvm::APFloat number(array.values[i]);
      bool lost;
      number.convert(semantics(array.elem), llvm::APFloat::rmNearestTiesToEven,
                     &lost);
      bits = number.bitcastToAPInt().getZExtValue();
    }
    std::memcpy(&bytes[i * width], &bits, width);
  }
  return bytes;
}

void seqmix::test::decode(Array &array, const std::vector<uint8_t> &bytes) {
  unsigned width = bytesOf(array.elem);
  array.values.resize(array.size());
  for (size_t i = 0; i < array.values.size(); ++i) {
    uint64_t bits = 0;
    std::memcpy(&bits, &bytes[i * width], width);
    if (array.elem == "i32") {
      array.values[i] = static_cast<int32_t>(bits);
      continue;
    }
    llvm::APFloat number(semantics(array.elem), llvm::APInt(8 * width, bits));
    bool lost;
    number.convert(llvm::APFloat::IEEEdouble(),
                   llvm::APFloat::rmNearestTiesToEven, &lost);
    array.values[i] = number.convertToDouble();
  }
}

double seqmix::test::relativeError(const std::vector<double> &x,
                                   const std::vector<double> &y) {
  if (x.size() != y.size())
    return INFINITY;
  double error = 0, norm = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    error += (x[i] - y[i]) * (x[i] - y[i]);
    norm += y[i] * y[i];
  }
  return std::sqrt(error) / std::max(std::sqrt(norm), 1e-30);
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

static mlir::DialectRegistry makeRegistry() {
  mlir::DialectRegistry registry;
  getTarget("cpu")->registerDialects(registry);
  registry.insert<kernel::KernelDialect>();
  return registry;
}

/// Parses and lowers; null on failure.
static mlir::OwningOpRef<mlir::ModuleOp> lower(const std::string &text,
                                               const TargetOptions &options,
                                               mlir::MLIRContext &context) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  if (!module)
    return nullptr;
  mlir::PassManager pm(&context);
  getTarget("cpu")->addLowering(pm, options);
  if (mlir::failed(pm.run(*module)))
    return nullptr;
  return module;
}

std::unique_ptr<Program> Program::compile(const std::string &text,
                                          const std::string &isa) {
  const Target *target = getTarget("cpu");
  mlir::MLIRContext context(makeRegistry(),
                            mlir::MLIRContext::Threading::DISABLED);
  TargetOptions options;
  options.arch = isa;
  auto module = lower(text, options, context);
  if (!module)
    return nullptr;
  auto artifacts = target->emit(*module, options);
  if (mlir::failed(artifacts))
    return nullptr;

  auto program = std::make_unique<Program>();
  program->objectBytes = (*artifacts)[0].bytes;
  char path[] = "/tmp/seqmix-test-XXXXXX";
  int file = mkstemp(path);
  close(file);
  std::ofstream(path, std::ios::binary) << (*artifacts)[1].bytes;
  program->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!program->library)
    fprintf(stderr, "%s\n", dlerror());
  unlink(path);
  if (!program->library)
    return nullptr;
  program->entry = dlsym(program->library, "entry");
  program->query = dlsym(program->library, "entry_workspace");
  return program->entry && program->query ? std::move(program) : nullptr;
}

Program::~Program() {
  if (library)
    dlclose(library);
}

int32_t Program::call(const std::vector<int64_t> &slots) const {
  return reinterpret_cast<int32_t (*)(const void *)>(entry)(slots.data());
}

int64_t Program::workspace(const std::vector<int64_t> &slots) const {
  return reinterpret_cast<int64_t (*)(const void *)>(query)(slots.data());
}

bool Program::hasSymbol(const char *name) const {
  return dlsym(library, name) != nullptr;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static std::string join(const std::vector<int64_t> &shape, const char *by) {
  std::string text;
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? by : "") + std::to_string(shape[i]);
  return text;
}

std::string seqmix::test::arrayType(const Array &array) {
  std::string type = "memref<";
  for (int64_t dim : array.shape)
    type += std::to_string(dim) + "x";
  type += array.elem + ", strided<[";
  for (size_t i = 0; i < array.shape.size(); ++i)
    type += i + 1 < array.shape.size() ? "?, " : "1";
  return type + "]>>";
}

std::string seqmix::test::entryText(const std::vector<Array> &arrays,
                                    const std::string &body,
                                    int64_t nearBytes) {
  std::string params, list, arguments;
  for (const Array &array : arrays) {
    std::string axes;
    for (size_t d = 0; d < array.shape.size(); ++d) {
      std::string axis = array.name + std::to_string(d);
      params += (params.empty() ? "" : ", ") + axis + " = " +
                std::to_string(array.shape[d]) + " : i64";
      axes += (d ? ", \"" : "\"") + axis + "\"";
    }
    list += std::string(list.empty() ? "" : ", ") + "{name = \"" + array.name +
            "\", axes = [" + axes + "], elem = " + array.elem +
            (array.isResult ? ", result}" : "}");
    arguments += std::string(arguments.empty() ? "" : ", ") + "%" + array.name +
                 ": " + arrayType(array);
  }
  return "kernel.entry @entry attributes {operator_name = \"test\", sizes = "
         "[], params = {" +
         params + "}, divides = {}, equals = {}, arrays = [" + list +
         "], form = \"step\", require = {}, product_type = f32} {\n^bb0(" +
         arguments + "):\n  kernel.parallel grid() {\n  ^bb0(%near: memref<" +
         std::to_string(nearBytes) +
         "xi8, #kernel.memory<near>>, %far: memref<0xi8, "
         "#kernel.memory<far>>):\n    %c0 = arith.constant 0 : index\n" +
         body + "  }\n}\n";
}

std::string seqmix::test::addTile(std::string &body, const std::string &name,
                                  const std::string &elem,
                                  std::vector<int64_t> shape, int64_t &offset) {
  int64_t width = shape.back(), padded = (width + 15) / 16 * 16;
  std::vector<int64_t> full = shape;
  full.back() = padded;
  std::string space = ", #kernel.memory<near>>";
  std::string fullType = "memref<" + join(full, "x") + "x" + elem + space;
  bool isPadded = padded != width;
  std::string view = isPadded ? "%" + name + "_view" : "%" + name;
  body += "    %" + name + "_at = arith.constant " + std::to_string(offset) +
          " : index\n    " + view + " = memref.view %near[%" + name +
          "_at][] : memref<NEARxi8, #kernel.memory<near>> to " + fullType +
          "\n";
  int64_t elements = 1;
  for (int64_t dim : full)
    elements *= dim;
  offset += (elements * (elem == "f64" ? 8 : 4) + 63) / 64 * 64;
  if (!isPadded)
    return fullType;

  std::vector<int64_t> zeros(shape.size(), 0), ones(shape.size(), 1), strides;
  int64_t stride = 1;
  for (size_t d = full.size(); d-- > 0;) {
    strides.insert(strides.begin(), stride);
    stride *= full[d];
  }
  std::string type = "memref<" + join(shape, "x") + "x" + elem + ", strided<[" +
                     join(strides, ", ") + "]>" + space;
  body += "    %" + name + " = memref.subview " + view + "[" +
          join(zeros, ", ") + "] [" + join(shape, ", ") + "] [" +
          join(ones, ", ") + "] : " + fullType + " to " + type + "\n";
  return type;
}

static std::string moveText(const Array &array, const std::string &tile,
                            const std::string &tileType, bool isLoad) {
  std::string offsets, dims;
  for (size_t d = 0; d < array.shape.size(); ++d) {
    offsets += d ? ", %c0" : "%c0";
    dims += (d ? ", " : "") + std::to_string(d);
  }
  std::string place =
      "%" + array.name + "[" + offsets + "] dims [" + dims + "]";
  if (isLoad)
    return "    kernel.load " + place + " into %" + tile + " : " +
           arrayType(array) + ", " + tileType + "\n";
  return "    kernel.store %" + tile + " into " + place + " : " + tileType +
         ", " + arrayType(array) + "\n";
}

std::string seqmix::test::loadText(const Array &array, const std::string &tile,
                                   const std::string &tileType) {
  return moveText(array, tile, tileType, true);
}

std::string seqmix::test::storeText(const Array &array, const std::string &tile,
                                    const std::string &tileType) {
  return moveText(array, tile, tileType, false);
}

/// A whole program from a body in which NEAR stands for the bytes of scratch.
static std::string programText(const std::vector<Array> &arrays,
                               std::string body, int64_t nearBytes) {
  for (size_t at; (at = body.find("NEAR")) != std::string::npos;)
    body.replace(at, 4, std::to_string(nearBytes));
  return entryText(arrays, body, nearBytes);
}

std::string seqmix::test::assemble(const std::string &body, int64_t nearBytes,
                                   const std::string &isa) {
  mlir::MLIRContext context(makeRegistry(),
                            mlir::MLIRContext::Threading::DISABLED);
  TargetOptions options;
  options.arch = isa;
  auto module = lower(programText({}, body, nearBytes), options, context);
  if (!module)
    return "";
  auto text = cpu::emitObject(*module, /*assembly=*/true);
  return mlir::succeeded(text) ? *text : "";
}

bool seqmix::test::runBody(std::vector<Array> &arrays, const std::string &body,
                           int64_t nearBytes, const std::string &isa) {
  std::string text = programText(arrays, body, nearBytes);
  auto program = Program::compile(text, isa);
  if (!program) {
    fprintf(stderr, "%s\n", text.c_str());
    return false;
  }
  std::vector<std::vector<uint8_t>> data;
  data.reserve(arrays.size());
  std::vector<int64_t> slots;
  for (const Array &array : arrays)
    data.push_back(encode(array));
  for (size_t i = 0; i < arrays.size(); ++i) {
    slots.push_back(reinterpret_cast<int64_t>(data[i].data()));
    int64_t stride = arrays[i].size();
    for (int64_t dim : arrays[i].shape)
      slots.push_back(stride /= dim);
  }
  // NaN wherever nothing was written: a lane that leaks shows.
  void *workspace = aligned_alloc(64, nearBytes + 64);
  std::memset(workspace, 0xFF, nearBytes + 64);
  slots.insert(slots.end(),
               {reinterpret_cast<int64_t>(workspace), nearBytes, 0, 0, 1});
  int32_t code = program->call(slots);
  free(workspace);
  for (size_t i = 0; i < arrays.size(); ++i)
    if (arrays[i].isResult)
      decode(arrays[i], data[i]);
  return code == 0;
}
