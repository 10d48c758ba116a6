//===- Assemble.cpp - PTX text to cubin by ptxas
//-----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CUDA/Emit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

using namespace mlir;

/// `<folder>/ptxas`, if one can run it.
static std::optional<std::string> findIn(StringRef folder) {
  if (auto path = llvm::sys::findProgramByName("ptxas", {folder}))
    return *path;
  return std::nullopt;
}

/// PyPI's packages: lib/python3*/site-packages/nvidia/*/bin of an environment.
static std::optional<std::string> findInPython(StringRef environment) {
  std::error_code error;
  SmallString<128> libs(environment);
  llvm::sys::path::append(libs, "lib");
  for (llvm::sys::fs::directory_iterator lib(libs, error), end;
       !error && lib != end; lib.increment(error)) {
    SmallString<128> packages(lib->path());
    llvm::sys::path::append(packages, "site-packages", "nvidia");
    std::error_code none;
    for (llvm::sys::fs::directory_iterator package(packages, none);
         !none && package != end; package.increment(none)) {
      SmallString<128> bin(package->path());
      llvm::sys::path::append(bin, "bin");
      if (std::optional<std::string> path = findIn(bin))
        return path;
    }
  }
  return std::nullopt;
}

std::optional<std::string> seqmix::cuda::findPtxas() {
  if (auto path = llvm::sys::findProgramByName("ptxas"))
    return *path;
  for (StringRef variable : {"CUDA_PATH", "CUDA_HOME"})
    if (std::optional<std::string> root =
            llvm::sys::Process::GetEnv(variable)) {
      SmallString<128> bin(*root);
      llvm::sys::path::append(bin, "bin");
      if (std::optional<std::string> path = findIn(bin))
        return path;
    }
  for (StringRef variable : {"VIRTUAL_ENV", "CONDA_PREFIX"})
    if (std::optional<std::string> root = llvm::sys::Process::GetEnv(variable))
      if (std::optional<std::string> path = findInPython(*root))
        return path;
  return std::nullopt;
}

/// The text of a file, or nothing.
static std::string readFile(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

FailureOr<std::string> seqmix::cuda::assemble(Location loc, StringRef ptxas,
                                              StringRef ptx, StringRef arch) {
  SmallString<128> input, output, log;
  int descriptor;
  if (llvm::sys::fs::createTemporaryFile("seqmix", "ptx", descriptor, input) ||
      llvm::sys::fs::createTemporaryFile("seqmix", "cubin", output) ||
      llvm::sys::fs::createTemporaryFile("seqmix", "log", log))
    return emitError(loc, "cannot make temporary files for ptxas");
  llvm::FileRemover removeInput(input), removeOutput(output), removeLog(log);
  {
    llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
    stream << ptx;
  }
  std::string archFlag = "-arch=" + arch.str();
  StringRef arguments[] = {ptxas, archFlag, "-O3", input, "-o", output};
  std::optional<StringRef> redirects[] = {std::nullopt, StringRef(log),
                                          StringRef(log)};
  std::string message;
  int code = llvm::sys::ExecuteAndWait(ptxas, arguments, std::nullopt,
                                       redirects, 0, 0, &message);
  if (code != 0)
    return emitError(loc, "ptxas failed with code ")
           << code << ": " << message << readFile(log);
  return readFile(output);
}
