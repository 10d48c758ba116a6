//===- ArrayFiles.cpp - Operands and results as .npy files ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ArrayFiles.h"

#include "Npy.h"
#include "seqmix/Reference/Elements.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"

using namespace seqmix;
using namespace seqmix::interp;
using namespace seqmix::reference;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

static seqmix_dtype getDtype(mlir::Type element) {
  if (element.isBF16())
    return SEQMIX_BF16;
  if (element.isF16())
    return SEQMIX_F16;
  return element.isInteger(32) ? SEQMIX_I32 : SEQMIX_F32;
}

llvm::Expected<Array>
seqmix::interp::readOperand(const ArrayDeclaration &declaration,
                            const std::string &path) {
  std::vector<int64_t> shape;
  runtime::HostBuffer data;
  if (runtime::Error error =
          runtime::readNpy(path, getDtype(declaration.element), shape, data))
    return makeError("operand '" + declaration.name +
                     "': " + error.getMessage());
  Array array;
  array.axes = declaration.axes;
  array.shape.assign(shape.begin(), shape.end());
  int64_t elements = 1;
  for (int64_t extent : shape)
    elements *= extent;
  array.data.resize(elements);
  decodeElements(declaration.element, data.get(), array.data);
  return array;
}

llvm::Error seqmix::interp::writeResults(llvm::ArrayRef<OutputFile> files) {
  // Each is written beside its place first and moved there when all are whole.
  std::string suffix =
      ".tmp" + std::to_string(llvm::sys::Process::getProcessId());
  std::vector<std::string> written;
  auto removeAll = [&] {
    for (const std::string &path : written)
      llvm::sys::fs::remove(path);
  };
  for (const OutputFile &file : files) {
    std::vector<int64_t> shape(file.array->shape.begin(),
                               file.array->shape.end());
    written.push_back(file.path + suffix);
    if (runtime::Error error = runtime::writeNpy(
            written.back(), "<f8", sizeof(double),
            runtime::Layout::contiguous(shape), file.array->data.data())) {
      removeAll();
      return makeError(error.getMessage());
    }
  }
  for (const OutputFile &file : files)
    if (std::error_code code =
            llvm::sys::fs::rename(file.path + suffix, file.path)) {
      removeAll();
      return makeError(file.path + ": cannot write: " + code.message());
    }
  return llvm::Error::success();
}
