//===- CheckSpec.cpp - What a compiled spec must be -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "CheckSpec.h"
#include "dialects/Seq/Seq.h"
#include "mlir/IR/BuiltinOps.h"
#include "seqmix/Emit/Identifier.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace seqmix;

static LogicalResult checkOperatorName(seq::OperatorOp op) {
  StringRef name = op.getSymName();
  if (!isAbiName(name))
    return op.emitOpError()
           << "expected a name that is a C identifier, because it becomes part "
              "of a symbol and of file names, found '"
           << name << "'; write '" << makeCIdentifier(name) << "' instead";
  // The ABI has types of these names after `seqmix_`.
  if (name == "task" || name == "parallel_for")
    return op.emitOpError() << "the name 'seqmix_" << name
                            << "' is taken by a type of the C ABI; choose "
                               "another name than '"
                            << name << "'";
  return success();
}

/// Sizes and arrays share one struct and one manifest.
static LogicalResult checkNames(seq::OperatorOp op) {
  llvm::StringMap<StringRef> taken;
  auto check = [&](ArrayAttr names, StringRef kind) -> LogicalResult {
    for (Attribute attr : names) {
      StringRef name = cast<StringAttr>(attr).getValue();
      if (!isAbiName(name))
        return op.emitOpError()
               << kind << " '" << name
               << "': expected a name that is a C identifier, because it "
                  "becomes a field of the argument struct";
      auto [other, isNew] = taken.try_emplace(name, kind);
      if (!isNew)
        return op.emitOpError() << kind << " '" << name
                                << "': expected a name of its own, found "
                                << other->second << " of the same name";
    }
    return success();
  };
  if (failed(check(op.getSizes(), "the size")))
    return failure();
  if (taken.contains("workers"))
    return op.emitOpError() << "the size 'workers': expected another name; "
                               "the ABI has this for the number of threads";
  // An operand may have the name of a size: their uses tell them apart.
  taken.clear();
  return success(succeeded(check(op.getOperandNames(), "the operand")) &&
                 succeeded(check(op.getResultNames(), "the result")));
}

LogicalResult seqmix::checkSpec(ModuleOp module) {
  bool hasOperator = false;
  for (Operation &op : *module.getBody()) {
    auto spec = dyn_cast<seq::OperatorOp>(op);
    if (!spec)
      return op.emitError() << "expected nothing but seq.operator in a spec, "
                               "found '"
                            << op.getName() << "'";
    if (failed(checkOperatorName(spec)) || failed(checkNames(spec)))
      return failure();
    hasOperator = true;
  }
  if (!hasOperator)
    return module.emitError("expected at least one seq.operator, found none; "
                            "is the file complete?");
  return success();
}
