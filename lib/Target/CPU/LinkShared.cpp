//===- LinkShared.cpp - From an object to a shared library
//-----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/EmitObject.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

static FailureOr<std::string> read(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return failure();
  return (*buffer)->getBuffer().str();
}

FailureOr<std::string> seqmix::cpu::linkShared(ModuleOp module,
                                               StringRef object) {
  std::string linker;
  for (StringRef name : {"ld.lld-22", "ld.lld", "ld", "cc"})
    if (auto path = llvm::sys::findProgramByName(name)) {
      linker = *path;
      break;
    }
  if (linker.empty())
    return module.emitError("found no linker to make the shared library: "
                            "expected ld.lld-22, ld.lld, ld or cc on PATH; "
                            "install one, or ask for the object alone");

  llvm::SmallString<128> objectPath, libraryPath, messagePath;
  if (llvm::sys::fs::createTemporaryFile("seqmix", "o", objectPath) ||
      llvm::sys::fs::createTemporaryFile("seqmix", "so", libraryPath) ||
      llvm::sys::fs::createTemporaryFile("seqmix", "txt", messagePath))
    return module.emitError("cannot make temporary files for the linker");
  llvm::FileRemover removeObject(objectPath), removeLibrary(libraryPath),
      removeMessage(messagePath);
  std::error_code error;
  llvm::raw_fd_ostream stream(objectPath, error);
  stream << object;
  stream.close();
  if (error || stream.has_error())
    return module.emitError("cannot write ") << objectPath;

  std::optional<StringRef> redirects[] = {std::nullopt, StringRef(messagePath),
                                          StringRef(messagePath)};
  std::string message;
  int code = llvm::sys::ExecuteAndWait(
      linker, {linker, "-shared", "-o", libraryPath, objectPath}, std::nullopt,
      redirects, /*SecondsToWait=*/60, /*MemoryLimit=*/0, &message);
  if (code != 0) {
    if (FailureOr<std::string> text = read(messagePath); succeeded(text))
      message += *text;
    return module.emitError("the linker ") << linker << " failed: " << message;
  }
  return read(libraryPath);
}
