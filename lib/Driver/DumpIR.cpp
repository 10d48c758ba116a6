//===- DumpIR.cpp - The IR after each pass, in files ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "DumpIR.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/Pass.h"
#include "seqmix/Emit/Identifier.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace seqmix;

static std::string makeError(StringRef file, std::error_code code) {
  return "--dump-ir: cannot write '" + file.str() + "': " + code.message();
}

void IRDumper::makeFolder() {
  std::error_code code = llvm::sys::fs::create_directories(
      folder, /*IgnoreExisting=*/true, llvm::sys::fs::all_all);
  if (!code && !llvm::sys::fs::is_directory(folder))
    code = std::make_error_code(std::errc::not_a_directory);
  if (code)
    error = makeError(folder, code);
}

void IRDumper::dump(StringRef name, Operation *op, bool isValid) {
  if (!error.empty())
    return;
  while (Operation *parent = op->getParentOp())
    op = parent;
  llvm::SmallString<128> file(folder);
  llvm::sys::path::append(
      file, llvm::formatv("{0,0+2}-{1}.mlir", number++, name).str());
  std::error_code code;
  llvm::raw_fd_ostream os(file, code);
  if (!code) {
    OpPrintingFlags flags;
    if (!isValid)
      flags.printGenericOpForm();
    op->print(os, flags);
    os.close();
    code = os.error();
    os.clear_error();
  }
  if (code)
    error = makeError(file, code);
}

namespace {

struct Instrumentation : PassInstrumentation {
  explicit Instrumentation(IRDumper &dumper) : dumper(dumper) {}

  void runAfterPass(Pass *pass, Operation *op) override {
    dump(pass, op, "", /*isValid=*/true);
  }

  void runAfterPassFailed(Pass *pass, Operation *op) override {
    dump(pass, op, "-failed", /*isValid=*/false);
  }

  void dump(Pass *pass, Operation *op, StringRef suffix, bool isValid) {
    // A pass without an argument only holds others, which come on their own.
    if (pass->getArgument().empty())
      return;
    std::string name = pass->getArgument().str();
    // Of a pass on one symbol of several, say which.
    if (auto symbol =
            op->getAttrOfType<StringAttr>(SymbolTable::getSymbolAttrName()))
      name += "-" + makeCIdentifier(symbol.getValue());
    dumper.dump(name + suffix.str(), op, isValid);
  }

  IRDumper &dumper;
};

} // namespace

std::unique_ptr<PassInstrumentation> IRDumper::makeInstrumentation() {
  return std::make_unique<Instrumentation>(*this);
}
