//===- VerifyContract.cpp - Attributes that Emit can write ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the verifier of kernel.entry leaves open: the inside of `domain`,
// `require` and `launch`. Past these checks the emitters need none.
//
//===----------------------------------------------------------------------===//

#include "VerifyContract.h"
#include "Expression.h"
#include "dialects/Kernel/Kernel.h"

using namespace mlir;
using namespace seqmix;

/// A bound of a domain: a finite number or the name of a size.
static bool isBound(Attribute attr) {
  if (auto real = dyn_cast<FloatAttr>(attr))
    return real.getValue().isFinite();
  if (auto integer = dyn_cast<IntegerAttr>(attr))
    return integer.getValue().getSignificantBits() <= 64;
  return isa<StringAttr>(attr);
}

static bool isDomain(const ContractArray &array) {
  StringRef kind = array.domain.begin()->getName().getValue();
  Attribute value = array.domain.begin()->getValue();
  if (kind == "nonpositive")
    return isa<UnitAttr>(value);
  if (kind == "unit") {
    auto axis = dyn_cast<StringAttr>(value);
    return axis ? llvm::is_contained(array.axes, axis.getValue())
                : isa<UnitAttr>(value);
  }
  auto pair = dyn_cast<ArrayAttr>(value);
  return llvm::is_contained({"range", "normal", "integer", "sorted", "offsets"},
                            kind) &&
         pair && pair.size() == 2 && llvm::all_of(pair, isBound);
}

static LogicalResult verifyDomains(kernel::EntryOp entry,
                                   const Contract &contract) {
  for (auto [i, array] : llvm::enumerate(contract.arrays)) {
    // The runtime draws operands in their order, from real numbers alone.
    auto isDrawnOf = [&, &array = array](const ContractArray &other) {
      return other.name == array.drawnOf && other.elem != "i32" &&
             llvm::all_of(other.axes, [&](StringRef axis) {
               return llvm::is_contained(array.axes, axis);
             });
    };
    if (!array.drawnOf.empty() &&
        (array.isResult || array.elem == "i32" ||
         llvm::none_of(ArrayRef(contract.arrays).take_front(i), isDrawnOf)))
      return entry.emitOpError()
             << "array '" << array.name
             << "': expected `of` in `domain` to name an operand of real "
                "numbers before it with no axes but its own, found "
             << array.drawnOf;
    if (array.domain && !isDomain(array))
      return entry.emitOpError()
             << "array '" << array.name
             << "': expected as `domain` one of unit, nonpositive, range, "
                "normal, integer, sorted or offsets with their bounds, found "
             << array.domain;
  }
  return success();
}

static LogicalResult verifyLaunch(kernel::EntryOp entry,
                                  const Contract &contract) {
  DictionaryAttr launch = entry.getLaunchAttr();
  if (!launch)
    return success();
  auto isName = [&](StringRef name) {
    auto isLhs = [&](const ContractRule &rule) { return rule.lhs == name; };
    auto isParam = [&](auto &param) { return param.first == name; };
    return llvm::is_contained(contract.sizes, name) ||
           llvm::any_of(contract.equals, isLhs) ||
           llvm::any_of(contract.params, isParam) || name == "workers";
  };
  auto verify = [&](StringRef where, Attribute attr) -> LogicalResult {
    std::string why = "found none";
    if (attr && isExpression(attr, isName, why))
      return success();
    return entry.emitOpError()
           << "expected an expression as " << where << " of `launch`: " << why;
  };
  if (failed(verify("`workspace`", launch.get("workspace"))))
    return failure();
  if (!launch.contains("launches"))
    return success();

  auto launches = launch.getAs<ArrayAttr>("launches");
  if (!launches)
    return entry.emitOpError() << "expected an array as `launches` of `launch`"
                               << ", found " << launch.get("launches");
  for (Attribute attr : launches) {
    auto kernel = dyn_cast<DictionaryAttr>(attr);
    auto grid = kernel ? kernel.getAs<ArrayAttr>("grid") : nullptr;
    auto block = kernel ? kernel.getAs<ArrayAttr>("block") : nullptr;
    if (!grid || !block || !kernel.getAs<StringAttr>("kernel") ||
        grid.size() != 3 || block.size() != 3)
      return entry.emitOpError()
             << "expected a launch of `kernel` (string), `grid` and `block` "
                "(three expressions each) and `shared`, found "
             << attr;
    for (Attribute extent : grid)
      if (failed(verify("`grid`", extent)))
        return failure();
    for (Attribute extent : block)
      if (failed(verify("`block`", extent)))
        return failure();
    if (failed(verify("`shared`", kernel.get("shared"))))
      return failure();
  }
  return success();
}

LogicalResult seqmix::verifyContract(const Contract &contract) {
  kernel::EntryOp first = contract.entries.front();
  if (failed(verifyDomains(first, contract)))
    return failure();
  for (kernel::EntryOp entry : contract.entries) {
    for (NamedAttribute rule : entry.getRequire())
      if (!isa<IntegerAttr>(rule.getValue()))
        return entry.emitOpError()
               << "expected `require` to map sizes to integers, found "
               << rule.getValue();
    if (failed(verifyLaunch(entry, contract)))
      return failure();
  }
  return success();
}
