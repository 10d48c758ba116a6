//===- Interpret.cpp - From a program and files to files ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Interpret.h"

#include "ArrayFiles.h"
#include "seqmix/Reference/Interpreter.h"
#include "seqmix/Reference/Signature.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::interp;
using namespace seqmix::reference;

static LogicalResult fail(const Twine &message) {
  llvm::WithColor::error(llvm::errs(), "seqmix-interp") << message << '\n';
  return failure();
}

/// Passes are named, not linked: a program that is ready needs none.
static LogicalResult runPasses(ModuleOp module, const std::string &passes) {
  PassManager manager(module.getContext());
  if (failed(parsePassPipeline(passes, manager)))
    return fail("cannot run '" + passes + "'");
  return manager.run(module);
}

static LogicalResult setParams(ModuleOp module, const Request &request) {
  std::vector<std::string> params = request.params;
  if (!request.element.empty()) {
    std::map<std::string, std::string> types;
    for (auto op : module.getOps<seq::OperatorOp>())
      for (NamedAttribute param : op.getParams())
        if (isa<TypeAttr>(param.getValue()))
          types[param.getName().str()] = request.element;
    if (types.empty())
      return fail("--elem: no operator has an element type to set");
    for (const auto &[name, type] : types)
      params.push_back(name + "=" + type);
  }
  if (module.getOps<seq::OperatorOp>().empty()) {
    if (params.empty())
      return success();
    return fail("--set: the file holds no operator whose parameters to set");
  }
  return runPasses(module,
                   "seqmix-set-params{" +
                       (params.empty() ? std::string()
                                       : "params=" + llvm::join(params, ",")) +
                       "},seqmix-unroll-substeps");
}

/// The only op of a kind, or the one that is named.
template <typename Op>
static FailureOr<Op> choose(ModuleOp module, const Request &request,
                            const std::string &what) {
  SmallVector<Op> ops;
  for (Op op : module.getOps<Op>())
    if (request.name.empty() || op.getSymName() == request.name ||
        op.getSymName() == "seqmix_" + request.name)
      ops.push_back(op);
  // A step is one token of the same operator: it must be asked for.
  if constexpr (std::is_same_v<Op, kernel::EntryOp>)
    if (ops.size() > 1)
      llvm::erase_if(ops, [](Op op) { return op.getForm() == "step"; });
  if (ops.size() == 1)
    return ops.front();
  if (ops.empty())
    return fail(
        "expected " + what +
        (request.name.empty() ? std::string() : " '" + request.name + "'") +
        " in the file, found none");
  std::string names = llvm::join(
      llvm::map_range(ops, [](Op op) { return op.getSymName().str(); }), ", ");
  return fail("expected one of " + names + ", found " +
              std::to_string(ops.size()) + "; choose one with --op NAME");
}

static LogicalResult checkNames(const std::map<std::string, std::string> &files,
                                ArrayRef<ArrayDeclaration> arrays,
                                const std::string &flag,
                                const std::string &what) {
  std::vector<std::string> names;
  for (const ArrayDeclaration &array : arrays)
    names.push_back(array.name);
  for (const auto &file : files)
    if (!llvm::is_contained(names, file.first))
      return fail(flag + ": there is no " + what + " '" + file.first +
                  "'; expected one of " + llvm::join(names, ", "));
  return success();
}

template <typename Op, typename Run>
static LogicalResult interpretOp(Op op, const Signature &signature,
                                 const Request &request, Run run) {
  if (failed(
          checkNames(request.inputs, signature.operands, "--in", "operand")) ||
      failed(checkNames(request.outputs, signature.results, "--out", "result")))
    return failure();
  std::vector<Array> operands;
  for (const ArrayDeclaration &declaration : signature.operands) {
    auto path = request.inputs.find(declaration.name);
    if (path == request.inputs.end())
      return fail("operand '" + declaration.name + "' [" +
                  llvm::join(declaration.axes, ", ") +
                  "] is missing; give it with --in " + declaration.name +
                  "=FILE.npy");
    llvm::Expected<Array> array = readOperand(declaration, path->second);
    if (!array)
      return fail(llvm::toString(array.takeError()));
    operands.push_back(std::move(*array));
  }
  FailureOr<std::vector<Array>> results =
      run(op, operands, Sizes(), /*threads=*/0);
  if (failed(results))
    return failure();
  std::vector<OutputFile> files;
  for (auto [declaration, array] : llvm::zip(signature.results, *results)) {
    auto path = request.outputs.find(declaration.name);
    if (path != request.outputs.end())
      files.push_back({&array, path->second});
  }
  if (llvm::Error error = writeResults(files))
    return fail(llvm::toString(std::move(error)));
  return success();
}

LogicalResult seqmix::interp::interpret(ModuleOp module,
                                        const Request &request) {
  if (failed(setParams(module, request)))
    return failure();
  if (!request.atStream) {
    FailureOr<seq::OperatorOp> op =
        choose<seq::OperatorOp>(module, request, "a seq.operator");
    if (failed(op))
      return failure();
    if (!request.packed)
      return interpretOp(*op, getSignature(*op), request, interpretOperator);
    FailureOr<seq::Packing> packing = seq::getPacking(*op);
    return failed(packing) ? failure()
                           : interpretOp(*op, getSignature(*op, *packing),
                                         request, interpretPacked);
  }
  if (!module.getOps<seq::OperatorOp>().empty() &&
      failed(runPasses(module, "seqmix-derive{" + request.derivation +
                                   (request.packed ? " packed" : "") + "}")))
    return failure();
  FailureOr<kernel::EntryOp> op =
      choose<kernel::EntryOp>(module, request, "a kernel.entry");
  return failed(op)
             ? failure()
             : interpretOp(*op, getSignature(*op), request, interpretEntry);
}
