//===- CheckSpec.cpp - What a compiled spec must be -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "CheckSpec.h"
#include "dialects/Seq/Seq.h"
#include "mlir/IR/BuiltinOps.h"
#include "seqmix/Emit/Identifier.h"

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

/// Sizes and arrays are fields of the argument struct.
static LogicalResult checkNames(seq::OperatorOp op, ArrayAttr names,
                                StringRef kind) {
  for (StringAttr attr : names.getAsRange<StringAttr>()) {
    StringRef name = attr.getValue();
    if (!isAbiName(name))
      return op.emitOpError()
             << "the " << kind << " '" << name
             << "': expected a name that is a C identifier, because it becomes "
                "a field of the argument struct; write '"
             << makeCIdentifier(name) << "' instead";
    if (kind == "size" && name == "workers")
      return op.emitOpError() << "the size 'workers': expected another name; "
                                 "the C ABI has this for the number of threads";
  }
  return success();
}

LogicalResult seqmix::checkSpec(ModuleOp module) {
  bool hasOperator = false;
  for (Operation &op : *module.getBody()) {
    auto spec = dyn_cast<seq::OperatorOp>(op);
    if (!spec)
      return op.emitError() << "expected nothing but seq.operator in a spec, "
                               "found '"
                            << op.getName() << "'";
    if (failed(checkOperatorName(spec)) ||
        failed(checkNames(spec, spec.getSizes(), "size")) ||
        failed(checkNames(spec, spec.getOperandNames(), "operand")) ||
        failed(checkNames(spec, spec.getResultNames(), "result")))
      return failure();
    hasOperator = true;
  }
  if (!hasOperator)
    return module.emitError("expected at least one seq.operator, found none; "
                            "is the file complete?");
  return success();
}
