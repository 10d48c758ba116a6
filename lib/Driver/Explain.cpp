//===- Explain.cpp - What was derived, and why ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Explain.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace seqmix;

std::string seqmix::explain(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (kernel::EntryOp entry : module.getOps<kernel::EntryOp>()) {
    os << entry.getSymName() << ": " << entry.getForm();
    if (std::optional<int64_t> chunk = entry.getChunk())
      os << ", " << *chunk << " tokens a chunk";
    os << "\n";
    if (ArrayAttr report = entry.getReportAttr())
      for (StringAttr sentence : report.getAsRange<StringAttr>())
        os << "  " << sentence.getValue() << "\n";
  }
  return text;
}
