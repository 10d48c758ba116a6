//===- Contract.cpp - Reads the entries of one operator -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Emit/Contract.h"
#include "VerifyContract.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"

#include <cmath>

using namespace mlir;
using namespace seqmix;

bool Contract::isDevice() const {
  return llvm::any_of(entries, [](kernel::EntryOp entry) {
    DictionaryAttr launch = entry.getLaunchAttr();
    return launch && launch.contains("launches");
  });
}

StringRef seqmix::getElementName(Type type) {
  if (type.isF32())
    return "f32";
  if (type.isBF16())
    return "bf16";
  if (type.isF16())
    return "f16";
  if (type.isSignlessInteger(32))
    return "i32";
  return "";
}

//===----------------------------------------------------------------------===//
// Parts of an entry
//===----------------------------------------------------------------------===//

static FailureOr<ContractArray> readArray(kernel::EntryOp entry,
                                          unsigned number, Attribute attr) {
  auto error = [&](const Twine &what) {
    return entry.emitOpError()
           << "array " << number << ": " << what << ", found " << attr;
  };
  auto dictionary = dyn_cast<DictionaryAttr>(attr);
  if (!dictionary)
    return error("expected a dictionary");

  ContractArray array;
  auto name = dictionary.getAs<StringAttr>("name");
  auto axes = dictionary.getAs<ArrayAttr>("axes");
  auto elem = dictionary.getAs<TypeAttr>("elem");
  if (!name || !axes || !elem)
    return error("expected `name` (string), `axes` (array of strings) and "
                 "`elem` (type)");
  array.name = name.getValue();
  for (Attribute axis : axes) {
    auto axisName = dyn_cast<StringAttr>(axis);
    if (!axisName)
      return error("expected strings as `axes`");
    array.axes.push_back(axisName.getValue());
  }
  array.elem = getElementName(elem.getValue());
  if (array.elem.empty())
    return error("expected f32, bf16, f16 or i32 as `elem`");

  array.isResult = dictionary.contains("result");
  if (auto alias = dictionary.getAs<StringAttr>("may_alias"))
    array.mayAlias = alias.getValue();
  array.domain = dictionary.getAs<DictionaryAttr>("domain");
  if (array.domain && array.domain.empty())
    array.domain = nullptr;
  if (array.domain && array.domain.contains("of")) {
    auto of = array.domain.getAs<StringAttr>("of");
    if (!of)
      return error("expected `of` in `domain` to be a string");
    array.drawnOf = of.getValue();
    NamedAttrList factors(array.domain);
    factors.erase("of");
    array.domain = factors.getDictionary(entry.getContext());
  }
  if (array.domain && array.domain.size() != 1)
    return error("expected one entry in `domain`, and `of` at most beside it");
  return array;
}

/// `fan_in` of a parameter is a normal domain of deviation 1/√value: the ABI
/// has no word of its own for it. Null if it names no parameter.
static DictionaryAttr resolveFanIn(const Contract &contract,
                                   DictionaryAttr domain) {
  auto name = domain.getAs<StringAttr>("fan_in");
  if (!name)
    return domain;
  for (auto [param, value] : contract.params)
    if (param == name.getValue() && value > 0) {
      Builder builder(domain.getContext());
      ArrayAttr bounds =
          builder.getF64ArrayAttr({0.0, 1.0 / std::sqrt(double(value))});
      return builder.getDictionaryAttr(builder.getNamedAttr("normal", bounds));
    }
  return nullptr;
}

static LogicalResult readRules(kernel::EntryOp entry, StringRef name,
                               DictionaryAttr rules,
                               SmallVectorImpl<ContractRule> &result) {
  for (NamedAttribute rule : rules) {
    auto rhs = dyn_cast<StringAttr>(rule.getValue());
    if (!rhs)
      return entry.emitOpError()
             << "expected `" << name << "` to map names to names, found "
             << rule.getValue();
    result.push_back({rule.getName().getValue(), rhs.getValue()});
  }
  return success();
}

/// The parameter `E` states the element type; if there is none of that name,
/// the first one that is a type, and if there is none, the first array.
static StringRef findElement(const Contract &contract, DictionaryAttr params) {
  if (auto type = params.getAs<TypeAttr>("E"))
    return getElementName(type.getValue());
  for (NamedAttribute param : params)
    if (auto type = dyn_cast<TypeAttr>(param.getValue()))
      return getElementName(type.getValue());
  return contract.arrays.empty() ? "" : contract.arrays.front().elem;
}

static LogicalResult readShared(kernel::EntryOp entry, Contract &contract) {
  contract.operatorName = entry.getOperatorName();
  for (Attribute size : entry.getSizes())
    contract.sizes.push_back(cast<StringAttr>(size).getValue());
  if (failed(
          readRules(entry, "divides", entry.getDivides(), contract.divides)) ||
      failed(readRules(entry, "equals", entry.getEquals(), contract.equals)))
    return failure();
  for (NamedAttribute param : entry.getParams())
    if (auto value = dyn_cast<IntegerAttr>(param.getValue()))
      contract.params.push_back({param.getName().getValue(), value.getInt()});
  for (auto [i, attr] : llvm::enumerate(entry.getArrays())) {
    FailureOr<ContractArray> array = readArray(entry, i, attr);
    if (failed(array))
      return failure();
    if (array->domain) {
      array->domain = resolveFanIn(contract, array->domain);
      if (!array->domain)
        return entry.emitOpError()
               << "array '" << array->name
               << "': expected `fan_in` to name an integer parameter, found "
               << attr;
    }
    contract.arrays.push_back(std::move(*array));
  }
  contract.elem = findElement(contract, entry.getParams());
  return success();
}

/// What entries of one operator share, so that one struct serves them all.
static LogicalResult verifyShared(kernel::EntryOp first,
                                  kernel::EntryOp other) {
  auto verifySame = [&](StringRef what, Attribute lhs,
                        Attribute rhs) -> LogicalResult {
    if (lhs == rhs)
      return success();
    InFlightDiagnostic diag = other.emitOpError()
                              << "expected the same `" << what
                              << "` as every entry of its operator, found "
                              << rhs;
    diag.attachNote(first.getLoc()) << "the first entry has " << lhs;
    return diag;
  };
  return success(
      succeeded(verifySame("operator_name", first.getOperatorNameAttr(),
                           other.getOperatorNameAttr())) &&
      succeeded(
          verifySame("sizes", first.getSizesAttr(), other.getSizesAttr())) &&
      succeeded(verifySame("divides", first.getDividesAttr(),
                           other.getDividesAttr())) &&
      succeeded(
          verifySame("equals", first.getEqualsAttr(), other.getEqualsAttr())) &&
      succeeded(
          verifySame("params", first.getParamsAttr(), other.getParamsAttr())) &&
      succeeded(
          verifySame("packed", first.getPackedAttr(), other.getPackedAttr())) &&
      succeeded(
          verifySame("arrays", first.getArraysAttr(), other.getArraysAttr())));
}

//===----------------------------------------------------------------------===//
// The contract
//===----------------------------------------------------------------------===//

FailureOr<Contract> seqmix::readContract(ModuleOp module) {
  Contract contract;
  llvm::append_range(contract.entries, module.getOps<kernel::EntryOp>());
  if (contract.entries.empty())
    return module.emitError("expected a kernel.entry to write the contract "
                            "of, found none");
  kernel::EntryOp first = contract.entries.front();
  for (kernel::EntryOp other : llvm::drop_begin(contract.entries))
    if (failed(verifyShared(first, other)))
      return failure();
  if (failed(readShared(first, contract)) || failed(verifyContract(contract)))
    return failure();
  return contract;
}

OwningOpRef<ModuleOp> seqmix::copyContract(ModuleOp module) {
  OwningOpRef<ModuleOp> copy = ModuleOp::create(module.getLoc());
  for (kernel::EntryOp entry : module.getOps<kernel::EntryOp>()) {
    Operation *clone = entry->cloneWithoutRegions();
    Block &block = clone->getRegion(0).emplaceBlock();
    for (BlockArgument arg : entry.getBody().getArguments())
      block.addArgument(arg.getType(), arg.getLoc());
    copy->push_back(clone);
  }
  return copy;
}
